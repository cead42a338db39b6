"""Identities by number or phone, for a citizen who looks for his own record.

Nobody's scope is asked here: nothing of it may be shown before the citizen proved a phone, a mailbox or an identity.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from vaxpass.records.sealing import lookup_hash, open_seal
from vaxpass.records.states import ENDED, State


@dataclass(frozen=True, slots=True)
class FoundIdentity:
    """An identity as declared, and whether it still speaks for its person.

    `is_current`: a live dose carries it; where the person has no live dose any more, one that was not replaced.
    `version_id`: the newest dose version that carries it.
    """

    person_id: int
    name_folded: str
    birth_date: str
    by_number: bool
    is_current: bool
    version_id: int
    phone_sealed: bytes

    @property
    def phone(self) -> str:
        """Open the phone; empty where none is recorded."""
        return open_seal(self.phone_sealed)


_FIND = """
SELECT i.person_id, i.name_folded, i.birth_date, i.number_key = ANY (%(numbers)s),
  bool_or(s.state <> ALL (%(ended)s) OR s.state <> %(replaced)s AND NOT EXISTS (
    SELECT FROM records_versionstate other WHERE other.person_id = i.person_id AND other.state <> ALL (%(ended)s))),
  max(v.id), i.phone_sealed
FROM records_identity i
JOIN records_doseversion v ON v.person_id = i.person_id AND v.identity_id = i.id
JOIN records_versionstate s ON s.version_id = v.id
WHERE i.number_key = ANY (%(numbers)s) OR i.phone_key <> '' AND i.phone_key = ANY (%(phones)s)
GROUP BY i.id ORDER BY i.id
"""


def find_identities(*, numbers: Collection[str] = (), phones: Collection[str] = ()) -> list[FoundIdentity]:
    """Find what was declared with one of the numbers or phones (in the form in which records keep them)."""
    facts = {
        "numbers": [lookup_hash("number", number) for number in numbers if number],
        "phones": [lookup_hash("phone", phone) for phone in phones if phone],
        "ended": sorted(int(state) for state in ENDED),
        "replaced": int(State.REPLACED),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, facts)
        return [FoundIdentity(*row[:6], bytes(row[6])) for row in cursor.fetchall()]


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
