from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.intake.columns import Cell, Column
from vaxpass.intake.dates import DayUnreadable, read_birth, read_day
from vaxpass.intake.rules import Reading, read_row
from vaxpass.intake.vocabulary import read_nationality, read_sex, read_vaccine

TODAY = date(2022, 9, 1)
GOOD: dict[Column, Cell] = {
    Column.NAME: "Nguyễn Thị Hường",
    Column.BIRTH: "17/05/1990",
    Column.SEX: "Nữ",
    Column.NATIONALITY: "Việt Nam",
    Column.NUMBER: "040190000001",
    Column.PHONE: "0912345678",
    Column.DOSE: 1,
    Column.DAY: "01/09/2021",
    Column.VACCINE: "Pfizer",
    Column.LOT: "FK0112",
}


def read(**changes: Cell) -> Reading:
    return read_row(7, GOOD | {Column(name): value for name, value in changes.items()}, today=TODAY)


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(finding.column, finding.code) for finding in reading.findings]


def test_a_good_row_becomes_a_dose() -> None:
    reading = read()
    assert reading.findings == []
    assert reading.dose is not None
    assert reading.dose.identity.full_name == "Nguyễn Thị Hường"
    assert reading.dose.identity.birth_date == "1990-05-17"
    assert (reading.dose.dose.product, reading.dose.dose.given_on) == ("EU/1/20/1528", date(2021, 9, 1))
    assert reading.dose.row == 7
    assert not reading.dose.facility_states_identity


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("name", None, "NAME_BLANK"),
        ("name", "   ", "NAME_BLANK"),
        ("name", "Nguyễn Văn 2", "NAME_LETTERS"),
        ("name", "=HYPERLINK(1)", "NAME_LETTERS"),
        ("name", "Nguyễn " + "a" * 100, "NAME_LENGTH"),
        ("birth", None, "BIRTH_MISSING"),
        ("birth", "sau này", "BIRTH_FORM"),
        ("birth", "31/02/1990", "BIRTH_IMPOSSIBLE"),
        ("birth", "05/17/1990", "BIRTH_MONTH_FIRST"),
        ("birth", "17/05/1890", "BIRTH_TOO_EARLY"),
        ("birth", "17/05/2090", "BIRTH_FUTURE"),
        ("birth", "2099", "BIRTH_FUTURE"),
        ("sex", None, "SEX_MISSING"),
        ("sex", "khác", "SEX_UNKNOWN"),
        ("nationality", "Atlantis", "NATIONALITY_UNKNOWN"),
        ("number", "0" * 21, "NUMBER_TOO_LONG"),
        ("day", None, "DAY_MISSING"),
        ("day", "1/9", "DAY_FORM"),
        ("day", "1/9/21", "DAY_FORM"),
        ("day", "31/11/2021", "DAY_IMPOSSIBLE"),
        ("day", "00/08/2021", "DAY_IMPOSSIBLE"),
        ("day", "15/13/2021", "DAY_IMPOSSIBLE"),
        ("day", "08/25/2021", "DAY_MONTH_FIRST"),
        ("day", "02/09/2022", "DAY_FUTURE"),
        ("day", "07/03/2021", "DAY_BEFORE_CAMPAIGN"),
        ("day", 0, "DAY_FORM"),
        ("vaccine", None, "VACCINE_MISSING"),
        ("vaccine", "Covaxin", "VACCINE_UNKNOWN"),
        ("vaccine", "Pfizer/Moderna", "VACCINE_UNKNOWN"),
        ("lot", None, "LOT_MISSING"),
        ("lot", "x" * 31, "LOT_TOO_LONG"),
        ("lot", "<script>", "LOT_FORM"),
        ("dose", "12", "DOSE_NUMBER_IMPOSSIBLE"),
        ("record", "=1+1", "RECORD_NUMBER_FORM"),
    ],
)
def test_one_thing_wrong_is_one_named_refusal(column: str, cell: Cell, code: str) -> None:
    reading = read(**{column: cell})
    assert reading.dose is None
    assert codes(reading) == [(column, code)]


def test_every_wrong_cell_is_named() -> None:
    reading = read(name="", lot="", day="31/02/2021")
    assert codes(reading) == [("name", "NAME_BLANK"), ("lot", "LOT_MISSING"), ("day", "DAY_IMPOSSIBLE")]


def test_a_dose_before_birth_is_refused() -> None:
    assert codes(read(birth="02/09/2021")) == [("day", "DAY_BEFORE_BIRTH")]
    assert read(birth="2021").dose is not None  # the year alone leaves it possible


@pytest.mark.parametrize("number", [None, "", "12345", "0300123456", "O40190000001", "04019000000"])
def test_a_missing_or_ill_formed_number_refuses_no_vietnamese(number: str | None) -> None:
    assert read(number=number).dose is not None


@pytest.mark.parametrize(
    ("number", "kind", "kept"),
    [
        ("040190000001", 1, "040190000001"),
        ("040 190 000 001", 1, "040190000001"),
        ("186112233", 2, "186112233"),
        (40190000001, 1, "040190000001"),
        ("40190000001", 1, "040190000001"),
        (1190000001, 1, "001190000001"),
        (40290000001, 1, "40290000001"),  # the digit of century and sex disagrees: nothing is guessed
        ("C1234567", 1, "C1234567"),
        (None, 0, ""),
    ],
)
def test_numbers_are_told_apart(number: Cell, kind: int, kept: str) -> None:
    dose = read(number=number).dose
    assert dose is not None
    assert (dose.identity.number_kind, dose.identity.number) == (kind, kept)


def test_a_restored_zero_is_said() -> None:
    (finding,) = read(number=40190000001).findings
    assert (finding.code, finding.refuses) == ("NUMBER_ZERO_RESTORED", False)


def test_a_foreigner_needs_a_passport_and_is_answered_for_by_the_facility() -> None:
    dose = read(nationality="KOR", number="m12345678", name="KIM MINJUN").dose
    assert dose is not None
    assert (dose.identity.nationality, dose.identity.number_kind) == ("KR", 3)
    assert dose.identity.number == "M12345678"
    assert dose.facility_states_identity
    assert codes(read(nationality="Hàn Quốc", number="")) == [("number", "PASSPORT_MISSING")]
    assert codes(read(nationality="Hàn Quốc", number="M?1")) == [("number", "PASSPORT_FORM")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0912345678", "0912345678"), ("+84 912 345 678", "0912345678"), (912345678, "0912345678"), ("12", "")],
)
def test_phones_are_tidied_or_left_out_and_said(typed: Cell, kept: str) -> None:
    reading = read(phone=typed)
    assert reading.dose is not None
    assert reading.dose.identity.phone == kept
    assert codes(reading) == ([] if kept else [("phone", "PHONE_LEFT_OUT")])


@pytest.mark.parametrize(("typed", "number"), [(2, 2), ("2", 2), ("Mũi 3", 3), ("", None), ("nhắc lại", None)])
def test_dose_numbers(typed: Cell, number: int | None) -> None:
    dose = read(dose=typed).dose
    assert dose is not None
    assert dose.dose.dose_number == number


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("05/09/2021", date(2021, 9, 5)),
        ("5/9/2021", date(2021, 9, 5)),
        ("5-9-2021", date(2021, 9, 5)),
        ("5.9.2021", date(2021, 9, 5)),
        ("05/09/2021 08:30", date(2021, 9, 5)),
        ("ngày 5 tháng 9 năm 2021", date(2021, 9, 5)),
        ("2021-09-05", date(2021, 9, 5)),
        ("2021-09-05 00:00:00", date(2021, 9, 5)),
        (44444, date(2021, 9, 5)),
        ("44444", date(2021, 9, 5)),
        (44444.5, date(2021, 9, 5)),
    ],
)
def test_days_are_day_month_year(cell: Cell, day: date) -> None:
    assert read_day(cell) == day


@pytest.mark.parametrize(
    ("cell", "birth"),
    [("1950", "1950"), (1950, "1950"), (1950.0, "1950"), (18400, "1950-05-17"), ("1/2/1950", "1950-02-01")],
)
def test_births_may_be_a_year(cell: Cell, birth: str) -> None:
    assert read_birth(cell) == birth


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("Vero-Cell", "BBIBP-CorV"),
        ("VERO CELL (Sinopharm)", "BBIBP-CorV"),
        ("AZD1222 (AstraZeneca)", "EU/1/21/1529"),
        ("Astra Zeneca", "EU/1/21/1529"),
        ("SPIKEVAX (Moderna)", "EU/1/20/1507"),
        ("COVID-19 Vaccine Janssen", "EU/1/20/1525"),
        ("Gam-COVID-Vac", "Sputnik-V"),
        ("HAYAT-VAX", "Hayat-Vax"),
        ("abdala", "Abdala"),
        ("EU/1/20/1528", "EU/1/20/1528"),
        ("vắc xin cúm", None),
        ("", None),
    ],
)
def test_vaccines_by_their_usual_spellings(text: str, product: str | None) -> None:
    assert read_vaccine(text) == product


def test_words_for_sex_and_country() -> None:
    assert [read_sex(word) for word in ("NAM", "nữ", "Nu", "M", "F", "1", "2", "x")] == [1, 2, 2, 1, 2, 1, 2, None]
    countries = ("VN", "VNM", "Việt Nam", "viet nam", "Vietnam", "Lào", "Hoa Kỳ", "USA", "Hàn Quốc", "South Korea")
    assert [read_nationality(word) for word in countries] == ["VN"] * 5 + ["LA", "US", "US", "KR", "KR"]


CELLS = st.one_of(st.none(), st.text(max_size=40), st.integers(), st.floats(allow_nan=True), st.dates().map(str))


@given(cells=st.dictionaries(st.sampled_from(list(Column)), CELLS))
def test_whatever_stands_in_the_cells_there_is_a_dose_or_a_reason(cells: dict[Column, Cell]) -> None:
    reading = read_row(1, GOOD | cells, today=TODAY)
    assert (reading.dose is None) == any(finding.refuses for finding in reading.findings)


@given(cell=CELLS)
def test_a_day_is_read_or_refused_with_a_code(cell: Cell) -> None:
    try:
        assert isinstance(read_day(cell), date)
    except DayUnreadable as unreadable:
        assert unreadable.args[0] in {"FORM", "IMPOSSIBLE", "MONTH_FIRST"}  # noqa: PT017 -- a day is as good
