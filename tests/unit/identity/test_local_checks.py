import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass.identity.local_checks import (
    IdentityRefusal,
    birth_province_codes,
    century_sex_digit,
    check_before_asking,
    check_birth_date,
    check_id_number,
)

TODAY = date(2026, 11, 22)
GOOD: dict[str, Any] = {
    "name": "Nguyễn Thị Ánh",
    "sex": "F",
    "birth_date": "1984-05-07",
    "id_number": "040184000001",
    "old_number": "",
    "today": TODAY,
}

provinces = st.sampled_from(sorted(birth_province_codes()))
sexes = st.sampled_from("MF")
days = st.dates(date(1900, 1, 1), TODAY)
free_digits = st.integers(0, 999_999).map("{:06d}".format)


def spell(province, sex, year, free):
    return f"{province}{century_sex_digit(year, sex)}{year % 100:02d}{free}"


def test_a_good_question_may_be_sent():
    assert check_before_asking(**GOOD) is None


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"id_number": ""}, IdentityRefusal.NUMBER_MISSING),
        ({"id_number": "04018400000"}, IdentityRefusal.NUMBER_LENGTH),
        ({"id_number": "0401840000011"}, IdentityRefusal.NUMBER_LENGTH),
        ({"id_number": "182000001"}, IdentityRefusal.NUMBER_LENGTH),
        ({"id_number": "O40184000001"}, IdentityRefusal.NUMBER_NOT_DIGITS),
        ({"id_number": "04018400000٣"}, IdentityRefusal.NUMBER_NOT_DIGITS),
        ({"id_number": "040184 00001"}, IdentityRefusal.NUMBER_NOT_DIGITS),
        ({"id_number": "040184000001\n"}, IdentityRefusal.NUMBER_NOT_DIGITS),
        ({"id_number": "003184000001"}, IdentityRefusal.PROVINCE_UNKNOWN),
        ({"id_number": "000184000001"}, IdentityRefusal.PROVINCE_UNKNOWN),
        ({"id_number": "097184000001"}, IdentityRefusal.PROVINCE_UNKNOWN),
        ({"sex": "M"}, IdentityRefusal.SEX_DIGIT),
        ({"id_number": "040084000001"}, IdentityRefusal.SEX_DIGIT),
        ({"birth_date": "1985-05-07"}, IdentityRefusal.YEAR_DIGITS),
        ({"birth_date": "2084-05-07", "today": date(2090, 1, 1)}, IdentityRefusal.YEAR_DIGITS),
        ({"birth_date": "1984-02-30"}, IdentityRefusal.BIRTH_DATE_FORM),
        ({"birth_date": "07/05/1984"}, IdentityRefusal.BIRTH_DATE_FORM),
        ({"birth_date": "19840507"}, IdentityRefusal.BIRTH_DATE_FORM),
        ({"birth_date": ""}, IdentityRefusal.BIRTH_DATE_FORM),
        ({"birth_date": "2027"}, IdentityRefusal.BIRTH_DATE_FUTURE),
        ({"birth_date": "2026-11-23"}, IdentityRefusal.BIRTH_DATE_FUTURE),
        ({"name": " "}, IdentityRefusal.NAME_MISSING),
        ({"sex": ""}, IdentityRefusal.SEX_MISSING),
        ({"id_number": "", "old_number": "18200001"}, IdentityRefusal.OLD_NUMBER_LENGTH),
        ({"id_number": "", "old_number": "18200000X"}, IdentityRefusal.OLD_NUMBER_NOT_DIGITS),
    ],
)
def test_one_thing_wrong_one_refusal(change, refusal):
    assert check_before_asking(**{**GOOD, **change}) is refusal


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"birth_date": "1984"}, id="only the year is known"),
        pytest.param({"id_number": "", "old_number": "182000001"}, id="the old number"),
        pytest.param({"old_number": "x"}, id="the old number plays no part beside the new one"),
        pytest.param({"id_number": "152184000001"}, id="a birth registered abroad"),
        pytest.param({"birth_date": "2026-11-22", "id_number": "040326000001"}, id="born today"),
    ],
)
def test_what_cannot_be_known_wrong_is_let_through(change):
    assert check_before_asking(**{**GOOD, **change}) is None


@settings(deadline=None)  # a loaded machine is no fault
@given(provinces, sexes, days, free_digits)
def test_every_well_made_number_passes(province, sex, day, free):
    number = spell(province, sex, day.year, free)
    fields = {**GOOD, "sex": sex, "birth_date": day.isoformat(), "id_number": number}
    assert check_before_asking(**fields) is None
    assert check_before_asking(**{**fields, "birth_date": f"{day.year}"}) is None


@settings(deadline=None)  # a loaded machine is no fault
@given(provinces, sexes, days, free_digits, st.integers(3, 5), st.integers(1, 9))
def test_no_change_of_the_meaningful_digits_passes(province, sex, day, free, at, shift):
    number = spell(province, sex, day.year, free)
    digit = (int(number[at]) + shift) % 10
    changed = f"{number[:at]}{digit}{number[at + 1 :]}"
    assert check_id_number(changed, sex=sex, birth_year=day.year) in {
        IdentityRefusal.SEX_DIGIT,
        IdentityRefusal.YEAR_DIGITS,
    }


@settings(deadline=None)  # a loaded machine is no fault
@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_any_text_gives_a_code_or_passes(name, sex, birth_date, id_number, old_number):
    refusal = check_before_asking(
        name=name, sex=sex, birth_date=birth_date, id_number=id_number, old_number=old_number, today=TODAY
    )
    assert refusal is None or refusal in IdentityRefusal


@settings(deadline=None)  # a loaded machine is no fault
@given(st.dates())
def test_a_birth_date_is_refused_exactly_when_it_is_to_come(day):
    expected = IdentityRefusal.BIRTH_DATE_FUTURE if day > TODAY else None
    assert check_birth_date(day.isoformat(), today=TODAY) is expected


def test_tomorrow_is_future_and_today_is_not():
    tomorrow = TODAY + timedelta(days=1)
    assert check_birth_date(TODAY.isoformat(), today=TODAY) is None
    assert check_birth_date(tomorrow.isoformat(), today=TODAY) is IdentityRefusal.BIRTH_DATE_FUTURE


def test_every_code_begins_alike_and_stands_once():
    codes = [refusal.value for refusal in IdentityRefusal]
    assert all(code.startswith("IDENTITY_") for code in codes)
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("year", "sex", "digit"), [(1900, "M", "0"), (1999, "F", "1"), (2000, "M", "2"), (2021, "F", "3"), (2100, "M", "4")]
)
def test_century_and_sex(year, sex, digit):
    assert century_sex_digit(year, sex) == digit


@pytest.fixture(scope="session")
def lists_of_others():
    folder = os.environ.get("VAXPASS_VECTORS") or Path(__file__).parents[4] / "shared" / "vectors"
    path = Path(folder) / "vietnam" / "provinces.json"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the lists of provinces are missing: {path}")
        pytest.skip(f"the lists of provinces are missing: {path}")
    return json.loads(path.read_text(encoding="utf-8"))


def provinces_on(day):
    table = (Path(__file__).parents[3] / "src/vaxpass/offices/data/provinces.csv").read_text(encoding="utf-8")
    rows = [line.split(",") for line in table.splitlines()[1:]]
    return {row[0]: row[1] for row in rows if row[3] <= day and (not row[4] or day < row[4])}


def same_spelling(names):
    # Hoà and Hòa, Hoá and Hóa are two ways of setting one tone mark.
    return {code: name.replace("oà", "òa").replace("oá", "óa") for code, name in names.items()}


@pytest.mark.vectors
@pytest.mark.parametrize(
    ("day", "key"),
    [("2022-01-01", "gso_2022_63_provinces"), ("2026-08-02", "from_2025_07_01_34_provinces")],
)
def test_our_provinces_are_those_of_the_published_lists(lists_of_others, day, key):
    theirs = {row["code"]: row["name"] for row in lists_of_others[key]}
    assert same_spelling(provinces_on(day)) == same_spelling(theirs)


@pytest.mark.vectors
def test_every_province_of_2022_registered_births(lists_of_others):
    codes = {"0" + row["code"] for row in lists_of_others["gso_2022_63_provinces"]}
    assert birth_province_codes() == codes


def test_every_day_since_2008_has_63_or_34_provinces():
    for day in ("2008-08-01", "2024-12-31", "2025-01-01", "2025-06-30"):
        assert len(provinces_on(day)) == 63
    for day in ("2025-07-01", "2026-04-29", "2026-04-30"):
        assert len(provinces_on(day)) == 34


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_refusal_has_its_sentence(language):
    path = Path(__file__).parents[3] / f"locale/identity_checks/{language}/LC_MESSAGES/django.po"
    catalog = read_po(path.read_bytes().splitlines(keepends=True), abort_invalid=True)
    sentences = {message.id: message.string for message in catalog if message.id}
    assert sentences.keys() == {refusal.value for refusal in IdentityRefusal}
    assert all(sentences.values())
    assert len(set(sentences.values())) == len(sentences)
