"""The passport by e-mail: consent first, a code for a new address, once a day, and never somebody else's."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.factories.citizens import TODAY, citizen_of
from tests.unit.citizen_record.conftest import visit
from vaxpass.citizens import actions, codes
from vaxpass.citizens.codes import Proven
from vaxpass.citizens.models import Challenge
from vaxpass.citizens.queries import contacts_of
from vaxpass.jobs.passport_mail import send_passport
from vaxpass.notices.facts import Recipient, Template
from vaxpass.notices.models import Notice
from vaxpass.offices.scope import Refused
from vaxpass.passports.facts import PassportFacts
from vaxpass.records.sealing import open_seal

ADDRESS = "huong@example.org"
AGREED = {"email": ADDRESS, "agrees": "on"}


def page_of(passport: PassportFacts) -> str:
    return f"/citizen/passport/{passport.id}/mail/"


def mails() -> list[Notice]:
    return list(Notice.objects.filter(template=Template.PASSPORT_BY_EMAIL.value))


def code_sent() -> str:
    """Do the job's work; give the code that it sent."""
    codes.send_code(Challenge.objects.latest("pk").pk, actions.search, datetime.now(UTC))
    notice = Notice.objects.filter(template=Template.CONTACT_CONFIRM.value).latest("pk")
    return str(json.loads(open_seal(bytes(notice.facts_sealed)))["code"])


def test_no_consent_is_ticked_beforehand(client: Client, passport: PassportFacts) -> None:
    text = visit(client, passport.person_id).get(page_of(passport)).content.decode()
    boxes = re.findall(r'<input type="checkbox"[^>]*>', text)
    assert len(boxes) == 2
    assert not [box for box in boxes if "checked" in box]


def test_without_consent_nothing_is_sent(client: Client, passport: PassportFacts) -> None:
    answer = visit(client, passport.person_id).post(page_of(passport), {"email": ADDRESS})
    assert answer.status_code == 422
    assert not Notice.objects.exists()
    assert not Challenge.objects.exists()


def test_a_new_address_answers_a_code_first(client: Client, passport: PassportFacts) -> None:
    answer = visit(client, passport.person_id).post(page_of(passport), AGREED)
    assert (answer.status_code, answer["Location"]) == (302, page_of(passport) + "code/")
    code = code_sent()
    wrong = client.post(page_of(passport) + "code/", {"code": "000000" if code != "000000" else "111111"})
    assert wrong.status_code == 422
    assert not mails()
    right = client.post(page_of(passport) + "code/", {"code": code})
    assert right.status_code == 302
    (mail,) = mails()
    assert (mail.attachment, open_seal(bytes(mail.email_sealed))) == (f"passport/{passport.id}", ADDRESS)
    assert ADDRESS not in mail.key
    assert not contacts_of([passport.person_id])  # kept only where that was asked for


def test_an_address_is_kept_where_that_was_ticked(client: Client, passport: PassportFacts) -> None:
    visit(client, passport.person_id).post(page_of(passport), {**AGREED, "keeps": "on"})
    client.post(page_of(passport) + "code/", {"code": code_sent()})
    assert [contact.email for contact in contacts_of([passport.person_id])] == [ADDRESS]


def test_a_confirmed_address_needs_no_code_and_gets_it_once_a_day(client: Client, passport: PassportFacts) -> None:
    actions.confirm_email([passport.person_id], Proven(Recipient(email=ADDRESS)), TODAY)
    visit(client, passport.person_id)
    assert ADDRESS in client.get(page_of(passport)).content.decode()
    for _ in range(2):
        assert client.post(page_of(passport), AGREED)["Location"] == f"/citizen/passport/{passport.id}/"
    assert len(mails()) == 1
    assert not Challenge.objects.exists()


def test_the_code_for_one_passport_sends_no_other(client: Client, passport: PassportFacts) -> None:
    visit(client, passport.person_id).post(page_of(passport), AGREED)
    session = client.session
    session["passport_mail"] = {**session["passport_mail"], "passport": passport.id + 1}
    session.save()
    answer = client.post(page_of(passport) + "code/", {"code": code_sent()})
    assert (answer.status_code, answer["Location"]) == (302, page_of(passport))
    assert not mails()


def test_what_is_no_address_is_said_so(client: Client, passport: PassportFacts) -> None:
    answer = visit(client, passport.person_id).post(page_of(passport), {"email": "huong at example", "agrees": "on"})
    assert answer.status_code == 422
    assert not Challenge.objects.exists()


def test_only_the_own_passport_in_force_is_sent(passport: PassportFacts) -> None:
    to = Recipient(email=ADDRESS)
    with pytest.raises(Refused, match="PASSPORT_UNKNOWN"):
        send_passport(citizen_of(passport.person_id + 1), passport.id, to, language="vi", now=TODAY)
    with pytest.raises(Refused, match="PASSPORT_NOT_LIVE"):
        send_passport(citizen_of(passport.person_id), passport.id, to, language="vi", now=passport.expires_at)
    assert not mails()
