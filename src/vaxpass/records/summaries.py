"""Counting records for overviews: by facility and state, and how long they wait. No personal data comes out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from vaxpass.records.states import State


@dataclass(frozen=True, slots=True)
class Wait:
    """How many versions wait in a state, since when the oldest does, and the median of their ages."""

    state: State
    count: int
    oldest: datetime
    median: timedelta


def count_states(facility_ids: Collection[int] | None) -> dict[int, dict[State, int]]:
    """Count versions by facility and state; None means every facility. Reads the state index alone."""
    where, parameters = _of(facility_ids)
    rows = _read(
        f"SELECT facility_id, state, count(*) FROM records_versionstate WHERE {where} GROUP BY facility_id, state",  # noqa: S608 -- two fixed texts
        parameters,
    )
    found: dict[int, dict[State, int]] = {}
    for facility_id, state, number in rows:
        found.setdefault(facility_id, {})[State(state)] = number
    return found


def oldest_by_facility(
    facility_ids: Collection[int] | None, states: Iterable[State]
) -> dict[int, dict[State, datetime]]:
    """Give since when the oldest version waits, by facility and state."""
    where, parameters = _of(facility_ids)
    rows = _read(
        f"SELECT facility_id, state, min(since) FROM records_versionstate WHERE {where} AND state = ANY (%s) "  # noqa: S608 -- two fixed texts
        "GROUP BY facility_id, state",
        [*parameters, [int(state) for state in states]],
    )
    found: dict[int, dict[State, datetime]] = {}
    for facility_id, state, since in rows:
        found.setdefault(facility_id, {})[State(state)] = since
    return found


def waits(facility_ids: Collection[int] | None, states: Iterable[State], *, now: datetime) -> list[Wait]:
    """Give how long versions wait in some states, over all the facilities together, in order of state."""
    where, parameters = _of(facility_ids)
    rows = _read(
        "SELECT state, count(*), min(since), percentile_cont(0.5) WITHIN GROUP (ORDER BY since - %s::timestamptz) "  # noqa: S608 -- two fixed texts
        f"FROM records_versionstate WHERE {where} AND state = ANY (%s) GROUP BY state ORDER BY state",
        [now, *parameters, [int(state) for state in states]],
    )
    return [Wait(State(state), number, oldest, -age) for state, number, oldest, age in rows]


def _of(facility_ids: Collection[int] | None) -> tuple[str, list[Any]]:
    return ("TRUE", []) if facility_ids is None else ("facility_id = ANY (%s)", [sorted(facility_ids)])


def _read(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
