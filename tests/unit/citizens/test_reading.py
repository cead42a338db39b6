"""What people type, read into the records' forms: examples, and what holds for every date, phone and name."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.citizens.reading import read_birth_date, read_details, read_name, read_number
from vaxpass.offices.scope import Refused

TODAY = date(2022, 4, 15)
DAYS = st.dates(date(1900, 1, 1), TODAY)
VIETNAMESE = ["Nguyễn", "Thị", "Ánh", "Đặng", "Đình", "Đức", "Hường", "Lê", "Ước", "Nghĩa", "Bùi", "Yến"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("17/5/1990", "1990-05-17"),
        ("17-05-1990", "1990-05-17"),
        ("17.5.1990", "1990-05-17"),
        (" 17 5 1990 ", "1990-05-17"),
        ("17051990", "1990-05-17"),
        ("1990-05-17", "1990-05-17"),
        ("ngày 17 tháng 5 năm 1990", "1990-05-17"),
        ("1990", "1990"),
        ("１７/５/１９９０", "1990-05-17"),
    ],
)
def test_birth_dates_as_people_type_them(typed, read):
    assert read_birth_date(typed, today=TODAY) == read


@pytest.mark.parametrize(
    "typed",
    ["", "tháng 5", "5/17/1990", "31/2/1990", "33000", "90", "1899", "16/4/2022", "2023", "5/1990", "1990 1991"],
)
def test_what_is_no_birth_date_is_refused(typed):
    with pytest.raises(Refused, match="FIND_BIRTH_UNREADABLE"):
        read_birth_date(typed, today=TODAY)


@given(DAYS, st.sampled_from("/-. "), st.booleans(), st.booleans())
def test_every_day_is_read_back_however_it_is_written(day, sign, zeros, compact):
    parts = (f"{day.day:02}", f"{day.month:02}") if zeros or compact else (str(day.day), str(day.month))
    typed = ("" if compact else sign).join((*parts, str(day.year)))
    assert read_birth_date(typed, today=TODAY) == day.isoformat()


@given(DAYS.filter(lambda day: day.day <= 12 and day.day != day.month))
def test_day_and_month_are_never_swapped(day):
    assert read_birth_date(f"{day.day}/{day.month}/{day.year}", today=TODAY)[5:] != f"{day.day:02}-{day.month:02}"


@given(st.integers(1, 20_000))
def test_nobody_is_born_tomorrow(days):
    with pytest.raises(Refused):
        read_birth_date((TODAY + timedelta(days=days)).strftime("%d/%m/%Y"), today=TODAY)


@pytest.mark.parametrize(
    ("typed", "number", "phone"),
    [
        ("040190000001", "040190000001", ""),
        ("0401 9000 0001", "040190000001", ""),
        ("182-000-001", "182000001", ""),
        ("0912345678", "", "0912345678"),
        ("+84 912 345 678", "", "0912345678"),
        ("84912345678", "", "0912345678"),
        ("(091) 234.5678", "", "0912345678"),
        ("912345678", "912345678", "0912345678"),
        ("c1234567", "C1234567", ""),
    ],
)
def test_numbers_as_people_type_them(typed, number, phone):
    assert read_number(typed) == (number, phone)


@pytest.mark.parametrize("typed", ["", "12", "abcdefg", "không có", "0401900000011", "'; DROP TABLE", "1" * 40])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(Refused, match="FIND_NUMBER_UNREADABLE"):
        read_number(typed)


@given(
    st.sampled_from("35789"), st.integers(0, 99_999_999), st.sampled_from(["0", "84", "+84", "+84 ", ""]),
    st.lists(st.integers(1, 8), max_size=3), st.sampled_from(" .-"),
)  # fmt: skip
def test_every_mobile_number_is_read_back_however_it_is_written(kind, rest, prefix, places, sign):
    national = f"{kind}{rest:08}"
    typed = "".join((sign if place in places else "") + digit for place, digit in enumerate(national))
    assert read_number(prefix + typed)[1] == "0" + national


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_by_name(text):
    codes = {refusal(read, text) for read in (read_name, lambda one: read_birth_date(one, today=TODAY), read_number)}
    assert codes <= {"", "FIND_NAME_MISSING", "FIND_BIRTH_UNREADABLE", "FIND_NUMBER_UNREADABLE"}


def refusal(read, text):
    try:
        read(text)
    except Refused as refused:
        return refused.code
    return ""


@given(st.lists(st.sampled_from(VIETNAMESE), min_size=2, max_size=5))
def test_a_name_stays_as_typed_but_tidy(words):
    assert read_name("  ".join(words) + "\u200b ") == " ".join(words)


@pytest.mark.parametrize("typed", ["", "  ", "...", "123", "a" * 101])
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(Refused, match="FIND_NAME_MISSING"):
        read_name(typed)


def test_details_say_nothing_of_anybody_when_they_are_shown():
    details = read_details("Nguyễn Thị Ánh", "1990", "0912345678", today=TODAY)
    assert repr(details) == "Details()"
