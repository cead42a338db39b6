"""Reading administrative units: the 63 provinces with districts until 30/6/2025, the 34 without from 1/7/2025.

Names and codes until 30/6/2025 after Quyết định 124/2004/QĐ-TTg, from 1/7/2025 after Quyết định 19/2025/QĐ-TTg. What
became of a province: Nghị quyết 202/2025/QH15; of districts: Nghị quyết 203/2025/QH15, which ended that level.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Q, QuerySet

from vaxpass.offices.kinds import FacilityClass
from vaxpass.offices.models import AdministrativeUnit, Office, UnitSuccession

REORGANISED_ON: Final = date(2025, 7, 1)
LAST_OLD_DAY: Final = date(2025, 6, 30)


class Scheme(StrEnum):
    """Which list of units: as they were until 30/6/2025, or as they are now."""

    OLD = "old"
    NEW = "new"


class Level(StrEnum):
    """What kind of unit figures are counted for."""

    COUNTRY = "country"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    CLASS = "class"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit in words. Code "" stands for offices that have no unit of this level."""

    level: Level
    code: str
    name_vi: str
    name_en: str
    parent_code: str = ""

    def name(self, language: str) -> str:
        """Give the name in `vi` or `en`."""
        return self.name_en if language == "en" else self.name_vi


COUNTRY: Final = UnitName(Level.COUNTRY, "", "Cả nước", "The whole country")
CLASSES: Final = (
    UnitName(Level.CLASS, FacilityClass.PROVINCIAL.value, "Cơ sở của địa phương", "Facilities of provinces"),
    UnitName(
        Level.CLASS, FacilityClass.MINISTRY.value, "Cơ sở trực thuộc Bộ Y tế", "Facilities of the Ministry of Health"
    ),
    UnitName(Level.CLASS, FacilityClass.SECTOR.value, "Cơ sở của bộ, ngành khác", "Facilities of other ministries"),
    UnitName(Level.CLASS, "", "Không phải cơ sở tiêm chủng", "Not a vaccination facility"),
)
_STORED: Final = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)
_PROVINCE_LENGTH: Final = 2


def scheme_on(day: date) -> Scheme:
    """Say which list of units holds on a day in Hanoi."""
    return Scheme.OLD if day < REORGANISED_ON else Scheme.NEW


def units_of(level: Level, scheme: Scheme, parent: str = "") -> list[UnitName]:
    """List the units of a level by code, of one parent where named; communes of old also by their province.

    New has no districts. Of OFFICE there is no list here: `queries.list_offices`.
    """
    if level is Level.COUNTRY:
        return [COUNTRY]
    if level is Level.CLASS:
        return list(CLASSES)
    if level not in _STORED or (level is Level.DISTRICT and scheme is Scheme.NEW):
        return []
    found = in_force(scheme).filter(level=level.value)
    if parent:
        found = found.filter(_below(parent, level, scheme))
    return [_name(unit) for unit in found.order_by("code")]


def unit_name(level: Level, code: str, scheme: Scheme) -> UnitName:
    """Give a unit's names; a code that no list has stands for itself, no code for “no unit of this list”."""
    return unit_names(level, {code}, scheme)[code]


def unit_names(level: Level, codes: set[str], scheme: Scheme) -> dict[str, UnitName]:
    """Give the names of several units of a level by code, with one query."""
    if level is Level.COUNTRY:
        return dict.fromkeys(codes, COUNTRY)
    known = {name.code: name for name in _known(level, codes, scheme)}
    return {code: known.get(code) or _unknown(level, code) for code in codes}


def in_force(scheme: Scheme) -> QuerySet[AdministrativeUnit]:
    """Give the units that a list holds, as rows to filter."""
    if scheme is Scheme.NEW:
        return AdministrativeUnit.objects.filter(valid_to__isnull=True).exclude(level=Level.DISTRICT.value)
    still = Q(valid_to__isnull=True) | Q(valid_to__gt=LAST_OLD_DAY)
    return AdministrativeUnit.objects.filter(still, valid_from__lte=LAST_OLD_DAY)


def successor(code: str, level: Level = Level.PROVINCE) -> str:
    """Give the code of the unit that a unit is now: itself where nothing changed, "" where it was split."""
    seen: set[str] = set()
    while code not in seen:
        seen.add(code)
        became = successors(code, level)
        if len(became) > 1:
            return ""
        code = became[0]
    return code


def successors(code: str, level: Level = Level.PROVINCE) -> list[str]:
    """List what a unit became when it last changed, by code; itself where nothing changed."""
    rows = UnitSuccession.objects.filter(level=level.value, old_code=code).values_list("on", "new_code")
    last = max((on for on, _ in rows), default=None)
    return sorted(new for on, new in rows if on == last) or [code]


@dataclass(frozen=True, slots=True)
class Succession:
    """One unit that took the place of another, or a part of it."""

    level: Level
    old_code: str
    new_code: str


def successions_after(day: date) -> list[Succession]:
    """List what became of units of every level after a day, in the order of time."""
    rows = UnitSuccession.objects.filter(on__gt=day).order_by("on").values_list("level", "old_code", "new_code")
    return [Succession(Level(level), old_code, new_code) for level, old_code, new_code in rows]


def predecessors(code: str, level: Level = Level.PROVINCE) -> list[str]:
    """List the units of before that a unit was made of, by code, itself included where it went on or never changed."""
    found: set[str] = set()
    asking = {code}
    while asking:
        rows = UnitSuccession.objects.filter(level=level.value, new_code__in=asking)
        asking = set(rows.values_list("old_code", flat=True)) - found
        found |= asking
    return sorted(found or {code})


def _below(parent: str, level: Level, scheme: Scheme) -> Q:
    if level is Level.COMMUNE and scheme is Scheme.OLD and len(parent) == _PROVINCE_LENGTH:
        districts = in_force(scheme).filter(level=Level.DISTRICT.value, parent_code=parent)
        return Q(parent_code__in=districts.values("code"))
    return Q(parent_code=parent)


def _known(level: Level, codes: set[str], scheme: Scheme) -> list[UnitName]:
    if level is Level.CLASS:
        return list(CLASSES)
    if level is Level.OFFICE:
        rows = Office.objects.filter(code__in=codes).values_list("code", "name_vi", "name_en")
        return [UnitName(level, *row) for row in rows]
    return [_name(unit) for unit in in_force(scheme).filter(level=level.value, code__in=codes)]


def _name(unit: AdministrativeUnit) -> UnitName:
    return UnitName(Level(unit.level), unit.code, unit.name_vi, unit.name_en, unit.parent_code)


def _unknown(level: Level, code: str) -> UnitName:
    if code:
        return UnitName(level, code, code, code)
    return UnitName(level, "", "Không có đơn vị trong danh mục này", "No unit in this list")
