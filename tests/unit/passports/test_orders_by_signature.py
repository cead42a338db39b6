"""Orders about what a facility's officer signed: one batch, or all of some days."""

import pytest
from django.contrib.auth import get_user_model

from tests.factories import NOW, make_office, make_officer
from tests.unit.facility_signing.conftest import House, demo_keys, house, key_time
from vaxpass.offices.queries import get_actor
from vaxpass.passports.models import RevocationItem
from vaxpass.passports.orders import collecting, deciding
from vaxpass.passports.orders.queries import count_items
from vaxpass.passports.orders.rules import Criterion, Holder, OrderReason, OrderWish

__all__ = ["demo_keys", "house", "key_time"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("criterion", [Criterion.BATCH, Criterion.ATTESTED_BY])
def test_what_was_signed_is_listed_and_nothing_else(
    house: House,
    criterion: Criterion,
) -> None:
    batch = house.signed_batch(3)
    house.store(2, first=10)  # nobody has signed these
    operator = get_user_model().objects.get(
        pk=make_officer("operator", make_office("BYT", "ministry"), "ministry_operator")
    )
    subject = batch.number if criterion is Criterion.BATCH else "signer"
    day = house.at.date()
    wish = OrderWish(criterion, subject, OrderReason.SIGNATURE_WRONG, Holder.FALSE, day, day)
    order_id = deciding.draft(get_actor(operator), wish, now=NOW)
    collecting.collect(order_id)
    assert (count_items(order_id).bare, count_items(order_id).passports) == (3, 0)
    assert RevocationItem.objects.filter(passport_id=None).count() == 3
