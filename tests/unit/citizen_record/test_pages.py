"""The pages behind the guard: nobody else's records by any address, nothing kept by caches, no numbers in addresses."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import NOW
from tests.factories.citizens import citizen_of
from tests.factories.signing import DAYS, Ministry, attested_person, enter
from tests.unit.citizen_record.conftest import person_of, visit
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.citizen.guard import LONGEST_VISIT, SESSION_KEY
from vaxpass.desks.citizen.record import PURPOSES, masked, purpose_in_words
from vaxpass.passports.actions import revoke_of_versions
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.orders.rules import OrderReason
from vaxpass.passports.rules import Revocation
from vaxpass.records import actions
from vaxpass.records.access import access_version
from vaxpass.records.states import Verb

NAME = "Nguyễn Thị Hường"


def own_pages(passport_id: int) -> list[str]:
    return [
        reverse(f"citizen:{name}", args=[passport_id])
        for name in (
            "passport_one", "passport_pdf", "passport_mail", "passport_mail_code", "passport_wallet", "passport_google",
        )
    ]  # fmt: skip


def test_the_record_shows_each_dose_on_its_way(client: Client, passport: PassportFacts) -> None:
    page = visit(client, passport.person_id).get("/citizen/record/")
    text = page.content.decode()
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert NAME in text
    assert text.count('class="dose-step dose-done"') == 8
    assert "040190000001" not in text
    assert "0001" in text


def test_a_mismatch_reads_alike_whatever_the_population_database_said(client: Client, ministry: Ministry) -> None:
    pages = []
    for serial, reason in ((1, "IDENTITY_FIELDS_DIFFER"), (1_000_001, "IDENTITY_NUMBER_UNKNOWN")):
        version = enter(ministry, serial % 1_000_000, DAYS[serial % 2 and 0], full_name="Lê An", sex=1 + serial % 2)
        actions.move_all([version], Verb.REPORT_MISMATCH, now=NOW, reason=reason)
        page = visit(client, person_of(version)).get("/citizen/record/").content.decode()
        pages.append(re.search(r'<div class="dose-why stuck">.*?</div>', page, re.DOTALL)[0])
        actions.move_all([version], Verb.WITHDRAW, now=NOW)
    assert pages[0] == pages[1]
    assert "IDENTITY" not in pages[0]


def test_two_people_of_one_visit_stand_side_by_side(
    client: Client, ministry: Ministry, passport: PassportFacts
) -> None:
    child = person_of(enter(ministry, 2, DAYS[0], full_name="Trần Bé", birth_date="2012"))
    text = visit(client, passport.person_id, child).get("/citizen/record/").content.decode()
    assert text.count('<section class="human"') == 2
    assert "Trần Bé" in text


def test_a_visit_ends_by_itself(client: Client, passport: PassportFacts) -> None:
    session = client.session
    session[SESSION_KEY] = citizen_of(passport.person_id, ago=LONGEST_VISIT + timedelta(seconds=1)).to_session()
    session.save()
    for address in ("/citizen/record/", "/citizen/looks/", "/citizen/passport/", *own_pages(passport.id)):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/citizen/find/"), address


def test_anothers_passport_is_unknown_at_every_address(
    client: Client, ministry: Ministry, passport: PassportFacts
) -> None:
    other = person_of(attested_person(ministry, 2)[0])
    visit(client, other)
    for address in own_pages(passport.id):
        for ask in (client.get, client.post):
            answer = ask(address, {"code": "123456", "email": "an@example.org", "agrees": "on"})
            assert answer.status_code in {404, 405}, address
            assert NAME not in answer.content.decode(), address
    assert "PASSPORT_UNKNOWN" in client.get(own_pages(passport.id)[0]).content.decode()


def test_no_address_on_the_pages_names_a_person(client: Client, passport: PassportFacts) -> None:
    visit(client, passport.person_id)
    for address in ("/citizen/record/", "/citizen/passport/", "/citizen/looks/"):
        links = re.findall(r'(?:href|action|src)="([^"]+)"', client.get(address).content.decode())
        assert not [link for link in links if "0401" in link or "person" in link or passport.uvci in link]


def test_the_passport_shows_its_code_its_fields_and_what_they_mean(client: Client, passport: PassportFacts) -> None:
    page = visit(client, passport.person_id).get("/citizen/passport/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<svg" in text
    assert text.count('class="meaning"') == 11
    assert passport.uvci in text
    assert "Đang có hiệu lực" in text
    assert "no-store" in page["Cache-Control"]


def test_a_revoked_passport_shows_why_and_no_code(client: Client, passport: PassportFacts) -> None:
    revoke_of_versions([passport.version_id], reason=Revocation.DOSE_REPLACED, now=datetime.now(UTC))
    visit(client, passport.person_id)
    listed = client.get("/citizen/passport/").content.decode()
    assert "Đã thu hồi vì hồ sơ của quý vị được sửa" in listed
    one = client.get(own_pages(passport.id)[0]).content.decode()
    assert "Đã thu hồi vì hồ sơ của quý vị được sửa" in one
    assert "<svg" not in one
    assert "kept-passport" not in one
    assert client.get(own_pages(passport.id)[1]).status_code == 422


def test_what_is_refused_leads_back_to_the_citizens_pages(client: Client, passport: PassportFacts) -> None:
    answer = visit(client, passport.person_id).get(own_pages(passport.id + 1)[0])
    text = answer.content.decode()
    assert (answer.status_code, "PASSPORT_UNKNOWN" in text) == (404, True)
    assert '<a class="btn btn-primary" href="/citizen/">' in text
    assert "bàn làm việc" not in text


@pytest.mark.parametrize("reason", [Revocation.REPORT_ACCEPTED, *OrderReason])
def test_every_reason_of_a_revocation_is_told_in_words(client: Client, passport: PassportFacts, reason: str) -> None:
    revoke_of_versions([passport.version_id], reason=str(reason), now=datetime.now(UTC))
    one = visit(client, passport.person_id).get(own_pages(passport.id)[0]).content.decode()
    if reason == Revocation.REPORT_ACCEPTED:
        assert "một mũi tiêm được bỏ khỏi hồ sơ" in one
    else:
        assert f"Đã thu hồi theo lệnh của Bộ Y tế: {sentence(str(reason))}" in one
    assert str(reason) not in one


def test_the_pdf_is_a_file_whose_name_says_nothing(client: Client, passport: PassportFacts) -> None:
    answer = visit(client, passport.person_id).get(own_pages(passport.id)[1])
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'attachment; filename="vaccine-passport.pdf"'


def test_who_has_looked_names_offices_and_purposes_and_no_officer(
    client: Client, ministry: Ministry, passport: PassportFacts
) -> None:
    access_version(ministry.clerk, passport.version_id, purpose="record", now=NOW)
    text = visit(client, passport.person_id).get("/citizen/looks/").content.decode()
    assert "Cơ sở 40A01" in text
    assert "Mở hồ sơ" in text
    assert "Cán bộ clerk" not in text


@pytest.mark.parametrize("purpose", [*PURPOSES, "report", "report_photo", "something new"])
def test_every_purpose_has_words(purpose: str) -> None:
    assert str(purpose_in_words(purpose)) not in {"", purpose}


def test_numbers_are_hidden_but_for_their_end() -> None:
    assert masked("040190000001") == "•••• 0001"
    assert masked("001") == ""


@pytest.mark.django_db
def test_large_print_is_a_choice_that_stays(client: Client) -> None:
    answer = client.post("/print-size", {"size": "large", "next": "/citizen/"})
    assert (answer.status_code, answer["Location"]) == (302, "/citizen/")
    assert 'class="light large-print"' in client.get("/citizen/").content.decode()
    client.post("/print-size", {"size": "usual", "next": "https://elsewhere.example/"})
    assert "large-print" not in client.get("/citizen/").content.decode()


def test_large_print_leads_nowhere_else(client: Client) -> None:
    answer = client.post("/print-size", {"size": "large", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/citizen/"
