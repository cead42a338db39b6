"""Composing the weekly report of a unit from the figures of the last tally; changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from vaxpass.offices.moved_days import working_days
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor
from vaxpass.offices.units import Level, Scheme, unit_name
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight import figures, lateness, times
from vaxpass.oversight.measures import CauseFigures, DayFigures, DayMeasure, Figures, Measure, Unit, UnitFigures
from vaxpass.oversight.signatories import Signatory
from vaxpass.oversight.times import Span
from vaxpass.oversight.weekly_facts import (
    Cause,
    Difficulties,
    Duration,
    Flow,
    LateOffice,
    Part,
    Standing,
    Week,
    WeeklyReport,
)

LATE_NAMED: Final = 30
"""How many late offices a report names; the others are counted."""
FLOWS: Final = (
    DayMeasure.GIVEN,
    DayMeasure.ENTERED,
    DayMeasure.MENDED,
    DayMeasure.ATTESTED,
    DayMeasure.CERTIFIED,
    DayMeasure.PASSPORTS,
    DayMeasure.REPORTS,
    DayMeasure.ANSWERED,
)
STANDINGS: Final = (
    Measure.PEOPLE,
    Measure.DOSES,
    Measure.CONFIRMED,
    Measure.MENDED,
    Measure.MISMATCHED,
    Measure.INCOMPLETE,
    Measure.RECEIVED,
    Measure.UNANSWERED,
    Measure.TO_SIGN,
    Measure.ATTESTED,
    Measure.CERTIFIED,
    Measure.REFUSED,
    Measure.PASSPORTS,
    Measure.REPORTS_OPEN,
    Measure.REPORTS_OVERDUE,
    Measure.REPORTS_ANSWERED,
    Measure.REPORTS_IN_TIME,
)


def reader_of(unit: Unit) -> Actor:
    """Give the reach in which a unit's own report is read: the ministry's, or that of the province's department."""
    may = frozenset({Permission.PROGRESS_SEE, Permission.RECORD_SEE})
    if unit.level is Level.COUNTRY:
        return Actor(0, 0, "ministry", "", may)
    return Actor(0, 0, "province", unit.code, may)


def compose(  # noqa: PLR0913 -- a report is composed from exactly these
    unit: Unit,
    week: Week,
    *,
    now: datetime,
    signatory: Signatory,
    before: Mapping[Measure, int] | None = None,
    difficulties: Difficulties | None = None,
) -> WeeklyReport | None:
    """Compose a unit's report of a week; None while no tally has been made since the week ended.

    `before`: what stood in the report of the week before. Call it inside `figures.reading()`.
    """
    counted = figures.as_of(now=now)
    if counted is None or counted.at < week.due_at.replace(hour=0):
        return None
    reader = reader_of(unit)
    whole = lateness.lateness(reader, unit, now=now)
    return WeeklyReport(
        unit=unit,
        name=unit_name(unit.level, unit.code, unit.scheme).name_vi,
        week=week,
        made_at=now,
        as_of=counted.at,
        dated=working_days().on_or_after(day_in_vietnam(now)),
        flows=flows_of(figures.days(reader, unit, until=week.sunday), week),
        standings=_standings(figures.totals(reader, unit), before),
        causes=tuple(_cause(one) for one in figures.causes(reader, unit)),
        durations=tuple(_duration(reader, unit, span, week) for span in Span),
        parts=_parts(reader, unit, now),
        offices=whole.offices,
        offices_late=whole.behind,
        late=tuple(
            LateOffice(one.code, one.name_vi, one.to_sign, one.to_mend, one.reports_overdue, one.late_since)
            for one in lateness.late_offices(reader, unit, now=now, limit=LATE_NAMED)
        ),
        difficulties=difficulties,
        signatory=signatory,
    )


def flows_of(days: Iterable[DayFigures], week: Week) -> tuple[Flow, ...]:
    """Sum days up to a week's Sunday; the week before is unknown where no day reaches into it or before. Pure."""
    known = list(days)
    in_week = [day for day in known if week.monday <= day.day <= week.sunday]
    in_last = [day for day in known if week.before.monday <= day.day <= week.before.sunday]
    has_before = any(day.day < week.monday for day in known)
    return tuple(
        Flow(measure, _sum(in_week, measure), _sum(in_last, measure) if has_before else None, _sum(known, measure))
        for measure in FLOWS
    )


def _sum(days: list[DayFigures], measure: DayMeasure) -> int:
    return sum(day.count(measure) for day in days)


def _standings(totals: Figures, before: Mapping[Measure, int] | None) -> tuple[Standing, ...]:
    return tuple(Standing(one, totals.count(one), before.get(one) if before else None) for one in STANDINGS)


def _cause(found: CauseFigures) -> Cause:
    ages = found.ages or (0, 0, 0, 0, 0)
    return Cause(found.state, found.reason, found.count or 0, found.oldest, sum(ages[2:]), sum(ages[3:]))


def _duration(reader: Actor, unit: Unit, span: Span, week: Week) -> Duration:
    found = times.of(reader, unit, span, week.monday, week.sunday)
    count, within = found.count or 0, found.within
    return Duration(span, count, found.p50, found.p95, None if within is None else 100 * within // count)


def _parts(reader: Actor, unit: Unit, now: datetime) -> tuple[Part, ...]:
    """Provinces of the country, facilities of a province, by code: their sums are the unit's own figures."""
    by = Level.PROVINCE if unit.level is Level.COUNTRY else Level.OFFICE
    late = {code: one.behind for code, one in lateness.late_parts(reader, unit, by, now=now).items()}
    return tuple(_part(one, late.get(one.unit.code, 0)) for one in figures.parts(reader, unit, by))


def _part(found: UnitFigures, late: int) -> Part:
    count = found.figures.count
    return Part(
        code=found.unit.code,
        name=found.name_vi,
        given=count(Measure.GIVEN),
        doses=count(Measure.DOSES),
        to_mend=count(Measure.MISMATCHED) + count(Measure.INCOMPLETE),
        to_sign=count(Measure.TO_SIGN),
        attested=count(Measure.ATTESTED),
        certified=count(Measure.CERTIFIED),
        passports=count(Measure.PASSPORTS),
        reports_open=count(Measure.REPORTS_OPEN),
        reports_overdue=count(Measure.REPORTS_OVERDUE),
        late=late,
    )


def country(scheme: Scheme) -> Unit:
    """Give the whole country in a list of units."""
    return Unit(Level.COUNTRY, "", scheme)
