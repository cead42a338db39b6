"""Reading figures: what stands, what waits for which cause, what happened by day. Reads the last tally alone.

A page reads all its figures inside `with reading():`, so that it never shows two tallies.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from vaxpass.offices.scope import Actor
from vaxpass.offices.units import Level, Scheme, unit_names, units_of
from vaxpass.oversight import rules, suppression
from vaxpass.oversight.measures import (
    AsOf,
    CauseFigures,
    DayFigures,
    DayMeasure,
    Figures,
    Measure,
    Unit,
    UnitFigures,
)
from vaxpass.oversight.models import OfficeDay, OfficeFigures, Tally, UnitCause, UnitDay
from vaxpass.oversight.reach import (
    check_reach,
    column_of,
    home_unit,
    reaches_all,
    remembering,
    rows_of,
    sees_small_numbers,
    units_reached,
)
from vaxpass.records.states import State

__all__ = [
    "AsOf",
    "CauseFigures",
    "DayFigures",
    "DayMeasure",
    "Figures",
    "Measure",
    "Unit",
    "UnitFigures",
    "as_of",
    "causes",
    "check_reach",
    "days",
    "home_unit",
    "names_of",
    "parts",
    "reading",
    "totals",
    "units_reached",
]

_SUMS = {measure.value: Sum(measure.value, default=0) for measure in Measure}
_DAY_SUMS = {measure.value: Sum(measure.value, default=0) for measure in DayMeasure}
_WITH_DAYS = (Level.COUNTRY, Level.PROVINCE, Level.CLASS)
"""Levels whose days are summed at the tally; the others are small enough to sum when they are read."""


@contextmanager
def reading() -> Iterator[None]:
    """Read figures in one snapshot of the database, so that a tally that ends meanwhile changes nothing on the page.

    Nothing can be written inside. Inside another transaction, whose snapshot it cannot choose, it only remembers where
    the reader's office stands.
    """
    if connection.in_atomic_block:
        with remembering():
            yield
        return
    with remembering(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def as_of(*, now: datetime) -> AsOf | None:
    """Give when the figures were counted; None before the first tally."""
    at = Tally.objects.order_by("-at").values_list("at", flat=True).first()
    return None if at is None else AsOf(at, now - at > rules.LATE_AFTER)


def totals(actor: Actor, unit: Unit) -> Figures:
    """Give a unit's figures. Refuses RIGHT_MISSING, OFFICE_UNKNOWN (absent and out of reach alike)."""
    figures = _figures(rows_of(actor, unit).aggregate(**_SUMS))
    return figures if sees_small_numbers(actor) else suppression.hide_small(figures)


def parts(actor: Actor, unit: Unit, by: Level, scheme: Scheme | None = None) -> list[UnitFigures]:
    """Give the figures of a unit's parts, by code; they add up to `totals`. Refuses as totals.

    `scheme`: in which list the parts are, where it is not the unit's own (the old provinces of a new one). Units of
    that list without any office stand there with nothing. What lies with no part stands under code "".
    """
    rows = rows_of(actor, unit)
    found = _offices(rows, unit.scheme) if by is Level.OFFICE else _grouped(rows, by, scheme or unit.scheme)
    if by is not Level.OFFICE:
        found |= {one: _figures({}) for one in _empty(unit, by, scheme or unit.scheme) if one not in found}
    named = _named(found, by, scheme or unit.scheme)
    return named if sees_small_numbers(actor) else suppression.hide_small_parts(named, totals(actor, unit))


def names_of(units: Iterable[Unit]) -> dict[Unit, tuple[str, str]]:
    """Give the Vietnamese and English names of units of one level and list."""
    listed = list(units)
    if not listed:
        return {}
    names = _names(listed[0].level, {unit.code for unit in listed}, listed[0].scheme)
    return {unit: names[unit.code] for unit in listed}


def causes(actor: Actor, unit: Unit, by: Level | None = None) -> list[CauseFigures]:
    """Give what waits in a unit by state and reason, most first; by part too where a level is named.

    Refuses as totals.
    """
    rows = _causes_kept(actor, unit, by) or _causes_summed(actor, unit, by)
    names = _names(by, {row[0] for row in rows}, unit.scheme) if by else {}
    found = [_cause(row, by, unit.scheme, names) for row in rows]
    return found if sees_small_numbers(actor) else suppression.hide_small_causes(found)


def _causes_kept(actor: Actor, unit: Unit, by: Level | None) -> list[tuple[Any, ...]]:
    """Give what the tally has summed already: of and by the levels of days, for whoever reaches every office."""
    check_reach(actor, unit)
    of_unit = unit.level in _WITH_DAYS and by is None
    if not reaches_all(actor) or not (of_unit or (unit.level is Level.COUNTRY and by in _WITH_DAYS)):
        return []
    level = by or unit.level
    rows = UnitCause.objects.filter(level=level.value, scheme=_kept(level, unit.scheme).value)
    if of_unit:
        rows = rows.filter(code=unit.code)
    found = rows.order_by("-count", "code", "state", "reason").values_list(
        "code", "state", "reason", "count", "oldest", "ages"
    )
    return [(*columns, *ages) for *columns, ages in found]


def _causes_summed(actor: Actor, unit: Unit, by: Level | None) -> list[tuple[Any, ...]]:
    statement, parameters = rows_of(actor, unit).values("office_id").query.sql_with_params()
    column = column_of(by, unit.scheme) if by else ""
    key = f"f.{column}" if column else "''"
    with connection.cursor() as cursor:
        cursor.execute(_CAUSES.format(key=key, offices=statement), parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


_CAUSES = """
SELECT {key}, c.state, c.reason, sum(c.count)::bigint, min(c.oldest), sum(c.ages[1])::bigint, sum(c.ages[2])::bigint,
       sum(c.ages[3])::bigint, sum(c.ages[4])::bigint, sum(c.ages[5])::bigint
FROM oversight_officecause c JOIN oversight_officefigures f USING (office_id)
WHERE f.office_id IN ({offices}) GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
"""


def days(actor: Actor, unit: Unit, since: date | None = None, until: date | None = None) -> list[DayFigures]:
    """Give what happened in a unit by day, from the first day that counts; both ends included. Refuses as totals."""
    rows = days_of(actor, unit)
    if since is not None:
        rows = rows.filter(day__gte=since)
    if until is not None:
        rows = rows.filter(day__lte=until)
    summed = rows.values("day").order_by("day").annotate(**_DAY_SUMS)
    found = [DayFigures(row["day"], {measure: int(row[measure.value]) for measure in DayMeasure}) for row in summed]
    return found if sees_small_numbers(actor) else suppression.hide_small_days(found)


def days_of(actor: Actor, unit: Unit) -> QuerySet[Any]:
    """Give the rows of a unit's days, summed already or one by office. Refuses as totals."""
    offices = rows_of(actor, unit)
    if unit.level in _WITH_DAYS:
        return unit_days(unit.level, unit.scheme).filter(code=unit.code)
    return OfficeDay.objects.filter(office_id__in=offices.values("office_id"))


def unit_days(level: Level, scheme: Scheme) -> QuerySet[UnitDay]:
    """Give the summed days of all units of a level; country and classes are the same in both lists, kept once."""
    return UnitDay.objects.filter(level=level.value, scheme=_kept(level, scheme).value)


def _kept(level: Level, scheme: Scheme) -> Scheme:
    return scheme if level is Level.PROVINCE else Scheme.OLD


def _figures(row: Mapping[str, Any]) -> Figures:
    return Figures({measure: int(row.get(measure.value) or 0) for measure in Measure})


def _grouped(rows: QuerySet[OfficeFigures], by: Level, scheme: Scheme) -> dict[str, Figures]:
    column = column_of(by, scheme)
    if by is Level.COUNTRY or not column:
        return {"": _figures(rows.aggregate(**_SUMS))}
    return {row[column]: _figures(row) for row in rows.values(column).annotate(**_SUMS)}


def _offices(rows: QuerySet[OfficeFigures], scheme: Scheme) -> dict[str, Figures]:  # noqa: ARG001 -- an office is the same in both lists
    """Every facility, and whatever other office anything lies with."""
    counted = {row["code"]: (row["kind"], _figures(row)) for row in rows.values("code", "kind", *_SUMS)}
    return {
        code: figures for code, (kind, figures) in counted.items() if kind == "facility" or any(figures.counts.values())
    }


def _empty(unit: Unit, by: Level, scheme: Scheme) -> Iterable[str]:
    """Units that have no office yet: of the whole country down to districts, of a province down to communes."""
    if unit.level is Level.COUNTRY and by in (Level.PROVINCE, Level.DISTRICT):
        return [one.code for one in units_of(by, scheme)]
    if unit.level is Level.PROVINCE and scheme is unit.scheme and by in (Level.DISTRICT, Level.COMMUNE):
        return [one.code for one in units_of(by, scheme, unit.code)]
    return []


def _named(found: Mapping[str, Figures], by: Level, scheme: Scheme) -> list[UnitFigures]:
    names = _names(by, set(found), scheme)
    return [
        UnitFigures(Unit(by, code, scheme), *names[code], figures, is_own_office=not code and by is not Level.CLASS)
        for code, figures in sorted(found.items())
    ]


def _names(by: Level, codes: set[str], scheme: Scheme) -> dict[str, tuple[str, str]]:
    if by is Level.OFFICE:
        rows = OfficeFigures.objects.filter(code__in=codes).values_list("code", "name_vi", "name_en")
        return {code: (vi, en) for code, vi, en in rows}
    return {code: (one.name_vi, one.name_en) for code, one in unit_names(by, codes, scheme).items()}


def _cause(
    row: tuple[Any, ...], by: Level | None, scheme: Scheme, names: Mapping[str, tuple[str, str]]
) -> CauseFigures:
    code, state, reason, count, oldest, *ages = row
    unit = Unit(by, code, scheme) if by else None
    return CauseFigures(unit, State(state), reason, count, oldest, tuple(ages), *names.get(code, ("", "")))
