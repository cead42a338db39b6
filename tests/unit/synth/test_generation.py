"""The nation as it was written: bytes, truth, rates."""

import unicodedata
from datetime import date

import pytest

from vaxpass.adapters.population.register import Register
from vaxpass.identity.local_checks import check_before_asking
from vaxpass.identity.ports import Outcome
from vaxpass.synth import DEMO_FACILITIES, FacilityPlan, SynthPlan, generate
from vaxpass.synth.layouts import excel_serial
from vaxpass.synth.mistakes import (
    IDENTITY_MISTAKES,
    IDENTITY_RATE,
    NOT_ENTERED_RATE,
    NUMBER_MISTAKES,
    NUMBER_RATE,
    ROW_MISTAKES,
)

from .conftest import PEOPLE, TODAY, layout_of


def plan(**changes):
    return SynthPlan(**{"seed": 3, "people": 300, "today": TODAY, **changes})


def bytes_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        generate(plan(), tmp_path / name)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_another_seed_gives_another_nation(tmp_path):
    for seed in (3, 4):
        generate(plan(seed=seed), tmp_path / str(seed))
    three, four = bytes_of(tmp_path / "3"), bytes_of(tmp_path / "4")
    assert three.keys() == four.keys()
    assert all(three[name] != four[name] for name in three)


def test_the_people_of_a_small_nation_are_the_first_of_a_large_one(tmp_path):
    generate(plan(people=100), tmp_path / "small")
    generate(plan(people=300), tmp_path / "large")
    small = (tmp_path / "small/population.jsonl").read_text(encoding="utf-8")
    assert (tmp_path / "large/population.jsonl").read_text(encoding="utf-8").startswith(small)


def test_a_full_file_is_followed_by_another(tmp_path):
    one = FacilityPlan("01009", "Trạm mẫu", "Demo station", "provincial", "01")
    report = generate(plan(facilities=(one,), rows_per_file=200), tmp_path)
    assert len(report.files) == -(-report.rows // 200)
    assert report.files[:2] == ("01009.xlsx", "01009-2.xlsx")
    assert "TWO_FACILITIES" not in report.mistakes
    assert "DUPLICATE_ACROSS" not in report.mistakes


def test_progress_ends_with_everybody(tmp_path):
    told = []
    generate(plan(people=1_500), tmp_path, progress=lambda done, of: told.append((done, of)))
    assert told == [(1_000, 1_500), (1_500, 1_500)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"people": 0}, "SYNTH_PEOPLE_OUT_OF_RANGE"),
        ({"people": 1_000_001}, "SYNTH_PEOPLE_OUT_OF_RANGE"),
        ({"facilities": ()}, "SYNTH_FACILITIES_NOT_DISTINCT"),
        ({"facilities": DEMO_FACILITIES[:1] * 2}, "SYNTH_FACILITIES_NOT_DISTINCT"),
        ({"facilities": (FacilityPlan("1", "a", "b", "sector", "03"),)}, "SYNTH_PROVINCE_UNKNOWN"),
        ({"rows_per_file": 0}, "SYNTH_FILE_TOO_SMALL"),
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused(changes, code):
    with pytest.raises(ValueError, match=code):
        plan(**changes)


def test_the_demo_nation_has_all_classes_in_two_provinces():
    assert {facility.facility_class for facility in DEMO_FACILITIES} == {"provincial", "ministry", "sector"}
    assert {facility.province_code for facility in DEMO_FACILITIES} == {"01", "40"}


def test_every_row_of_every_file_has_its_truth_and_nothing_else_does(nation):
    for name, rows in nation.rows.items():
        layout = layout_of(name)
        number = layout.order.index("no")
        numbered = [at for at, row in enumerate(rows, 1) if str(row[number]).removesuffix(".0").isdigit()]
        assert numbered == sorted(nation.by_file[name])


def test_the_counts_of_the_report_are_the_counts_of_the_truth(nation):
    rows = [fact for fact in nation.truth if fact["file"]]
    assert nation.report.rows == len(rows)
    for word in ("ACCEPTED", "REFUSED", "DUPLICATE"):
        assert nation.report.intake[word] == sum(fact["intake"] == word for fact in rows)


def test_every_mistake_of_the_catalogue_occurs(nation):
    expected = {*IDENTITY_MISTAKES, *NUMBER_MISTAKES, *ROW_MISTAKES, "NOT_IN_REGISTER", "NOT_ENTERED"}
    expected |= {"DUPLICATE_WITHIN", "DUPLICATE_ACROSS", "TWO_FACILITIES"}
    assert set(nation.report.mistakes) == expected


def test_rates_are_those_of_reality(nation):
    identity = nation.report.identity
    sendable = identity["MATCH"] + identity["FAIL"]
    assert identity["FAIL"] / sendable == pytest.approx(IDENTITY_RATE, abs=0.03)
    assert identity["UNSENDABLE"] / (sendable + identity["UNSENDABLE"]) == pytest.approx(NUMBER_RATE, abs=0.03)
    doses = nation.report.rows + nation.report.mistakes["NOT_ENTERED"]
    assert nation.report.mistakes["NOT_ENTERED"] / doses == pytest.approx(NOT_ENTERED_RATE, abs=0.02)


def clean(cell):
    return " ".join(unicodedata.normalize("NFC", str(cell)).split())


def read_birth(cell):
    """Read a birth date in any of the forms; the same work an intake has to do."""
    if isinstance(cell, date):
        return cell.isoformat()
    text = clean(cell).removesuffix(".0")
    if "/" in text:
        day, month, year = text.split("/")
        return f"{year}-{int(month):02d}-{int(day):02d}"
    if text.isdigit() and len(text) == 5:
        return date.fromordinal(int(text) + date(1899, 12, 30).toordinal()).isoformat()
    return text


def typed_identity(name, row):
    layout = layout_of(name)
    cells = dict(zip(layout.order, row, strict=True))
    number = clean(cells["number"]).removesuffix(".0")
    return {
        "name": clean(cells["name"]),
        "sex": "F" if clean(cells["sex"]).lower() == "nữ" else "M",
        "birth_date": read_birth(cells["birth"]),
        "id_number": "" if len(number) == 9 else number,
        "old_number": number if len(number) == 9 else "",
    }


def facts_with_identity(nation):
    for name, facts in nation.by_file.items():
        for at, fact in facts.items():
            if "NAME_BLANK" not in fact["mistakes"] and fact["identity"] != "EXEMPT":
                yield fact, typed_identity(name, nation.rows[name][at - 1])


def test_the_register_agrees_with_the_truth_of_every_row(nation):
    register = Register(nation.register)
    checked = 0
    for fact, typed in facts_with_identity(nation):
        if fact["identity"] != "UNSENDABLE":
            matched = register.compare(**typed) is Outcome.MATCH
            assert matched == (fact["identity"] == "MATCH"), fact
            checked += 1
    assert checked > PEOPLE


def test_local_checks_let_every_right_row_through_and_stop_every_unsendable_one(nation):
    for fact, typed in facts_with_identity(nation):
        refusal = check_before_asking(**typed, today=TODAY)
        if fact["identity"] == "MATCH":
            assert refusal is None, fact
        if fact["identity"] == "UNSENDABLE":
            assert refusal is not None, fact


def test_some_people_are_known_by_the_old_number_here_and_the_new_one_there(nation):
    numbers: dict[str, set[bool]] = {}
    for fact, typed in facts_with_identity(nation):
        if "TWO_FACILITIES" in fact["mistakes"] and fact["identity"] == "MATCH":
            numbers.setdefault(fact["person"], set()).add(bool(typed["old_number"]))
    assert any(kinds == {True, False} for kinds in numbers.values())


def test_foreigners_have_passports_and_are_not_in_the_register(nation):
    for name, facts in nation.by_file.items():
        order = layout_of(name).order
        for at, fact in facts.items():
            if fact["identity"] == "EXEMPT":
                row = dict(zip(order, nation.rows[name][at - 1], strict=True))
                assert len(clean(row["nationality"])) == 3
                assert clean(row["number"])[0].isalpha()


def test_the_register_knows_each_number_once_and_some_people_by_their_year_alone(nation):
    numbers = [person["id_number"] for person in nation.register]
    assert len(numbers) == len(set(numbers))
    assert any(len(person["birth_date"]) == 4 for person in nation.register)
    assert all(person["name"] == person["name"].upper() for person in nation.register)


def test_a_future_day_stays_in_the_future(nation):
    for name, facts in nation.by_file.items():
        day = layout_of(name).order.index("day")
        for at, fact in facts.items():
            if "DAY_FUTURE" in fact["mistakes"]:
                assert read_birth(nation.rows[name][at - 1][day]) > "2090"


def test_excel_serials():
    assert excel_serial(date(2021, 3, 8)) == 44263
    assert excel_serial(date(1928, 1, 1)) == 10228
