"""The pages of directives, from the draft to the Excel file of who is behind; whose they are not, they do not show."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import NOW
from tests.unit.campaigns.conftest import SIGN_ALL, Country, closing
from vaxpass.campaigns import following
from vaxpass.campaigns.models import Acknowledgement, Directive, OfficeContact, Step
from vaxpass.campaigns.rules import Function
from vaxpass.offices.models import Officer

TYPED = {
    "number": "1975/BYT-CNTT", "signed_on": "2022-04-19", "title": "Làm sạch dữ liệu", "text": "Dòng một\r\nDòng hai",
    "kinds": ["facility", "province"], "moves_deadlines": "on",
}  # fmt: skip


@pytest.fixture
def sign_in(client: Client, country: Country):
    def enter(name: str) -> Client:
        client.force_login(Officer.objects.get(username=name))
        return client

    return enter


def url(name: str, *args: int) -> str:
    return reverse(f"oversight:{name}", args=args)


def test_from_the_draft_to_the_publication(sign_in, country: Country) -> None:
    page = sign_in("operator")
    assert page.post(url("directive_new"), TYPED | {"number": "không số"}).status_code == 422
    assert page.post(url("directive_new"), TYPED).status_code == 302
    draft = Directive.objects.get()
    assert draft.text == "Dòng một\nDòng hai"
    step = {"title": "Ký tập trung", "target": "told", "function": "ministry_signing", "opens_on": "2022-04-15"}
    assert page.post(url("directive_step_new", draft.pk), step | {"opens_on": ""}).status_code == 422
    page.post(url("directive_step_new", draft.pk), step)
    asked = page.post(url("directive_publish", draft.pk))
    assert Directive.objects.get().published_at is None
    for said in ("15/04/2022", "Cả nước", "Ký tập trung của Bộ", "Khi ban hành, chức năng đang mở."):
        assert said in asked.content.decode()
    assert page.post(url("directive_publish", draft.pk), {"confirmed": "yes"}).status_code == 302
    assert Directive.objects.get().published_at is not None


def test_a_province_is_offered_no_function_of_the_whole_country(sign_in, country: Country) -> None:
    draft = country.draft(by="province")
    page = sign_in("province").get(url("directive_step_new", draft)).content.decode()
    assert "facility_signing" in page
    assert "ministry_signing" not in page


def test_a_file_is_told_by_its_content_and_only_kept(sign_in, country: Country) -> None:
    draft, page = country.draft(), sign_in("operator")
    fake = BytesIO(b"MZ\x90\x00")
    fake.name = "1975.pdf"
    refused = page.post(url("directive_attach", draft), {"file": fake})
    assert (refused.status_code, "PDF, Word" in refused.content.decode()) == (422, True)
    real = BytesIO(b"%PDF-1.4\n%%EOF\n")
    real.name = 'x"<b>.exe'
    assert page.post(url("directive_attach", draft), {"file": real}).status_code == 302
    answer = page.get(url("directive_attachment", draft))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="directive-{draft}.pdf"'


def test_the_addressed_unit_reads_acknowledges_and_is_reminded_on_its_first_page(sign_in, country: Country) -> None:
    directive = country.publish(SIGN_ALL)
    page = sign_in("head")
    home = page.get(reverse("facility:home")).content.decode()
    assert url("directive", directive) in home
    shown = page.get(url("directive", directive)).content.decode()
    assert "05/05/2022" in shown
    page.post(url("directive_acknowledge", directive), {"note": "Đã phổ biến"})
    assert Acknowledgement.objects.get().note == "Đã phổ biến"
    assert page.post(url("directive_publish", directive)).status_code == 403


def test_another_s_directive_is_not_there(sign_in, country: Country) -> None:
    own = country.publish(by="province")
    page = sign_in("hanoi")
    for name in ("directive", "directive_progress", "directive_attachment"):
        assert page.get(url(name, own)).status_code == 404
    for name in ("directive_amend", "directive_acknowledge", "directive_publish", "directive_discard"):
        assert page.post(url(name, own)).status_code == 404


def test_who_never_acknowledged_as_table_and_as_excel_file(sign_in, country: Country) -> None:
    directive = country.publish(SIGN_ALL)
    following.acknowledge(country.actor("head"), directive, "Đã phổ biến", now=NOW)
    page = sign_in("operator")
    listed = page.get(url("directive_progress", directive) + "?what=unread").content.decode()
    assert "Cơ sở 40A02" in listed
    assert "Cơ sở 40A01" not in listed
    file = page.get(url("directive_progress", directive) + "?format=xlsx")
    cells = {cell for row in load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True) for cell in row}
    assert {"40A01", "40A02", "Đã phổ biến", "Cán bộ head"} <= cells


def test_a_province_sees_its_own_units_of_a_ministry_s_directive_alone(sign_in, country: Country) -> None:
    directive = country.publish(SIGN_ALL)
    for query in ("?what=unread", "?what=unread&province=01", "?format=xlsx"):
        answer = sign_in("province").get(url("directive_progress", directive) + query)
        assert answer.status_code == 200
        assert "01A01" not in answer.content.decode(errors="replace")


def test_withdrawing_asks_for_a_reason_and_a_step_once_more(sign_in, country: Country) -> None:
    directive = country.publish(closing(Function.INTAKE, opens=date(2030, 1, 1)), SIGN_ALL)
    step = Step.objects.filter(directive_id=directive).earliest("place")
    page = sign_in("operator")
    page.post(url("directive_step_withdraw", directive, step.pk))
    assert Step.objects.get(pk=step.pk).withdrawn_at is None
    page.post(url("directive_step_withdraw", directive, step.pk), {"confirmed": "yes"})
    assert Step.objects.get(pk=step.pk).withdrawn_at is not None
    assert page.post(url("directive_withdraw", directive), {"because": ""}).status_code == 422
    page.post(url("directive_withdraw", directive), {"because": "Ban hành nhầm"})
    assert Directive.objects.get().withdrawn_because == "Ban hành nhầm"


def test_the_state_of_a_function_stands_on_its_page_before_anybody_presses(sign_in, country: Country) -> None:
    country.publish(
        closing(Function.INTAKE, opens=date(2059, 1, 1)), closing(Function.CITIZEN_REPORTS, opens=date(2059, 1, 1))
    )
    page = sign_in("head")
    assert "01/01/2059" in page.get(reverse("facility:entry")).content.decode()
    assert "01/01/2059" in page.get(reverse("citizen:home")).content.decode()
    refused = page.get(reverse("citizen:report"))
    assert (refused.status_code, "FUNCTION_CLOSED" in refused.content.decode()) == (422, True)


def test_the_mailbox_of_the_own_office(sign_in, country: Country) -> None:
    page = sign_in("head")
    assert page.post(url("mailbox"), {"email": "không phải thư"}).status_code == 422
    page.post(url("mailbox"), {"email": "VanThu@Example.vn"})
    assert OfficeContact.objects.get().office_id == country.offices["40A01"]
    assert page.get(url("mailbox_of", country.offices["40A02"])).status_code == 404
