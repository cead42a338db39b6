"""The outbox as the platform's own database role, which owns nothing."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from tests.factories import NOW, make_office, make_officer, received
from tests.unit.notices.conftest import NOON, notice
from vaxpass.notices import actions, queries
from vaxpass.notices.bouncing import settle_bounce
from vaxpass.notices.delivering import read_reports
from vaxpass.notices.facts import Recipient
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.records.facts import Origin
from vaxpass.records.queries import get_versions
from vaxpass.records.receiving import receive

pytestmark = pytest.mark.django_db


def test_everything_from_the_outbox_to_a_settled_bounce(office):
    facility = make_office()
    clerk = make_officer("clerk", facility, "facility_clerk")
    (version_id,) = receive([received()], Origin(facility, clerk, facility, NOW)).version_ids.values()
    person_id = get_versions([version_id])[0].person_id
    office.sms.phones.refused["+84900000001"] = "NUMBER_UNKNOWN"
    call_command("grant_app_role", "vaxpass_app_tested")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vaxpass_app_tested")
        told = [notice("a"), notice("b", to=Recipient("0900000001"), person_id=person_id)]
        assert actions.enqueue(told, now=NOON) == 2
        office.deliver()
        assert read_reports(office.post, clock=office.clock) == {}
        actor = get_actor(Officer.objects.get(pk=clerk))
        (bounce,) = queries.open_bounces(actor)
        settle_bounce(actor, bounce.pk, now=NOON)
        actions.enqueue([notice("c", not_after=NOON + timedelta(minutes=1))], now=NOON)
        office.clock.go(days=40)
        office.deliver()
        assert actions.forget(now=office.clock()) == 2
        cursor.execute("RESET ROLE")
