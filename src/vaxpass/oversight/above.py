"""Which units a unit lies in, from what the last tally says of its offices."""

from typing import Final

from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.models import OfficeFigures
from vaxpass.oversight.reach import column_of

_UP: Final = {
    Scheme.OLD: (Level.OFFICE, Level.COMMUNE, Level.DISTRICT, Level.PROVINCE),
    Scheme.NEW: (Level.OFFICE, Level.COMMUNE, Level.PROVINCE),
}


def units_above(unit: Unit) -> list[Unit]:
    """Give the units that a unit lies in, nearest first, the country last; the country has none. One query.

    Levels of which its offices have no code are passed over.
    """
    if unit.level is Level.COUNTRY:
        return []
    country = Unit(Level.COUNTRY, "", unit.scheme)
    levels = _UP[unit.scheme]
    if unit.level not in levels:
        return [country]
    higher = levels[levels.index(unit.level) + 1 :]
    codes = _codes(unit, higher)
    return [*(Unit(level, code, unit.scheme) for level, code in zip(higher, codes, strict=True) if code), country]


def _codes(unit: Unit, levels: tuple[Level, ...]) -> tuple[str, ...]:
    columns = [column_of(level, unit.scheme) for level in levels]
    rows = OfficeFigures.objects.filter(**{column_of(unit.level, unit.scheme): unit.code})
    return tuple(rows.values_list(*columns).first() or [""] * len(columns)) if columns else ()


def codes_of_class(facility_class: str) -> set[str]:
    """Give the codes of the offices of a class of facilities, "" for what is no facility."""
    return set(OfficeFigures.objects.filter(facility_class=facility_class).values_list("code", flat=True))
