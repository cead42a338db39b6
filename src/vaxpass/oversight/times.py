"""How long it takes: from a report to the corrected passport, from a dose to the signature. Reads the last tally alone.

Times lie in bins of whole hours or days, counted by the day on which the span ended; percentiles are nearest rank.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Value

from vaxpass.offices.scope import Actor
from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight.figures import days_of, unit_days
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.models import OfficeDay, OfficeFigures
from vaxpass.oversight.reach import column_of, rows_of, sees_small_numbers
from vaxpass.oversight.suppression import SMALL, Sum, protect


class Span(StrEnum):
    """What is measured. The values are the columns of the days (models.DayRow).

    REPORT_TO_PASSPORT: hours from the filing of a report that was found right to the first passport after it.
    REPORT_TO_ANSWER: working hours of dispatch 9458/BYT-CNTT from the filing to the first answer, without the time in
    which the citizen was asked. DOSE_TO_SIGNATURE: days from the day of the dose to its signature by the facility.
    ENTRY_TO_SIGNATURE: hours from the entry of a version to that signature.
    """

    REPORT_TO_PASSPORT = "report_to_passport"
    REPORT_TO_ANSWER = "report_to_answer"
    DOSE_TO_SIGNATURE = "dose_to_signature"
    ENTRY_TO_SIGNATURE = "entry_to_signature"


WITHIN: Final[dict[Span, int]] = {
    Span.REPORT_TO_PASSPORT: 48,
    Span.REPORT_TO_ANSWER: 48,
    Span.DOSE_TO_SIGNATURE: 0,
    Span.ENTRY_TO_SIGNATURE: 24,
}
"""What is in time: hours of dispatch 9458/BYT-CNTT for answers; the same day for signatures (1815/BYT-CNTT)."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long spans of one kind took. None where there was none, or where too few to tell without naming somebody.

    `p50`, `p95` in the unit of the span; `within`: how many were in time (WITHIN); `share`: the same from 0 to 1.
    """

    count: int | None
    p50: int | None
    p95: int | None
    within: int | None
    share: float | None


_FEW: Final = Times(None, None, None, None, None)


def of(actor: Actor, unit: Unit, span: Span, since: date, until: date) -> Times:
    """Give the times of a unit's spans that ended between two days, both included. Refuses as figures.totals."""
    rows = days_of(actor, unit).filter(day__gte=since, day__lte=until)
    return _told(actor, measure(_bins(rows, span, "")[""], WITHIN[span]))


def by(  # noqa: PLR0913 -- whose, of what, by what, which span, from when until when
    actor: Actor, unit: Unit, level: Level, span: Span, since: date, until: date
) -> list[tuple[Unit, Times]]:
    """Give the times of a unit's parts that have any, by code. Refuses as figures.totals."""
    rows, key = _days_by(actor, unit, level)
    found = _bins(rows.filter(day__gte=since, day__lte=until), span, key)
    taken = [(Unit(level, code, unit.scheme), measure(bins, WITHIN[span])) for code, bins in sorted(found.items())]
    return taken if sees_small_numbers(actor) else hide_few(taken)


def public(level: Level, scheme: Scheme, span: Span, since: date, until: date) -> dict[str, Times]:
    """Give the times of every unit of a level whose days are summed (country, provinces), for public.py to publish."""
    rows = unit_days(level, scheme).filter(day__gte=since, day__lte=until)
    return {code: measure(bins, WITHIN[span]) for code, bins in _bins(rows, span, "code").items()}


def _days_by(actor: Actor, unit: Unit, level: Level) -> tuple[QuerySet[Any], str]:
    """Give the rows of days and the column that tells their part: of the whole country's parts they are summed."""
    offices = rows_of(actor, unit)
    if unit.level is Level.COUNTRY and level in (Level.PROVINCE, Level.CLASS):
        return unit_days(level, unit.scheme), "code"
    placed = OfficeFigures.objects.filter(office_id=OuterRef("office_id"))
    column = column_of(level, unit.scheme)
    part = Subquery(placed.values(column)[:1]) if column else Value("")
    return OfficeDay.objects.filter(office_id__in=offices.values("office_id")).annotate(part=part), "part"


def _bins(rows: QuerySet[Any], span: Span, key: str) -> dict[str, Counter[int]]:
    """Sum the bins of some days in the database, by the column of their part."""
    statement, parameters = rows.order_by().values_list(span.value, *([key] if key else [])).query.sql_with_params()
    named = "bins, part" if key else "bins"
    with connection.cursor() as cursor:
        cursor.execute(_BINS.format(part="part" if key else "''", rows=statement, named=named), parameters)
        found = defaultdict[str, Counter[int]](Counter)
        for part, value, number in cursor.fetchall():
            found[part or ""][value] = number
    return found


# A bin is one number: its value times 2^32, and how often it was.
_BINS = """
SELECT {part}, bin >> 32, sum(bin & 4294967295)::bigint FROM ({rows}) AS of_days ({named}), unnest(bins) AS bin
GROUP BY 1, 2
"""


def _told(actor: Actor, times: Times) -> Times:
    """Keep the times of very few from those who may not see records: they would tell of somebody's."""
    return _FEW if times.count in SMALL and not sees_small_numbers(actor) else times


def hide_few(taken: Sequence[tuple[Unit, Times]]) -> list[tuple[Unit, Times]]:
    """Hide the times of parts that had very few spans, and of one more where the whole's number would tell them."""
    counts = {place: times.count or 0 for place, (_, times) in enumerate(taken)}
    hidden = protect({**counts, -1: sum(counts.values())}, [Sum(-1, list(counts))])
    return [(unit, _FEW if place in hidden else times) for place, (unit, times) in enumerate(taken)]


def measure(bins: Mapping[int, int], within: int) -> Times:
    """Give the times of bins (value → how often). Nearest rank: the smallest value that covers the share. Pure."""
    count = sum(bins.values())
    if not count:
        return Times(0, None, None, None, None)
    in_time = sum(number for value, number in bins.items() if value <= within)
    return Times(count, _rank(bins, count, 50), _rank(bins, count, 95), in_time, in_time / count)


def _rank(bins: Mapping[int, int], count: int, percent: int) -> int:
    wanted = -(-count * percent // 100)
    seen = 0
    for value in sorted(bins):
        seen += bins[value]
        if seen >= wanted:
            return value
    raise AssertionError(bins)
