"""How many doses were given, as provinces enter them: against these numbers stands what facilities entered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.units import Level, Scheme, scheme_on
from vaxpass.offices.workdays import VIETNAM
from vaxpass.oversight.given_models import DosesGiven
from vaxpass.oversight.given_rules import Flaw, Given, Refusal, Typed, is_unusual, read_rows, usual
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.reach import check_reach

USUAL_DAYS: Final = 30
MOST_ROWS: Final = 5_000
"""More than ten years of days."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some rows: stored, as they stood already, refused one by one, and to be asked for once more."""

    stored: tuple[Given, ...]
    unchanged: int
    refused: tuple[Refusal, ...]
    doubtful: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A number as it was entered, for the list of what was said before."""

    day: date
    number: int
    officer_id: int
    at: datetime


def enter(actor: Actor, rows: Iterable[Typed], *, now: datetime, sure: Collection[int] = ()) -> Outcome:
    """Take numbers of the actor's own province in; good rows are kept whatever the others are.

    `sure`: rows whose unusual number was confirmed. A number that stands already is not written again. Refuses
    RIGHT_MISSING, GIVEN_NO_PROVINCE, GIVEN_TOO_MANY_ROWS.
    """
    check_may(actor, Permission.GIVEN_ENTER)
    typed = list(rows)
    _check_place(actor, len(typed))
    good, refused = read_rows(typed, today=now.astimezone(VIETNAM).date())
    texts = {one.row: one for one in typed}
    with transaction.atomic():
        _one_at_a_time(actor.office_id)
        standing = _standing(actor.office_id)
        usually = usual([number for _, number in sorted(standing.items())[-USUAL_DAYS:]])
        doubtful = [
            Refusal(texts[one.row], Flaw.UNUSUAL, {"usual": usually or 0})
            for one in good
            if one.row not in sure and standing.get(one.day) != one.number and is_unusual(one.number, usually)
        ]
        held = {one.typed.row for one in doubtful}
        new = [one for one in good if one.row not in held and standing.get(one.day) != one.number]
        _store(actor, new, now)
    return Outcome(tuple(new), len(good) - len(new) - len(held), tuple(refused), tuple(doubtful))


def _check_place(actor: Actor, rows: int) -> None:
    if actor.office_kind != "province" or not actor.province_code:
        raise Refused("GIVEN_NO_PROVINCE")
    if rows > MOST_ROWS:
        raise Refused("GIVEN_TOO_MANY_ROWS", most=MOST_ROWS)


def _one_at_a_time(office_id: int) -> None:
    """Two officers of one department, or one pressing twice, go one after the other: the second sees the first's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('vaxpass.given'), %s)", [office_id % 2**31])


def _store(actor: Actor, new: list[Given], now: datetime) -> None:
    scheme = scheme_on(now.astimezone(VIETNAM).date())
    DosesGiven.objects.bulk_create(
        DosesGiven(
            office_id=actor.office_id,
            province_code=actor.province_code,
            scheme=scheme.value,
            day=one.day,
            number=one.number,
            officer_id=actor.officer_id,
            at=now,
        )
        for one in new
    )
    if new:
        note_act_of(
            actor,
            "enter_given",
            f"office/{actor.office_id}",
            now=now,
            days=len(new),
            first=min(one.day for one in new),
            last=max(one.day for one in new),
        )


def _standing(office_id: int) -> dict[date, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT day, number FROM oversight_given WHERE office_id = %s", [office_id])
        return dict(cursor.fetchall())


def own_days(actor: Actor, since: date, until: date) -> dict[date, int]:
    """Give the numbers that the actor's office entered, by day, both ends in. Refuses RIGHT_MISSING."""
    check_may(actor, Permission.GIVEN_ENTER)
    return {day: number for day, number in _standing(actor.office_id).items() if since <= day <= until}


def entries_of_day(actor: Actor, day: date) -> list[Entry]:
    """List what the actor's office entered for a day, newest first. Refuses RIGHT_MISSING."""
    check_may(actor, Permission.GIVEN_ENTER)
    rows = DosesGiven.objects.filter(office_id=actor.office_id, day=day).order_by("-pk")
    return [Entry(row.day, row.number, row.officer_id, row.at) for row in rows]


_COLUMNS: Final = {
    (Level.PROVINCE, Scheme.OLD): "w.old_province",
    (Level.DISTRICT, Scheme.OLD): "w.old_district",
    (Level.COMMUNE, Scheme.OLD): "w.old_commune",
    (Level.PROVINCE, Scheme.NEW): "w.new_province",
    (Level.COMMUNE, Scheme.NEW): "w.new_commune",
    (Level.CLASS, Scheme.OLD): "w.facility_class",
    (Level.CLASS, Scheme.NEW): "w.facility_class",
    (Level.OFFICE, Scheme.OLD): "o.code",
    (Level.OFFICE, Scheme.NEW): "o.code",
}
_JOINED: Final = """
FROM oversight_given g JOIN offices_office o ON o.id = g.office_id
JOIN offices_whereabouts w ON w.office_id = g.office_id WHERE
"""


def per_day(actor: Actor, unit: Unit, since: date, until: date) -> dict[date, int]:
    """Give the doses given in a unit by day, both ends in; days without a number are absent. Refuses as check_reach."""
    check_reach(actor, unit)
    condition, values = _of(unit)
    query = f"SELECT g.day, sum(g.number)::bigint {_JOINED} {condition} AND g.day BETWEEN %s AND %s GROUP BY 1"
    with connection.cursor() as cursor:
        cursor.execute(query, [*values, since, until])
        return dict(sorted(cursor.fetchall()))


def total(actor: Actor, unit: Unit) -> int:
    """Give the doses given in a unit altogether. Refuses as check_reach."""
    check_reach(actor, unit)
    condition, values = _of(unit)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(sum(g.number), 0)::bigint {_JOINED} {condition}", values)
        return int(cursor.fetchone()[0])


def _of(unit: Unit) -> tuple[str, list[str]]:
    if unit.level is Level.COUNTRY:
        return "true", []
    column = _COLUMNS.get((unit.level, unit.scheme))
    return ("false", []) if column is None else (f"{column} = %s", [unit.code])
