"""Who gets a passport again without a new dose: one that ends soon, one revoked while the doses stand."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from vaxpass.ministry_signing import named
from vaxpass.ministry_signing.rules import STANDING_RUN, RunKind
from vaxpass.passports.rules import DISEASE

RENEW_BEFORE = timedelta(days=30)
"""So long before its end a passport is issued anew, under a new number; the old one is superseded, without a gap."""

# A passport ends with its run's bytes, so the runs say which passports end soon: they are few, passports are not.
_ENDING = """
SELECT p.id, p.person_id FROM ministry_signing_run r
JOIN ministry_signing_runchunk c ON c.run_id = r.id AND c.recorded_at IS NOT NULL
JOIN passports_passport p ON p.id BETWEEN c.first_item AND c.last_item
WHERE r.state IN ('APPROVED', 'DONE') AND r.expires_at <= %(soon)s AND p.expires_at <= %(soon)s AND p.status = 1
  AND p.disease = %(disease)s AND p.id > %(after)s
ORDER BY p.id LIMIT %(limit)s
"""

_REVOKED = """
SELECT DISTINCT p.person_id, p.person_id FROM passports_passport p
WHERE p.status = 3 AND p.disease = %(disease)s AND p.person_id > %(after)s AND NOT EXISTS (
  SELECT FROM passports_passport l WHERE l.person_id = p.person_id AND l.disease = p.disease AND l.status = 1)
ORDER BY 1 LIMIT %(limit)s
"""

_DUE = """
SELECT asked.id FROM unnest(%s::bigint[]) AS asked (id) WHERE NOT EXISTS (
  SELECT FROM passports_passport p
  WHERE p.person_id = asked.id AND p.disease = %s AND p.status = 1 AND p.expires_at > %s)
"""


def people_to_reissue(*, now: datetime) -> list[tuple[int, int]]:
    """Give whom a run of passports issued again would take now, at most STANDING_RUN of them: revoked ones first."""
    found: dict[int, int] = {}
    for statement in (_REVOKED, _ENDING):
        found |= _ready(statement, now, STANDING_RUN - len(found))
    return sorted(found.items())


def _ready(statement: str, now: datetime, room: int) -> dict[int, int]:
    found: dict[int, int] = {}
    after = 0
    while len(found) < room and (page := _page(statement, now, after)):
        people = [person_id for _, person_id in page]
        found |= dict(named.ready_among(RunKind.REISSUE, people, now=now))
        after = page[-1][0]
    return dict(sorted(found.items())[:room])


def _page(statement: str, now: datetime, after: int) -> list[tuple[int, int]]:
    """Give the next people, each with the place from which the page after goes on."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"soon": now + RENEW_BEFORE, "disease": DISEASE, "after": after, "limit": named.PAGE})
        return list(cursor.fetchall())


def who_is_due(person_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Give those of some people who have no live passport, or one that ends soon."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [list(person_ids), DISEASE, now + RENEW_BEFORE])
        return {row[0] for row in cursor.fetchall()}
