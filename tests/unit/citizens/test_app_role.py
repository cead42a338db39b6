"""The whole way as the role that the platform runs as: it may do this and nothing more."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from tests.factories import NOW
from tests.unit.citizens.conftest import NUMBER, PHONE
from vaxpass.citizens import actions, codes
from vaxpass.citizens.matching import Details
from vaxpass.citizens.models import Challenge
from vaxpass.citizens.ports import EidClaims
from vaxpass.citizens.rules import Purpose
from vaxpass.desks.citizen import captcha
from vaxpass.jobs import citizens as jobs
from vaxpass.notices.facts import Recipient
from vaxpass.notices.models import Notice
from vaxpass.records.sealing import open_seal

pytestmark = pytest.mark.django_db
ROLE = "vaxpass_app_tested"


@pytest.fixture
def as_app_role(recorded):
    recorded.dose()
    call_command("grant_app_role", ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.usefixtures("as_app_role")
def test_finding_coming_in_and_forgetting():
    token = jobs.begin_search(Details("Nguyễn Thị Hường", "1990", number=NUMBER), NOW, visitor=b"v")
    challenge = Challenge.objects.get()
    assert codes.send_code(challenge.pk, actions.search, NOW)
    code = json.loads(open_seal(Notice.objects.get().facts_sealed))["code"]
    proven = codes.check_code(token, code, NOW, purpose=Purpose.FIND, visitor=b"v")
    assert proven.to.phone == PHONE
    assert jobs.enter(proven, NOW).person_ids == proven.person_ids
    jobs.begin_again(jobs.begin_code(Purpose.CONTACT, Recipient(email="a@example.vn"), NOW), NOW)
    assert jobs.enter_by_eid(EidClaims("me", "Nguyễn Thị Hường", "1990", 2, NUMBER), "https://eid", NOW).person_ids
    assert actions.spend_once(b"digest", NOW)
    captcha.ask(NOW)
    actions.forget_old(NOW)
