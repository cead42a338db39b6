"""Finding versions for a list: by state, product, day, words of the name, or number; within the officer's reach.

The answer is cut at `limit`, and a search by what no index holds looks at the newest LOOKED_AT versions only, so that
a list stays fast over millions. Numbers are found exactly, through their keyed hash, however old.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from vaxpass.offices.scope import Actor
from vaxpass.records.access import facilities_reached
from vaxpass.records.names import fold_name
from vaxpass.records.queries import find_people_by_number
from vaxpass.records.states import State

LOOKED_AT = 10_000
_FEW_FACILITIES = 20


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; everything left out does not narrow. `words`: of the name, accents do not matter.

    `facilities`: ids, of which those out of reach find nothing; None: all that are reached. `reason`: why a version
    stands in its state.
    """

    states: Collection[State] = ()
    product: str = ""
    day: date | None = None
    words: str = ""
    number: str = ""
    facilities: Collection[int] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FoundVersion:
    """A version found, with what a list sorts by."""

    version_id: int
    state: int
    since: datetime
    given_on: date


# For few facilities each state's queue is read from its index; for many, the newest versions of all are passed by.
_QUEUES = """
SELECT s.version_id FROM unnest(%(facilities)s::bigint[]) f (id) CROSS JOIN unnest(%(states)s::int2[]) w (state)
CROSS JOIN LATERAL (SELECT version_id FROM records_versionstate q WHERE q.facility_id = f.id AND q.state = w.state
  ORDER BY q.facility_id DESC, q.state DESC, q.version_id DESC LIMIT %(looked_at)s) s
ORDER BY s.version_id DESC LIMIT %(looked_at)s
"""
_NEWEST = """
SELECT version_id FROM records_versionstate
WHERE (%(facilities)s::bigint[] IS NULL OR facility_id = ANY (%(facilities)s)) AND state = ANY (%(states)s)
ORDER BY version_id DESC LIMIT %(looked_at)s
"""
_OF_PEOPLE = """
SELECT version_id FROM records_doseversion v JOIN records_versionstate s ON s.version_id = v.id
WHERE v.person_id = ANY (%(people)s) AND s.state = ANY (%(states)s)
  AND (%(facilities)s::bigint[] IS NULL OR s.facility_id = ANY (%(facilities)s))
"""
_FOUND = """
SELECT s.version_id, s.state, s.since, s.given_on FROM ({candidates}) c
JOIN records_versionstate s USING (version_id) {more}
WHERE (%(day)s::date IS NULL OR s.given_on = %(day)s) AND (%(reason)s = '' OR s.reason = %(reason)s) {narrower}
ORDER BY s.version_id DESC LIMIT %(limit)s
"""


def find_versions(actor: Actor, search: Search, *, limit: int) -> list[FoundVersion]:
    """Give the newest versions that fit, at most `limit`."""
    facts = _facts(actor, search, limit)
    more = narrower = ""
    if search.product or search.words:
        more = "JOIN records_doseversion v ON v.id = s.version_id JOIN records_identity i ON i.id = v.identity_id"
        narrower = "AND (%(product)s = '' OR v.product = %(product)s) AND i.name_folded LIKE ALL (%(words)s)"
    statement = _FOUND.format(candidates=_candidates(search, facts), more=more, narrower=narrower)
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return [FoundVersion(*row) for row in cursor.fetchall()]


def _candidates(search: Search, facts: dict[str, Any]) -> str:
    if search.number:
        facts["people"] = find_people_by_number(search.number)
        return _OF_PEOPLE
    facilities = facts["facilities"]
    return _QUEUES if facilities is not None and len(facilities) <= _FEW_FACILITIES else _NEWEST


def _facts(actor: Actor, search: Search, limit: int) -> dict[str, Any]:
    reach = facilities_reached(actor)
    if search.facilities is not None:
        reach = set(search.facilities) if reach is None else reach.intersection(search.facilities)
    return {
        "facilities": None if reach is None else sorted(reach),
        "states": [int(state) for state in (search.states or State)],
        "product": search.product,
        "day": search.day,
        "words": [f"%{_plain(word)}%" for word in search.words.split()],
        "reason": search.reason,
        "looked_at": LOOKED_AT if search.product or search.words or search.day or search.reason else limit,
        "limit": limit,
    }


def _plain(word: str) -> str:
    return fold_name(word).replace("\\", "").replace("%", "").replace("_", "")
