"""The ministry's list of units: good rows kept, each other one refused with its reason."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from tests.factories import make_office, make_officer
from vaxpass.jobs.units import change_units, import_units
from vaxpass.offices import units
from vaxpass.offices.models import Act, AdministrativeUnit, Office
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.unit_changes import Reorganise
from vaxpass.offices.unit_names import english_name
from vaxpass.offices.units import REORGANISED_ON, Level, Scheme

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 2, 2, 3, tzinfo=UTC)
HEAD = "Cấp,Mã,Tên,Mã cấp trên,Hiệu lực từ,Hết hiệu lực,Trở thành"
GOOD = [
    "Huyện,412,Huyện Hưng Nguyên,40,,01/07/2025,",
    "Xã,18001,Xã Hưng Trung,412,,01/07/2025,18100",
    "Xã,18004,Xã Hưng Yên,412,,01/07/2025,18100",
    "Xã,18100,Xã Yên Trung,40,01/07/2025,,",
]


@pytest.fixture
def admin() -> Actor:
    return get_actor_by_id(make_officer("admin", make_office("BYT", "ministry"), "system_administrator"))


def sheet(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


def test_a_list_of_old_and_new_units_lets_offices_follow(admin: Actor) -> None:
    make_office("40001", province_code="40", district_code="412", commune_code="18001")
    taken = import_units(admin, sheet(*GOOD), now=NOW)
    assert (taken.added, taken.successions, taken.refused) == (4, 2, ())
    assert [one.code for one in units.units_of(Level.COMMUNE, Scheme.OLD, "40")] == ["18001", "18004"]
    assert [one.name_en for one in units.units_of(Level.COMMUNE, Scheme.NEW, "40")] == ["Yen Trung Commune"]
    change_units(admin, Reorganise(), on=REORGANISED_ON, basis="Nghị quyết 202/2025/QH15", now=NOW)
    moved = Office.objects.get(code="40001")
    assert (moved.district_code, moved.commune_code) == ("", "18100")


def test_the_same_list_again_changes_nothing(admin: Actor) -> None:
    import_units(admin, sheet(*GOOD), now=NOW)
    taken = import_units(admin, sheet(*GOOD), now=NOW)
    assert (taken.added, taken.there_already, taken.successions) == (0, 4, 0)
    assert Act.objects.filter(verb="import_units").count() == 1


def test_an_excel_file_with_codes_that_lost_their_noughts(admin: Actor) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Danh mục đơn vị hành chính"])
    book.active.append(["Cấp", "Mã", "Tên", "Mã cấp trên", "Hiệu lực từ"])
    book.active.append(["Xã", 4, "Phường Ba Đình", 1, date(2025, 7, 1)])
    content = io.BytesIO()
    book.save(content)
    taken = import_units(admin, content.getvalue(), now=NOW)
    assert taken.refused == ()
    assert [(one.code, one.name_en) for one in units.units_of(Level.COMMUNE, Scheme.NEW, "01")] == [
        ("00004", "Ba Dinh Ward")
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("Vùng,412,Vùng A,40,,,", "UNIT_ROW_LEVEL"),
        ("Xã,1800A,Xã A,412,,,", "UNIT_CODE_ILL_FORMED"),
        ("Xã,18009,,412,,,", "UNIT_NAME_MISSING"),
        ("Xã,18009,Xã A,412,32/01/2020,,", "UNIT_ROW_DAYS"),
        ("Xã,18009,Xã A,412,01/01/2021,01/01/2020,", "UNIT_ROW_DAYS"),
        ("Xã,18009,Xã A,412,,bao giờ,", "UNIT_ROW_DAYS"),
        ("Huyện,413,Huyện A,40,,,", "UNIT_DISTRICT_ENDED"),
        ("Xã,18100,Xã Yên Trung,40,01/07/2025,,", "UNIT_ROW_TWICE"),
        ("Xã,18100,Xã Khác,40,01/01/2026,,", "UNIT_CODE_IN_FORCE"),
        ("Xã,18009,Xã A,999,,,", "UNIT_PARENT_UNKNOWN"),
        ("Xã,18009,Xã A,412,,01/07/2025,18999", "UNIT_BECAME_UNKNOWN"),
        ("Tỉnh,40,Tỉnh Nghệ Tĩnh,,01/08/2008,,", "UNIT_ROW_DIFFERS"),
    ],
)
def test_one_row_wrong_the_others_are_kept(admin: Actor, row: str, code: str) -> None:
    taken = import_units(admin, sheet(*GOOD, row), now=NOW)
    assert taken.added == len(GOOD)
    assert [(one.row, one.refusal.code) for one in taken.refused] == [(6, code)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        ("Tên,Mã\nXã A,18009".encode(), "LIST_COLUMNS_MISSING"),
        (b"%PDF-1.4", "FILE_OTHER_KIND"),
        (b"x" * 3_000_001, "FILE_TOO_LARGE"),
    ],
)
def test_the_whole_list_refused(admin: Actor, content: bytes, code: str) -> None:
    before = AdministrativeUnit.objects.count()
    with pytest.raises(Refused, match=code):
        import_units(admin, content, now=NOW)
    assert AdministrativeUnit.objects.count() == before


def test_only_who_may_change_units(db: None) -> None:
    officer = get_actor_by_id(make_officer("t40", make_office("T40", "province"), "provincial_officer"))
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        import_units(officer, sheet(*GOOD), now=NOW)


def test_english_names() -> None:
    assert english_name("Đặc khu Phú Quý") == "Phu Quy Special Zone"
    assert english_name("Quận 1") == "1 District"
    assert english_name("Đăk Glei") == "Dak Glei"
