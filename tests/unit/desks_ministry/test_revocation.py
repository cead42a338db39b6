"""The page of a revocation order says whose turn it is, and offers nothing that would be refused."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, make_officer
from tests.factories.signing import Ministry, make_ministry
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.passports.models import RevocationOrder
from vaxpass.passports.orders import collecting, deciding
from vaxpass.passports.orders.rules import Criterion, Holder, OrderReason, OrderState, OrderWish

pytestmark = pytest.mark.django_db
LONG_AGO = date(1999, 1, 1)
NOBODY = OrderWish(Criterion.FACILITY, "40A01", OrderReason.DOSE_NOT_GIVEN, Holder.FALSE, LONG_AGO, LONG_AGO)
PROPOSE, EMPTY = "Trình cán bộ khác duyệt", "Danh sách trống nên không có gì để trình."


@pytest.fixture
def ministry() -> Ministry:
    return make_ministry()


@pytest.fixture
def empty_order(ministry: Ministry) -> int:
    order_id = deciding.draft(ministry.operator, NOBODY, now=NOW)
    collecting.collect(order_id)
    assert RevocationOrder.objects.get(pk=order_id).state == OrderState.DRAFT
    return order_id


def page_for(username: str, order_id: int) -> str:
    client = Client()
    officer = Officer.objects.get(username=username)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(reverse("ministry:revocation", args=[order_id])).content.decode()


def test_an_order_about_nobody_can_only_be_discarded(ministry: Ministry, empty_order: int) -> None:
    page = page_for("operator", empty_order)
    assert EMPTY in page
    assert PROPOSE not in page
    assert "Bỏ lệnh này" in page
    assert EMPTY not in page_for("approver", empty_order)


def test_who_may_not_decide_reads_who_does(ministry: Ministry, empty_order: int) -> None:
    office_id = Officer.objects.get(username="operator").office_id
    other = get_actor(Officer.objects.get(pk=make_officer("second.operator", office_id, "ministry_operator")))
    RevocationOrder.objects.filter(pk=empty_order).update(state=OrderState.PROPOSED, proposed_at=NOW)
    assert "Người duyệt của Bộ quyết định lệnh này." in page_for("second.operator", empty_order)
    assert other.officer_id != ministry.operator.officer_id
    assert "một cán bộ khác của Bộ quyết định" in page_for("operator", empty_order)
