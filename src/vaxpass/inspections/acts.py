"""The search of acts: what officers did, in every log that the platform keeps, newest first.

Four logs are read as one: acts of officers, steps of records, looks at people, steps of reports. Each has an
index by officer and time and one by verb and time (migration 0003); a search reads a period of one month at most, so
one or two partitions, takes the newest rows of each officer or of each verb, and goes on from the last row shown
(keyset), never by counting rows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any, Final

from django.db import connection

from vaxpass.inspections.rules import check_period
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.queries import officers_of_offices, offices_in_reach, offices_of_officers
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused

PAGE: Final = 50
_FEW: Final = 20
"""So many officers are searched over the whole period at once."""
_SPANS: Final = (timedelta(hours=1), timedelta(hours=12), timedelta(days=6))
"""Before these hundreds of officers are: the newest page of a province lies within hours, and is read from them."""


@dataclass(frozen=True, slots=True)
class Log:
    """One log: its table, its column of verbs, and how its rows say what they are about."""

    name: str
    table: str
    verb: str
    subject: str
    detail: str


LOGS: Final[tuple[Log, ...]] = (
    Log("act", "offices_act", "verb", "subject", "facts::text"),
    Log("record", "records_history", "verb", "'version/' || version_id", "reason"),
    Log("look", "records_look", "purpose", "'person/' || person_id", "''"),
    Log("report", "reports_reportstep", "kind", "'report/' || report_id", "code"),
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A row's place in the order of all logs: time, number of the log, id in its log."""

    at: datetime
    log: int
    id: int


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `since` ≤ time < `until`, both aware; `before`: the last row shown. Empty means any."""

    since: datetime
    until: datetime
    officer_id: int | None = None
    office_id: int | None = None
    log: str = ""
    verb: str = ""
    before: Place | None = None


@dataclass(frozen=True, slots=True)
class FoundAct:
    """One row of a log: `log` names it; `subject` is like `version/12`; `detail` a code or facts as JSON."""

    place: Place
    log: str
    officer_id: int
    office_id: int | None
    verb: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class ActsPage:
    """One page, newest first; `more` says that older ones follow after the last."""

    rows: Sequence[FoundAct]
    more: bool


# Of each officer the newest rows: a few probes of an index per officer. LATERAL keeps the planner from sorting a month.
_OF_OFFICERS = """
SELECT f.* FROM unnest(%(officers)s::bigint[]) AS who (id) CROSS JOIN LATERAL (
  SELECT at, id, officer_id, office_id, {verb} AS verb, {subject} AS subject, {detail} AS detail FROM {table}
  WHERE officer_id = who.id AND at >= %(since)s AND at < %(until)s AND {before} {narrower}
  ORDER BY at DESC, id DESC LIMIT %(limit)s) f
ORDER BY f.at DESC, f.id DESC LIMIT %(limit)s
"""
# Of each verb the newest rows; the verbs that a log holds are found by hopping through the index.
_OF_VERBS = """
WITH RECURSIVE verbs (verb) AS (
  SELECT min({verb}) FROM {table} WHERE officer_id IS NOT NULL
  UNION ALL
  SELECT (SELECT min({verb}) FROM {table} WHERE officer_id IS NOT NULL AND {verb} > verbs.verb)
  FROM verbs WHERE verbs.verb IS NOT NULL
)
SELECT f.* FROM {verbs} CROSS JOIN LATERAL (
  SELECT at, id, officer_id, office_id, {verb} AS verb, {subject} AS subject, {detail} AS detail FROM {table}
  WHERE officer_id IS NOT NULL AND {verb} = which.verb AND at >= %(since)s AND at < %(until)s AND {before}
  ORDER BY at DESC, id DESC LIMIT %(limit)s) f
ORDER BY f.at DESC, f.id DESC LIMIT %(limit)s
"""
_EVERY_VERB: Final = "(SELECT verb FROM verbs WHERE verb IS NOT NULL) AS which"
_ONE_VERB: Final = "(VALUES (%(verb)s)) AS which (verb)"


def search_acts(actor: Actor, search: Search, *, now: datetime) -> ActsPage:
    """Give one page of what officers in the actor's reach did; the search is itself an act.

    Refuses RIGHT_MISSING, ACTS_PERIOD_WRONG, ACTS_PERIOD_TOO_LONG, OFFICE_UNKNOWN, OFFICER_UNKNOWN.
    """
    reach = _reach(actor)
    check_period(search.since, search.until)
    officers = _officers(search, reach)
    _note(actor, search, now)
    logs = [(place, log) for place, log in enumerate(LOGS) if search.log in {"", log.name}]
    found = [_read(log, place, search, officers) for place, log in logs]
    rows = list(islice(merge(*found, key=lambda row: row.place, reverse=True), PAGE + 1))
    return ActsPage(rows[:PAGE], len(rows) > PAGE)


def _reach(actor: Actor) -> Collection[int] | None:
    """Inspectors who read every log reach everybody; those of a province the officers of its offices."""
    if actor.may(Permission.HISTORY_SEE):
        return None
    if not actor.may(Permission.INSPECTION_LEAD):
        raise Refused("RIGHT_MISSING", permission=Permission.HISTORY_SEE.value)
    return offices_in_reach(actor)


def _officers(search: Search, reach: Collection[int] | None) -> list[int] | None:
    """Give whose acts are searched; None means everybody's."""
    if search.office_id is not None and reach is not None and search.office_id not in reach:
        raise Refused("OFFICE_UNKNOWN")
    if search.officer_id is not None:
        office = offices_of_officers({search.officer_id}).get(search.officer_id)
        if office is None or (reach is not None and office.id not in reach):
            raise Refused("OFFICER_UNKNOWN")
        return [search.officer_id]
    offices = reach if search.office_id is None else [search.office_id]
    if offices is None:
        return None
    return officers_of_offices(offices)


def _read(log: Log, place: int, search: Search, officers: list[int] | None) -> list[FoundAct]:
    """Read a log's newest rows; for many officers in spans of time that grow, until a page is full."""
    if officers is None or len(officers) <= _FEW:
        return _read_span(log, place, search, officers)
    end = min(search.until, search.before.at + timedelta(microseconds=1)) if search.before else search.until
    for span in _SPANS:
        since = max(search.since, end - span)
        found = _read_span(log, place, replace(search, since=since), officers)
        if len(found) > PAGE or since == search.since:
            return found
    return _read_span(log, place, search, officers)


def _read_span(log: Log, place: int, search: Search, officers: list[int] | None) -> list[FoundAct]:
    facts: dict[str, Any] = {
        "since": search.since, "until": search.until, "officers": officers, "limit": PAGE + 1, "verb": search.verb,
    }  # fmt: skip
    before = _before(search.before, place, facts)
    parts = {"table": log.table, "verb": log.verb, "subject": log.subject, "detail": log.detail, "before": before}
    if officers is None:
        statement = _OF_VERBS.format(verbs=_ONE_VERB if search.verb else _EVERY_VERB, **parts)
    else:
        statement = _OF_OFFICERS.format(narrower=f"AND {log.verb} = %(verb)s" if search.verb else "", **parts)
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        rows = cursor.fetchall()
    return [FoundAct(Place(row[0], place, row[1]), log.name, *row[2:]) for row in rows]


def _before(last: Place | None, place: int, facts: dict[str, Any]) -> str:
    """Give the condition of rows that come after the last one shown; logs of a lower number come later at one time."""
    if last is None:
        return "true"
    facts["last"], facts["last_id"] = last.at, last.id
    if place == last.log:
        return "(at, id) < (%(last)s, %(last_id)s) AND at <= %(last)s"
    return "at <= %(last)s" if place < last.log else "at < %(last)s"


def _note(actor: Actor, search: Search, now: datetime) -> None:
    subject = f"officer/{search.officer_id}" if search.officer_id else ""
    subject = subject or (f"office/{search.office_id}" if search.office_id else "")
    note_act_of(
        actor,
        "search_acts",
        subject,
        now=now,
        since=search.since.isoformat(timespec="minutes"),
        until=search.until.isoformat(timespec="minutes"),
        log=search.log,
        verb_searched=search.verb,
    )
