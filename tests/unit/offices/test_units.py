"""Units of before and after 1/7/2025, and where an office stands in both."""

import csv
from datetime import date
from importlib import resources

import pytest
from django.db import IntegrityError, connection

from vaxpass.offices import units
from vaxpass.offices.actions import open_office
from vaxpass.offices.models import Placement, UnitSuccession
from vaxpass.offices.units import Level, Scheme

pytestmark = pytest.mark.django_db

UNCHANGED = {"01", "04", "11", "12", "14", "20", "22", "38", "40", "42", "46"}


def whereabouts(office_id: int) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT old_province, old_district, old_commune, new_province, new_commune "
            "FROM offices_whereabouts WHERE office_id = %s",
            [office_id],
        )
        (row,) = cursor.fetchall()
        return tuple(row)


def facility(code: str = "02001", opened_on: date = date(2021, 1, 1), **places: str) -> int:
    return open_office(
        code=code, kind="facility", facility_class="provincial", name_vi=code, name_en=code,
        opened_on=opened_on, **{"province_code": "02", **places},
    )  # fmt: skip


def test_sixty_three_and_thirty_four() -> None:
    old = {one.code for one in units.units_of(Level.PROVINCE, Scheme.OLD)}
    new = {one.code for one in units.units_of(Level.PROVINCE, Scheme.NEW)}
    assert (len(old), len(new)) == (63, 34)
    assert new <= old
    assert units.units_of(Level.DISTRICT, Scheme.NEW) == []


def test_every_old_province_goes_on_or_becomes_exactly_one_new_one() -> None:
    new = {one.code for one in units.units_of(Level.PROVINCE, Scheme.NEW)}
    became = {one.code: units.successor(one.code) for one in units.units_of(Level.PROVINCE, Scheme.OLD)}
    assert set(became.values()) == new
    merged = {code for code in new if len(units.predecessors(code)) > 1}
    assert new - merged == UNCHANGED
    assert all(became[code] == code for code in UNCHANGED)


def test_the_parts_of_each_new_province_by_name() -> None:
    """The resolution's own words, unit by unit."""
    said = {
        "Tuyên Quang": "Hà Giang, Tuyên Quang", "Lào Cai": "Lào Cai, Yên Bái", "Thái Nguyên": "Bắc Kạn, Thái Nguyên",
        "Phú Thọ": "Hoà Bình, Phú Thọ, Vĩnh Phúc", "Bắc Ninh": "Bắc Giang, Bắc Ninh",
        "Hưng Yên": "Hưng Yên, Thái Bình", "Hải Phòng": "Hải Dương, Hải Phòng",
        "Ninh Bình": "Hà Nam, Nam Định, Ninh Bình", "Quảng Trị": "Quảng Bình, Quảng Trị",
        "Đà Nẵng": "Đà Nẵng, Quảng Nam", "Quảng Ngãi": "Kon Tum, Quảng Ngãi", "Gia Lai": "Bình Định, Gia Lai",
        "Khánh Hoà": "Khánh Hoà, Ninh Thuận", "Lâm Đồng": "Bình Thuận, Lâm Đồng, Đắk Nông",
        "Đắk Lắk": "Phú Yên, Đắk Lắk", "Hồ Chí Minh": "Bà Rịa - Vũng Tàu, Bình Dương, Hồ Chí Minh",
        "Đồng Nai": "Bình Phước, Đồng Nai", "Tây Ninh": "Long An, Tây Ninh", "Cần Thơ": "Cần Thơ, Hậu Giang, Sóc Trăng",
        "Vĩnh Long": "Bến Tre, Trà Vinh, Vĩnh Long", "Đồng Tháp": "Tiền Giang, Đồng Tháp",
        "Cà Mau": "Bạc Liêu, Cà Mau", "An Giang": "An Giang, Kiên Giang",
    }  # fmt: skip
    found = {}
    for one in units.units_of(Level.PROVINCE, Scheme.NEW):
        parts = [units.unit_name(Level.PROVINCE, code, Scheme.OLD) for code in units.predecessors(one.code)]
        if len(parts) > 1:
            found[bare(one.name_vi)] = ", ".join(sorted(bare(part.name_vi) for part in parts))
    assert found == {new: ", ".join(sorted(old.split(", "))) for new, old in said.items()}


def bare(name: str) -> str:
    return name.removeprefix("Tỉnh ").removeprefix("Thành phố ")


def test_the_days_of_the_two_tables_agree() -> None:
    data = resources.files("vaxpass.offices").joinpath("data")
    provinces = list(csv.DictReader(data.joinpath("provinces.csv").read_text("utf-8").splitlines()))
    successions = list(csv.DictReader(data.joinpath("province_successions.csv").read_text("utf-8").splitlines()))
    assert {row["code"] for row in provinces if row["valid_to"] == "2025-07-01"} == {r["old_code"] for r in successions}
    assert {row["code"] for row in provinces if row["valid_from"] == "2025-07-01"} == {
        row["new_code"] for row in successions
    }


def test_the_scheme_turns_on_the_day() -> None:
    assert units.scheme_on(date(2025, 6, 30)) is Scheme.OLD
    assert units.scheme_on(date(2025, 7, 1)) is Scheme.NEW


def test_an_office_stands_in_both_schemes() -> None:
    office = facility(district_code="024", commune_code="00688")
    assert whereabouts(office) == ("02", "024", "00688", "08", "00688")


def test_an_office_opened_after_the_change_has_no_old_unit() -> None:
    office = facility("08009", date(2025, 7, 1), province_code="08", commune_code="00688")
    assert whereabouts(office) == ("", "", "", "08", "00688")


def test_old_is_where_the_office_stood_on_the_last_day() -> None:
    office = facility()
    Placement.objects.filter(office_id=office).update(until=date(2023, 1, 1))
    Placement.objects.create(office_id=office, since=date(2023, 1, 1), until=date(2026, 1, 1), province_code="06")
    Placement.objects.create(office_id=office, since=date(2026, 1, 1), province_code="01")
    assert whereabouts(office) == ("06", "", "", "01", "")


def test_an_office_without_placement_stands_where_its_row_says() -> None:
    office = facility()
    Placement.objects.all().delete()
    assert whereabouts(office)[0] == "02"
    assert whereabouts(office)[3] == "08"


def test_a_split_unit_carries_nobody_on() -> None:
    office = facility(commune_code="00688")
    for new in ("00690", "00692"):
        UnitSuccession.objects.create(level="commune", old_code="00688", new_code=new, on=date(2025, 7, 1))
    assert whereabouts(office)[4] == "00688"
    assert units.successor("00688", Level.COMMUNE) == ""


def test_successions_are_followed_to_the_end() -> None:
    office = facility(commune_code="00688")
    UnitSuccession.objects.create(level="commune", old_code="00688", new_code="00690", on=date(2023, 1, 1))
    UnitSuccession.objects.create(level="commune", old_code="00690", new_code="00692", on=date(2025, 7, 1))
    assert whereabouts(office)[4] == "00692"
    assert units.successor("00688", Level.COMMUNE) == "00692"
    assert units.predecessors("00692", Level.COMMUNE) == ["00688", "00690"]


def test_placements_of_one_office_never_overlap() -> None:
    office = facility()
    Placement.objects.filter(office_id=office).update(until=date(2023, 1, 1))
    with pytest.raises(IntegrityError, match="placements_apart"):
        Placement.objects.create(office_id=office, since=date(2022, 12, 31), until=date(2024, 1, 1))


def test_names_of_unknown_and_of_no_unit() -> None:
    names = units.unit_names(Level.COMMUNE, {"99999", ""}, Scheme.NEW)
    assert names["99999"].name("vi") == "99999"
    assert names[""].name("en") == "No unit in this list"
