"""Pages of units: every change is asked once more, refusals stand beside the form, the list names its bad rows."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_office, make_officer
from vaxpass.jobs.units import change_units
from vaxpass.offices import units
from vaxpass.offices.models import Office, Officer, UnitChange
from vaxpass.offices.queries import get_actor
from vaxpass.offices.unit_changes import Move
from vaxpass.offices.units import Level, Scheme

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WITH_BASIS = {"on": "2026-01-01", "basis": "Nghị quyết 30/2026/QH16"}


@pytest.fixture
def officer() -> Officer:
    return Officer.objects.get(pk=make_officer("root", make_office("MOH", "ministry"), "system_administrator"))


@pytest.fixture
def desk(client: Client, officer: Officer) -> Client:
    client.force_login(officer, backend=BACKEND)
    return client


def change(desk: Client, kind: str, **said: str):
    return desk.post(reverse("administration:unit_change", args=[kind]), WITH_BASIS | said)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("rename", {"level": "province", "code": "40", "name_vi": "Thành phố Vinh", "name_en": "Vinh City"}),
        (
            "merge",
            {"level": "province", "old_codes": "40, 42", "new_code": "40", "name_vi": "Tỉnh A", "name_en": "A"},
        ),
        (
            "split",
            {
                "level": "province",
                "code": "40",
                "parts": "40; Tỉnh Nghệ An; Nghe An\r\n41;Tỉnh Vinh;Vinh",
                "offices": "40a01\t41\r\n",
            },
        ),
        ("move", {"office_code": "40a01", "province_code": "42"}),
        ("reclass", {"office_code": "40A01", "facility_class": "sector"}),
        ("reorganise", {"on": "2025-07-01"}),
    ],
)
def test_each_change_is_asked_once_more_and_then_done(desk: Client, kind: str, said: dict[str, str]) -> None:
    make_office("40A01")
    asked = change(desk, kind, **said)
    assert asked.status_code == 200
    assert b'value="yes"' in asked.content
    assert not UnitChange.objects.exists()
    done = change(desk, kind, **said, confirmed="yes")
    assert done.status_code == 302, done.content.decode()
    assert UnitChange.objects.get().done_at is not None
    assert desk.get(reverse("administration:units")).status_code == 200


def test_a_refusal_stands_beside_the_form(desk: Client) -> None:
    answer = change(desk, "move", office_code="40Z99", province_code="42")
    assert answer.status_code == 422
    assert "40Z99" in answer.content.decode()


@pytest.mark.parametrize("parts", ["40; Tỉnh Nghệ An", "40;;x\r\n41;a;b"])
def test_a_line_with_a_cell_missing_is_named(desk: Client, parts: str) -> None:
    answer = change(desk, "split", level="province", code="40", parts=parts)
    assert answer.status_code == 422
    assert not UnitChange.objects.exists()


def test_a_kind_that_is_none(desk: Client) -> None:
    assert desk.get(reverse("administration:unit_change", args=["dissolve"])).status_code == 404


def test_a_change_to_come_is_dropped_after_a_question(desk: Client, officer: Officer) -> None:
    make_office("40A01")
    now = timezone.now()
    on = now.date() + timedelta(days=30)
    change_id = change_units(get_actor(officer), Move("40A01", "42"), on=on, basis="QĐ 1", now=now)
    url = reverse("administration:unit_drop", args=[change_id])
    assert url in desk.get(reverse("administration:units")).content.decode()
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"confirmed": "yes"}).status_code == 302
    assert UnitChange.objects.get().dropped_at is not None
    assert desk.get(reverse("administration:unit_drop", args=[change_id + 1])).status_code == 404


def test_units_of_both_lists_with_their_offices(desk: Client) -> None:
    make_office("02001", province_code="02")
    old = desk.get(reverse("administration:unit_list"), {"units": "old", "size": "100"}).content.decode()
    new = desk.get(reverse("administration:unit_list"), {"units": "new", "size": "100"}).content.decode()
    assert "Hà Giang" in old
    assert "Hà Giang" not in new
    assert "Tuyên Quang" in new
    for level in ("district", "commune", "nothing"):
        assert desk.get(reverse("administration:unit_list"), {"units": "old", "level": level}).status_code == 200


def test_a_list_is_taken_in_and_its_bad_rows_are_named(desk: Client) -> None:
    content = "Cấp,Mã,Tên,Mã cấp trên,Hiệu lực từ\nXã,18100,Xã Yên Trung,40,01/07/2025\nXã,1810X,Xã Sai,40,01/07/2025"
    upload = SimpleUploadedFile("units.csv", content.encode())
    answer = desk.post(reverse("administration:unit_import"), {"file": upload})
    assert answer.status_code == 200
    assert "1810X" in answer.content.decode()
    assert [one.code for one in units.units_of(Level.COMMUNE, Scheme.NEW)] == ["18100"]
    empty = desk.post(reverse("administration:unit_import"), {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2")})
    assert empty.status_code == 422


def test_nothing_moves_without_the_right(client: Client) -> None:
    make_office("40A01")
    client.force_login(
        Officer.objects.get(pk=make_officer("t40", make_office("T40", "province"), "provincial_officer")),
        backend=BACKEND,
    )
    assert change(client, "move", office_code="40A01", province_code="42", confirmed="yes").status_code == 403
    assert Office.objects.get(code="40A01").province_code == "40"
