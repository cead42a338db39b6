"""The tally: everything counted in one snapshot of the database, written over the figures of before.

Never two at once (a lock of the session, which ends with it); what a killed one did is undone by the database. Days
that are over are counted once; those that may still have got a late row, the last and the running one, anew.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any, Final

from django.db import connection, transaction

from vaxpass.offices.workdays import VIETNAM, day_in_vietnam
from vaxpass.oversight import rules
from vaxpass.oversight import tally_sql as sql
from vaxpass.oversight.campaign_tally import count_needs
from vaxpass.oversight.models import Tally
from vaxpass.oversight.pace import interval, usual
from vaxpass.records.copying import copy_rows
from vaxpass.records.states import State
from vaxpass.reports.counting import answers

_LOCK: Final = 0x7661785F74616C6C
_KEPT: Final = timedelta(days=30)
_FIRST_DAY: Final = date(1, 1, 1)
_DAY: Final = timedelta(days=1)


def tally(now: datetime, *, whole: bool = False, back: timedelta = _DAY) -> Tally | None:
    """Count everything as of now; None where another tally runs.

    `back`: how far before the day of the last tally days are counted anew. `whole`: every day; the first tally does so
    by itself. Inside another transaction (tests) it counts what that one sees.
    """
    with _alone() as free:
        if not free:
            return None
        begun, inside = monotonic(), connection.in_atomic_block
        with transaction.atomic(), connection.cursor() as cursor:
            if not inside:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            last = None if whole else Tally.objects.order_by("-at").first()
            placing = _count(cursor, now, last, _window(last, back))
            Tally.objects.filter(at__lt=now - _KEPT).delete()
            took = round((monotonic() - begun) * 1000)
            return Tally.objects.create(at=now, whole=last is None, placing=placing, milliseconds=took)


def tally_if_due(now: datetime) -> Tally | None:
    """Count unless the figures are fresh, or counting would take more than half of the time; None where not done."""
    last = Tally.objects.order_by("-at").values_list("at", flat=True).first()
    return tally(now) if last is None or now - last >= interval(usual(durations())) else None


def durations() -> list[timedelta]:
    """Give how long the last two tallies took, without those that counted every day."""
    newest = Tally.objects.filter(whole=False).order_by("-at").values_list("milliseconds", flat=True)
    return [timedelta(milliseconds=number) for number in newest[:2]]


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the lock of tallies, taken before the snapshot, so that a tally sees all that the one before it wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        (held,) = cursor.fetchone()
        try:
            yield held
        finally:
            if held and connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _count(cursor: Any, now: datetime, last: Tally | None, window: dict[str, Any]) -> str:
    parameters = {
        "now": now,
        "edges": [now - timedelta(days=days) for days in reversed(rules.AGE_EDGES)],
        "waiting": [int(state) for state in rules.WAITING],
        "done": [int(State.CERTIFIED), int(State.REFUSED)],
        "gone": [int(State.REPLACED), int(State.WITHDRAWN)],
        **window,
    }
    cursor.execute(sql.LIMITS)
    cursor.execute(sql.PLACING)
    (placing,) = cursor.fetchone()
    for statement in (sql.STANDING_DOSES, *sql.FIGURES, *sql.CAUSES, sql.EVENTS, sql.ENTERED):
        cursor.execute(statement, parameters)
    for statement in (*sql.SIGNED, sql.ISSUED, sql.FILED, sql.CORRECTED, sql.GIVEN):
        cursor.execute(statement, parameters)
    _add_answers(parameters["since"] if last else None)
    cursor.execute(sql.CLEAR_OFFICE_DAYS, parameters)
    cursor.execute(sql.OFFICE_DAYS, parameters)
    cursor.execute(sql.GIVEN_DAYS, parameters)
    (parameters["given"],) = cursor.fetchone()
    if last is None or placing != last.placing:
        parameters["day"] = _FIRST_DAY  # offices stand elsewhere: the units' days are summed anew
    for statement in (sql.SUMMED_DAYS, *sql.UNIT_EVENTS, sql.CLEAR_UNIT_DAYS, sql.UNIT_DAYS, sql.END):
        cursor.execute(statement, parameters)
    count_needs(cursor)
    return str(placing)


def _window(last: Tally | None, back: timedelta) -> dict[str, Any]:
    """From which day, and from which moment, days are counted."""
    if last is None:
        return {"day": _FIRST_DAY, "since": "-infinity"}
    day = day_in_vietnam(last.at) - back
    return {"day": day, "since": datetime.combine(day, time(), VIETNAM)}


def _add_answers(since: datetime | None) -> None:
    """The clock of working days is Python's: its hours are counted here and copied."""
    hours: Counter[tuple[int, date, int]] = Counter()
    done: Counter[tuple[int, date]] = Counter()
    for office_id, day, worked in answers(since):
        hours[office_id, day, sql.bin_of(worked, *sql.HOURS_BIN)] += 1
        done[office_id, day] += 1
    spans = [(office, day, "report_to_answer", value, n) for (office, day, value), n in hours.items()]
    counts = [(office, day, "answered", 0, n) for (office, day), n in done.items()]
    columns = {"office_id": "int8", "day": "date", "what": "text", "value": "int4", "n": "int8"}
    copy_rows("tally_event", columns, [*spans, *counts])
