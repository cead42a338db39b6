"""Pages of figures: within the reach, sums that add up, small numbers hidden, and no address breaks them."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_office, make_officer
from tests.factories.waiting import enter_and_check
from vaxpass.offices.models import Officer
from vaxpass.oversight.models import OfficeCause, OfficeDay, OfficeFigures, Tally, UnitCause, UnitDay
from vaxpass.oversight.tally import tally

pytestmark = pytest.mark.django_db

PAGES = ("home", "units", "causes", "days", "late")
GROWING = re.compile(r'(FROM|JOIN) "?(records|passports|identity|reports)_')
NINE_DAYS = timedelta(days=9)


@pytest.fixture
def offices() -> dict[str, int]:
    """Two facilities of province 40, one of 01: doses that do not match since nine days; one facility is on time."""
    made = {
        "T40": make_office("T40", "province", district_code="", province_code="40"),
        "T01": make_office("T01", "province", province_code="01"),
        "BYT": make_office("BYT", "ministry"),
        "H40": make_office("H40", "district", province_code="40", district_code="412"),
        "CN": make_office("CN40", "support", province_code="40"),
        "40A01": make_office("40A01", district_code="412", commune_code="16681"),
        "40A02": make_office("40A02", district_code="413", facility_class="ministry"),
        "01A01": make_office("01A01", province_code="01", district_code="001"),
    }
    now = datetime.now(UTC)
    for place, (code, count, age) in enumerate(
        (("40A01", 12, NINE_DAYS), ("40A02", 3, timedelta(hours=2)), ("01A01", 7, NINE_DAYS))
    ):
        enter_and_check(made[code], range(place * 100, place * 100 + count), now - age)
    tally(now)
    return made


def sign_in(office: int, *roles: str) -> Client:
    officer = Officer.objects.get(pk=make_officer(f"o{office}{roles[0]}", office, *roles))
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Client, name: str, status: int = 200, /, **query: str) -> str:
    answer = client.get(reverse(f"oversight:{name}"), query)
    assert answer.status_code == status, (name, query, answer.status_code)
    return answer.text if answer.headers["Content-Type"].startswith("text/") else ""


@pytest.fixture
def province(offices: dict[str, int]) -> Client:
    return sign_in(offices["T40"], "provincial_officer")


@pytest.fixture
def ministry(offices: dict[str, int]) -> Client:
    return sign_in(offices["BYT"], "ministry_operator")


def sheet(client: Client, name: str, **query: str) -> list[list[Any]]:
    answer = client.get(reverse(f"oversight:{name}"), {"format": "xlsx", **query})
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_a_province_sees_its_own_figures_and_no_others(province: Client) -> None:
    text = page(province, "home", units="old")
    assert "Nghệ An" in text
    assert "Cơ sở 40A01" in text, "the late facility stands on the first page"
    assert "01A01" not in text
    listed = page(province, "units", units="old", by="office")
    assert ("40A01" in listed, "40A02" in listed, "01A01" in listed) == (True, True, False)


OUT_OF_REACH: tuple[dict[str, str], ...] = (
    {"level": "province", "code": "01"},
    {"level": "country"},
    {"level": "office", "code": "01A01"},
    {"level": "district", "code": "001", "units": "old"},
    {"level": "class", "code": "provincial"},
    {"level": "province", "code": "77"},
    {"level": "office", "code": "NOSUCH"},
    {"level": "province", "code": ""},
    *({"level": "province", "code": code} for code in ("40'; --", "a" * 13, "Hà", "４０", "4 0")),
)
WRITTEN_WRONGLY: tuple[dict[str, str], ...] = (
    {"units": "x", "level": "y", "by": "z", "sort": "-nothing", "size": "9999", "page": "-1", "columns": "?"},
    {"level": "district", "code": "412", "units": "new"},
    {"by": "district", "units": "new"},
    {"sort": "late", "waits": "none", "class": "'"},
    {"older": "abc", "span": "'", "show": "%", "chart": "x"},
    {"format": "xlsx", "chart": "nothing"},
    {"format": "pdf"},
    {"page": "99999999999999", "size": "0"},
)


def test_what_is_out_of_reach_is_refused_like_what_is_absent(province: Client) -> None:
    for query in OUT_OF_REACH:
        for name in PAGES:
            assert "OFFICE_UNKNOWN" in page(province, name, 404, **query)


def test_what_the_address_says_wrongly_is_passed_over(province: Client) -> None:
    for query in WRITTEN_WRONGLY:
        for name in PAGES:
            page(province, name, **query)


def test_the_parts_add_up_to_the_last_line(ministry: Client) -> None:
    for by in ("province", "district", "class"):
        rows = sheet(ministry, "units", units="old", by=by)
        head = next(index for index, row in enumerate(rows) if row[1] == "Mã")
        counted = [row for row in rows[head + 1 :] if row[0] and len(row) > 5 and isinstance(row[2], int)]
        *parts, total = counted
        doses = rows[head].index("Số mũi đã nhập")
        assert total[doses] == 22, by
        for column in range(2, len(total)):
            if isinstance(total[column], int) and "%" not in rows[head][column]:
                assert sum(row[column] or 0 for row in parts) == total[column], (by, rows[head][column])


def test_both_lists_of_units_count_the_same(ministry: Client) -> None:
    for units in ("old", "new"):
        text = page(ministry, "units", units=units, by="province", columns="way")
        foot = text[text.index("<tfoot>") : text.index("</tfoot>")]
        assert ">22<" in foot


def test_who_is_late_is_worst_first_and_the_punctual_are_absent(province: Client) -> None:
    text = page(province, "late")
    assert "Cơ sở 40A01" in text
    assert "40A02" not in text
    compared = page(province, "units", by="office")
    assert compared.index("40A01") < compared.index("40A02"), "worst first without being asked"
    assert "40A02" not in page(province, "units", by="office", waits="behind").split("<tbody>")[1].split("<tfoot>")[0]


def test_a_filter_keeps_the_unit_and_the_list_of_units(ministry: Client) -> None:
    text = page(ministry, "units", units="old", level="province", code="40", by="office", waits="behind")
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text.split("table-filters")[1]))
    assert (kept["units"], kept["level"], kept["code"], kept["by"]) == ("old", "province", "40", "office")
    clear = re.search(r'class="btn btn-link" href="([^"]+)">Hiện tất cả', text)
    assert clear
    assert parse_qs(urlsplit(clear[1].replace("&amp;", "&")).query)["code"] == ["40"]


def test_down_from_the_country_to_the_records_of_a_facility(ministry: Client) -> None:
    assert "code=40" in page(ministry, "units", units="old", by="province")
    assert "40A01" in page(ministry, "units", units="old", level="province", code="40")
    facility = page(ministry, "home", units="old", level="office", code="40A01")
    assert "Nghệ An" in facility, "the way back up"
    link = re.search(r'href="(/facility/records/\?[^"]+)"', facility)
    assert link
    records = ministry.get(link[1].replace("&amp;", "&")).text
    assert "12" in records
    assert "Nguyễn Thị Hường" in records


def test_a_class_inside_a_province_is_a_filtered_list(province: Client) -> None:
    listed = page(province, "units", by="office", **{"class": "ministry"})
    assert ("40A02" in listed, "40A01" in listed) == (True, False)


def test_the_records_of_another_province_stay_closed(province: Client) -> None:
    listed = province.get("/facility/records/", {"office": "01A01", "state": "2"}).text
    assert "Nguyễn Thị Hường" not in listed
    assert "Nguyễn Thị Hường" in province.get("/facility/records/", {"office": "40A01", "state": "2"}).text


def test_records_are_narrowed_by_cause(province: Client) -> None:
    query = {"office": "40A01", "reason": "IDENTITY_NUMBER_UNKNOWN"}
    wrong = {"office": "40A01", "reason": "IDENTITY_NAME_MISSING"}
    assert "Nguyễn Thị Hường" in province.get("/facility/records/", query).text
    assert "Nguyễn Thị Hường" not in province.get("/facility/records/", wrong).text
    assert province.get("/facility/records/", {"office": "' %", "reason": "x"}).status_code == 200


@pytest.mark.parametrize(("office", "role"), [("CN", "support_agent"), ("BYT", "it_officer")])
def test_whoever_may_not_see_records_sees_no_small_number_and_no_way_to_records(
    offices: dict[str, int], office: str, role: str
) -> None:
    client = sign_in(offices[office], role)
    listed = page(client, "units", units="old", level="province", code="40", by="office", columns="identity")
    row = listed[listed.index("40A02") :].split("</tr>")[0]
    assert "&lt;5" in row
    assert ">3<" not in row
    for name in PAGES:
        assert "/facility/records/" not in page(client, name, units="old", level="province", code="40")
    assert 3 not in [cell for row in sheet(client, "units", units="old", by="office") for cell in row[4:]]
    # A number hidden beside a small one would stand on the part's own page, or in another table of the same unit.
    assert "level=office" not in listed
    page(client, "home", 404, units="old", level="office", code="40A02")
    by_class = sheet(client, "units", units="old", level="province", code="40", by="class")
    assert by_class == sheet(client, "units", units="old", level="province", code="40", by="office")


def test_a_district_sees_itself_in_the_old_list(offices: dict[str, int]) -> None:
    client = sign_in(offices["H40"], "district_officer")
    listed = page(client, "units", units="new", by="office")
    assert ("40A01" in listed, "40A02" in listed) == (True, False)
    page(client, "home", 404, level="province", code="40", units="old")


def test_a_facility_has_an_overview_and_no_parts(offices: dict[str, int]) -> None:
    client = sign_in(offices["40A01"], "facility_head")
    assert "Cơ sở 40A01" in page(client, "home")
    page(client, "units", 302)
    for name in ("causes", "days", "late"):
        page(client, name)
    page(client, "home", 404, level="office", code="40A02")


def test_figures_say_their_time_and_when_they_are_old(offices: dict[str, int]) -> None:
    client = sign_in(offices["T40"], "provincial_officer")
    assert "Số liệu lúc" in page(client, "home")
    assert "cũ hơn năm phút" not in page(client, "home")
    Tally.objects.update(at=datetime.now(UTC) - timedelta(minutes=6))
    for name in PAGES:
        assert "cũ hơn năm phút" in page(client, name)


@pytest.mark.usefixtures("province")
def test_before_the_first_count_pages_open_and_say_so() -> None:
    for model in (OfficeCause, OfficeDay, OfficeFigures, Tally, UnitCause, UnitDay):
        model.objects.all().delete()
    client = sign_in(make_office("X40", "province"), "provincial_officer")
    for name in PAGES:
        told = page(client, name)
        assert "Chưa đếm lần nào" in told
        assert "<table" not in told, name


def test_pages_read_only_what_was_counted(province: Client, ministry: Client) -> None:
    """No page of figures touches the tables of records, reports or passports, and none asks once per row."""
    for client in (province, ministry):
        for name in PAGES:
            with CaptureQueriesContext(connection) as asked:
                page(client, name)
            statements = [query["sql"] for query in asked.captured_queries]
            assert not [one for one in statements if GROWING.search(one)], name
            assert len(statements) < 40, name


def test_days_are_shown_each_and_added_up(province: Client) -> None:
    each = page(province, "days", span="90")
    summed = page(province, "days", span="90", show="sum")
    assert 'data-chart="line"' in each
    rows = re.findall(r'<tr[^>]*><th scope="row">(\d\d/\d\d/\d{4})</th>(.*?)</tr>', summed, re.DOTALL)
    cells = re.findall(r'data-value="(\d+)"', rows[-1][1])
    assert "15" in cells, "12 and 3 doses entered in all"
    for span in ("30", "365", "all"):
        for show in ("day", "sum"):
            page(province, "days", span=span, show=show)


def test_the_heat_table_adds_up_and_narrows_by_age(province: Client) -> None:
    text = page(province, "causes", by="office")
    heat = text[text.index('id="chart-heat"') :]
    assert ">15<" in heat.split("data-total")[1]
    old = page(province, "causes", by="office", older="7")
    assert ">12<" in old[old.index('id="chart-heat"') :].split("data-total")[1]


def test_the_tile_map_stands_on_the_countrys_page_alone(ministry: Client, province: Client) -> None:
    assert page(ministry, "home", units="old").count("data-x=") == 63
    assert page(ministry, "home", units="new").count("data-x=") == 34
    assert "data-x=" not in page(province, "home")


def test_pages_speak_english_too(ministry: Client) -> None:
    ministry.post("/language", {"language": "en"})
    assert "Who is late" in page(ministry, "home")
    assert "Compare the units" in page(ministry, "units")
