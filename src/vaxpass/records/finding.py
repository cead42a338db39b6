"""Identities by number or phone, for a citizen who looks for his own record.

Nobody's scope is asked here: nothing of it may be shown before the citizen proved a phone, a mailbox or an identity.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from vaxpass.records.sealing import lookup_hash, open_seal
from vaxpass.records.states import ENDED, State, Verb

SIGNED: Final = frozenset({State.ATTESTED, State.CERTIFIED})
"""Where a dose has two people behind it: who entered it, and who signed it."""


@dataclass(frozen=True, slots=True)
class FoundIdentity:
    """An identity as declared, and whether it still speaks for its person.

    `is_current`: a live dose carries it; where the person has no live dose any more, one that was not replaced. Beside
    what was signed, a dose that waits for its signature speaks only with a phone that was signed before: one officer
    alone, who enters or mends a dose, brings no phone to somebody's record.
    `version_id`: the newest dose version that carries it. `is_over`: the person has no live dose any more.
    `is_signed`: a live dose that carries it is signed.
    """

    person_id: int
    name_folded: str
    birth_date: str
    by_number: bool
    is_current: bool
    version_id: int
    number_key: bytes
    is_over: bool
    is_signed: bool
    phone_sealed: bytes

    @property
    def phone(self) -> str:
        """Open the phone; empty where none is recorded."""
        return open_seal(self.phone_sealed)


_FIND = """
SELECT i.person_id, i.name_folded, i.birth_date, i.number_key = ANY (%(numbers)s),
  bool_or(s.state <> ALL (%(ended)s) AND (s.state = ANY (%(signed)s) OR signed.with_phone IS NOT FALSE)
    OR s.state <> %(replaced)s AND NOT live.any),
  max(v.id), i.number_key, NOT live.any, bool_or(s.state = ANY (%(signed)s)), i.phone_sealed
FROM records_identity i
JOIN records_doseversion v ON v.person_id = i.person_id AND v.identity_id = i.id
JOIN records_versionstate s ON s.version_id = v.id
CROSS JOIN LATERAL (SELECT EXISTS (
  SELECT FROM records_versionstate o WHERE o.person_id = i.person_id AND o.state <> ALL (%(ended)s)) AS any) live
CROSS JOIN LATERAL (
  WITH RECURSIVE back AS (
    SELECT v.replaces_id AS id WHERE v.replaces_id IS NOT NULL
    UNION
    SELECT b.replaces_id FROM back JOIN records_doseversion b ON b.id = back.id WHERE b.replaces_id IS NOT NULL)
  SELECT bool_or(o.phone_key = i.phone_key) AS with_phone
  FROM (SELECT id FROM back UNION SELECT p.id FROM records_doseversion p WHERE p.person_id = i.person_id) one
  JOIN records_doseversion w ON w.id = one.id
  JOIN records_versionstate t ON t.version_id = w.id
  JOIN records_identity o ON o.id = w.identity_id
  WHERE t.state = ANY (%(signed)s) OR t.state = %(replaced)s AND EXISTS (
    SELECT FROM records_history h WHERE h.version_id = w.id AND h.verb = %(attest)s)) signed
WHERE i.number_key = ANY (%(numbers)s) OR i.phone_key <> '' AND i.phone_key = ANY (%(phones)s)
GROUP BY i.id, live.any ORDER BY i.id
"""


def find_identities(*, numbers: Collection[str] = (), phones: Collection[str] = ()) -> list[FoundIdentity]:
    """Find what was declared with one of the numbers or phones (in the form in which records keep them)."""
    facts: dict[str, Any] = {
        "numbers": [lookup_hash("number", number) for number in numbers if number],
        "phones": [lookup_hash("phone", phone) for phone in phones if phone],
        "ended": sorted(int(state) for state in ENDED),
        "replaced": int(State.REPLACED),
        "signed": sorted(int(state) for state in SIGNED),
        "attest": Verb.ATTEST.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, facts)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [FoundIdentity(*(*row[:-1], bytes(row[-1]))) for row in rows]


_PHONES = """
SELECT DISTINCT i.person_id, i.phone_key, i.phone_sealed FROM records_versionstate s
JOIN records_doseversion v ON v.id = s.version_id JOIN records_identity i ON i.id = v.identity_id
WHERE s.person_id = ANY (%s) AND s.state <> ALL (%s) AND i.phone_key <> ''
"""


def current_phones(person_ids: Collection[int]) -> list[tuple[int, str]]:
    """Give (person, phone) for every phone that the live doses of some people name, each once."""
    with connection.cursor() as cursor:
        cursor.execute(_PHONES, [sorted(person_ids), sorted(int(state) for state in ENDED)])
        found = {(person_id, bytes(key)): bytes(sealed) for person_id, key, sealed in cursor.fetchall()}
    return [(person_id, open_seal(sealed)) for (person_id, _), sealed in sorted(found.items())]
