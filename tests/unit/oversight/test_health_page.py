"""The page of the system's health, as its reader sees it; the alarm that goes away; the command without a worker."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.factories import NOW, make_office, make_officer
from vaxpass.desks.oversight.health_words import FACT_WORDS, PROBE_WORDS
from vaxpass.jobs import health as jobs
from vaxpass.notices.models import Notice
from vaxpass.offices.models import Officer
from vaxpass.oversight import alarms
from vaxpass.oversight.health import note_probe
from vaxpass.oversight.health_facts import ProbeName
from vaxpass.oversight.health_rules import KINDS, findings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settings(settings, tmp_path):
    settings.PUBLISH_DIR = tmp_path
    settings.DUTY_CONTACTS = ["0900000001", "duty@moh.invalid"]


@pytest.fixture
def it(client):
    officer = make_officer("it", make_office("BYT", "ministry"), "it_officer")
    client.force_login(Officer.objects.get(pk=officer), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_an_alarm_is_shown_taken_on_and_shown_on_every_page_until_it_ends(it):
    note_probe(ProbeName.MINISTRY_KEY, "SIGNING_TOKEN_ABSENT", {}, now=NOW)
    assert jobs.watch(NOW) > 0
    page = it.get(reverse("oversight:health")).content.decode()
    assert "HEALTH_KEY_UNREACHABLE" in page
    assert str(PROBE_WORDS[ProbeName.MINISTRY_KEY]) in page
    assert "%(" not in page
    assert reverse("oversight:health") in it.get(reverse("my_account")).content.decode()
    key = next(one for one in alarms.standing() if one.kind == "HEALTH_KEY_UNREACHABLE")
    assert it.post(reverse("oversight:see_health_alarm", args=[key.id])).status_code == 302
    assert "Cán bộ it" in it.get(reverse("oversight:health")).content.decode()
    note_probe(ProbeName.MINISTRY_KEY, "", {"key": "ab"}, now=NOW)
    jobs.watch(NOW)
    assert key.id not in {one.id for one in alarms.standing()}


def test_an_alarm_that_does_not_exist_is_not_taken_on(it):
    assert it.post(reverse("oversight:see_health_alarm", args=[99])).status_code == 404


def test_what_is_not_well_is_said_even_while_nobody_raises_alarms(it):
    page = it.get(reverse("oversight:health")).content.decode()
    assert "HEALTH_LIST_LATE" in page
    assert alarms.standing() == []


def test_without_duty_contacts_the_page_says_that_nobody_is_told(it, settings):
    settings.DUTY_CONTACTS = []
    assert "VAXPASS_DUTY_CONTACTS" in it.get(reverse("oversight:health")).content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_has_a_sentence(language):
    from django.utils.translation import gettext, override

    with override(language):
        assert [kind for kind in KINDS if gettext(kind) == kind or "%(" in gettext(kind)] == []


def test_every_fact_of_a_finding_has_a_word(tmp_path):
    note_probe(ProbeName.DISK, "", {"free_percent": 1}, now=NOW)
    note_probe(ProbeName.LOG_KEY, "X_Y", {}, now=NOW)
    facts = {name for one in findings(jobs.read_now(NOW)) for name in one.facts}
    assert facts <= set(FACT_WORDS)


def test_the_command_tells_without_any_worker(capsys):
    with pytest.raises(CommandError, match="Not well"):
        call_command("health", "--tell", "--json")
    told = json.loads(capsys.readouterr().out)
    assert "HEALTH_WORKERS_SILENT" in {one["kind"] for one in told["findings"]}
    assert Notice.objects.filter(template="HEALTH_ALARM").exists()
