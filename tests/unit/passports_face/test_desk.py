"""The passport at the facility's counter: list, page, print; scope, looks, and what must not be handed out."""

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.factories import NOW, make_office, make_officer
from tests.factories.signing import (
    Key,
    Ministry,
    approved_run,
    attested_person,
    make_key,
    make_ministry,
    sign_and_record,
)
from vaxpass.desks._shared.passport_page import print_passport, show_passport
from vaxpass.desks._shared.refusals import sentence
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor, Refused
from vaxpass.passports import queries
from vaxpass.passports.actions import revoke_of_versions
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.orders.rules import OrderReason
from vaxpass.passports.rules import Revocation
from vaxpass.records.queries import looks_at

NUMBER = "040190000001"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def ministry(db: None) -> Ministry:
    return make_ministry()


@pytest.fixture
def key() -> Key:
    return make_key()


@pytest.fixture
def passport(ministry: Ministry, key: Key) -> PassportFacts:
    attested_person(ministry, 1)
    sign_and_record(approved_run(ministry, key)[1], key)
    (found,) = queries.facts_of(list(queries.passports()))
    return found


def at_the_desk(actor: Actor, **times: Any) -> Any:
    """A request behind the guard, at the factories' time."""
    request: Any = RequestFactory().get("/")
    request.user, request.actor, request.now = AnonymousUser(), actor, NOW + timedelta(hours=1, **times)
    request.resolver_match = None
    return request


def stranger() -> Actor:
    office = make_office("40B02", province_code="40")
    return get_actor(Officer.objects.get(pk=make_officer("stranger", office, "facility_clerk")))


def test_the_page_shows_the_eleven_fields_and_no_id_number(ministry: Ministry, passport: PassportFacts) -> None:
    page = show_passport(at_the_desk(ministry.clerk), passport.id, pdf_url="/pdf", back_url="/").content.decode()

    place = 0
    for number in range(1, 12):
        place = page.index(f'<li value="{number}">', place)
    for shown in ("Nguyễn Thị Hường", "17/05/1990", "1990-05-17", "Việt Nam", passport.uvci, "<svg", "/pdf"):
        assert shown in page
    assert NUMBER not in page


def test_the_print_is_the_passport(ministry: Ministry, passport: PassportFacts) -> None:
    answer = print_passport(at_the_desk(ministry.clerk), passport.id)

    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert "Nguy" not in answer["Content-Disposition"]
    with pypdfium2.PdfDocument(answer.content) as document:
        page = document[0]
        (code,) = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())
        textpage = page.get_textpage()
        assert NUMBER not in textpage.get_text_range()
        textpage.close()
        page.close()
    assert code.text == queries.hc1_text(passport)


def test_each_look_and_each_print_is_written_down(ministry: Ministry, passport: PassportFacts) -> None:
    show_passport(at_the_desk(ministry.clerk), passport.id, pdf_url="", back_url="")
    print_passport(at_the_desk(ministry.clerk), passport.id)

    purposes = [look.purpose for look in looks_at(passport.person_id)]
    assert {"passport", "passport-print"} <= set(purposes)


def test_a_passport_out_of_reach_is_refused_as_unknown(passport: PassportFacts) -> None:
    request = at_the_desk(stranger())

    with pytest.raises(Refused) as shown:
        show_passport(request, passport.id, pdf_url="", back_url="")
    with pytest.raises(Refused) as printed:
        print_passport(request, passport.id)

    assert [shown.value.code, printed.value.code] == ["PASSPORT_UNKNOWN"] * 2


def test_an_expired_one_is_shown_as_such_and_not_printed(ministry: Ministry, passport: PassportFacts) -> None:
    late = at_the_desk(ministry.clerk, days=400)
    page = show_passport(late, passport.id, pdf_url="/pdf", back_url="").content.decode()

    assert "Đã hết hạn" in page
    assert "/pdf" not in page
    with pytest.raises(Refused) as refused:
        print_passport(late, passport.id)
    assert refused.value.code == "PASSPORT_NOT_LIVE"


def test_a_revoked_one_is_not_printed(ministry: Ministry, passport: PassportFacts) -> None:
    revoke_of_versions([passport.version_id], reason=Revocation.DOSE_REPLACED, now=NOW)

    with pytest.raises(Refused) as refused:
        print_passport(at_the_desk(ministry.clerk), passport.id)
    assert refused.value.code == "PASSPORT_NOT_LIVE"


@pytest.mark.parametrize("reason", OrderReason)
def test_what_an_order_revoked_says_its_reason_in_words(
    ministry: Ministry, passport: PassportFacts, reason: OrderReason
) -> None:
    revoke_of_versions([passport.version_id], reason=reason.value, now=NOW)
    page = show_passport(at_the_desk(ministry.clerk), passport.id, pdf_url="/pdf", back_url="").content.decode()

    assert sentence(reason.value) != reason.value
    assert sentence(reason.value) in page
    assert "hồ sơ được sửa" not in page


def test_the_list_shows_the_facilitys_people_and_leads_to_the_passport(passport: PassportFacts) -> None:
    client = Client()
    client.force_login(Officer.objects.get(username="clerk"), BACKEND)

    page = client.get(reverse("facility:passports")).content.decode()

    assert "Nguyễn Thị Hường" in page
    assert reverse("facility:passport", args=[passport.id]) in page
    assert client.get(reverse("facility:passport", args=[passport.id])).status_code == 200
    assert client.get(reverse("facility:passport", args=[passport.id + 1])).status_code == 404
    assert "passports" in {look.purpose for look in looks_at(passport.person_id)}


def test_another_facility_sees_an_empty_list(passport: PassportFacts) -> None:
    stranger()
    client = Client()
    client.force_login(Officer.objects.get(username="stranger"), BACKEND)

    page = client.get(reverse("facility:passports")).content.decode()

    assert "Nguyễn Thị Hường" not in page
    assert client.get(reverse("facility:passport", args=[passport.id])).status_code == 404
    assert client.get(reverse("facility:passport_pdf", args=[passport.id])).status_code == 404


def found_by(username: str, sought: str) -> Any:
    client = Client()
    client.force_login(Officer.objects.get(username=username), BACKEND)
    return client.post(reverse("facility:find_passport"), {"sought": sought})


@pytest.mark.parametrize("sought", ["id number", "uvci"])
def test_a_search_by_either_number_leads_to_the_passport(passport: PassportFacts, sought: str) -> None:
    answer = found_by("clerk", NUMBER if sought == "id number" else passport.uvci.lower())

    assert answer.status_code == 302
    assert answer.url == reverse("facility:passport", args=[passport.id])


def test_a_search_never_finds_what_is_out_of_reach(passport: PassportFacts) -> None:
    stranger()
    for sought in (NUMBER, passport.uvci, "no such number"):
        page = found_by("stranger", sought).content.decode()
        assert "Không có hộ chiếu nào tính mũi tiêm của cơ sở này" in page
        assert reverse("facility:passport", args=[passport.id]) not in page


def test_a_search_stands_in_no_address(passport: PassportFacts) -> None:
    client = Client()
    client.force_login(Officer.objects.get(username="clerk"), BACKEND)

    assert client.get(reverse("facility:find_passport"), {"sought": NUMBER}).status_code == 405
    assert found_by("clerk", "").status_code == 422
