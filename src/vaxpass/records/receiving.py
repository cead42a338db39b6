"""Receiving: doses come in, thousands at a time, all or nothing.

Two COPYs into temporary tables, then one statement each for people, identities, states, versions and history.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction

from vaxpass.records.facts import DoseFacts, IdentityFacts, Origin, ReceivedDose
from vaxpass.records.names import fold_name, name_key
from vaxpass.records.sealing import lookup_hash, seal
from vaxpass.records.states import ENDED, State


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """A row that met a live dose of the same person on the same day, and whether the product is the same."""

    position: int
    same_product: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored: the new version ids in order of position, and the rows that were there already."""

    version_ids: dict[int, int]
    already_there: list[AlreadyThere]


class Predecessor(NamedTuple):
    """The version that a replacement follows, and the place of the replacement in the dose's line."""

    dose_id: int
    version_no: int
    replaces: int


NEW_DOSE = (None, 1, None)
"""In the place of a predecessor where a dose is new."""


def person_key(identity: IdentityFacts) -> bytes:
    """Give the key of the person: number, folded words of the name, birth year.

    Without a number, sex, the whole birth date and the phone stand in for it.
    """
    if identity.number:
        return lookup_hash(
            "person",
            str(identity.number_kind),
            identity.number,
            name_key(identity.full_name),
            identity.birth_date[:4],
        )
    return lookup_hash(
        "person-without-number",
        name_key(identity.full_name),
        identity.birth_date,
        str(identity.sex),
        identity.phone,
        identity.nationality,
    )


def identity_digest(identity: IdentityFacts) -> bytes:
    """Give the keyed hash of everything declared, so that the same declaration is stored once."""
    return lookup_hash(
        "identity",
        identity.full_name,
        str(identity.sex),
        identity.birth_date,
        identity.nationality,
        str(identity.number_kind),
        identity.number,
        identity.phone,
        identity.address,
    )


_IDENTITY_COLUMNS: dict[str, str] = {
    "identity_no": "int4", "person_key": "bytea", "digest": "bytea", "full_name": "text", "name_folded": "text",
    "sex": "int2", "birth_date": "text", "nationality": "text", "number_kind": "int2", "number_sealed": "bytea",
    "number_key": "bytea", "phone_sealed": "bytea", "phone_key": "bytea", "address_sealed": "bytea",
}  # fmt: skip
_DOSE_COLUMNS: dict[str, str] = {
    "position": "int4", "identity_no": "int4", "product": "text", "lot": "text", "given_on": "date",
    "dose_number": "int2", "place": "text", "priority_group": "text", "stated": "bool", "file_row": "int4",
    "dose_id": "int8", "version_no": "int2", "replaces": "int8",
}  # fmt: skip


def _sealed_identity(who: IdentityFacts) -> tuple[Any, ...]:
    return (
        person_key(who),
        identity_digest(who),
        who.full_name,
        fold_name(who.full_name),
        who.sex,
        who.birth_date,
        who.nationality,
        who.number_kind,
        seal(who.number),
        lookup_hash("number", who.number) if who.number else b"",
        seal(who.phone),
        lookup_hash("phone", who.phone) if who.phone else b"",
        seal(who.address),
    )


def _entered(dose: DoseFacts) -> tuple[Any, ...]:
    return (dose.product, dose.lot, dose.given_on, dose.dose_number, dose.place, dose.priority_group)


_PART = 5_000

_PEOPLE = """
INSERT INTO records_person (key, created_at)
SELECT DISTINCT person_key, %(at)s::timestamptz FROM received_identity ON CONFLICT (key) DO NOTHING
"""

_IDENTITIES = """
INSERT INTO records_identity (person_id, digest, full_name, name_folded, sex, birth_date, nationality, number_kind,
  number_sealed, number_key, phone_sealed, phone_key, address_sealed, created_at)
SELECT DISTINCT ON (p.id, r.digest) p.id, r.digest, r.full_name, r.name_folded, r.sex, r.birth_date, r.nationality,
  r.number_kind, r.number_sealed, r.number_key, r.phone_sealed, r.phone_key, r.address_sealed, %(at)s::timestamptz
FROM received_identity r JOIN records_person p ON p.key = r.person_key
ON CONFLICT (person_id, digest) DO NOTHING
"""

_NUMBERED = """
CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
SELECT r.*, known.person_id, known.identity_id,
       nextval(pg_get_serial_sequence('records_doseversion', 'id')) AS version_id
FROM received r JOIN (
  SELECT one.identity_no, p.id AS person_id, i.id AS identity_id
  FROM received_identity one JOIN records_person p ON p.key = one.person_key
  JOIN records_identity i ON i.person_id = p.id AND i.digest = one.digest) known USING (identity_no)
ORDER BY r.position
"""

# The state row goes first: its partial unique index decides, even between two files at once, which row is the dose.
_STATES = """
INSERT INTO records_versionstate (version_id, person_id, facility_id, given_on, state, reason, since)
SELECT version_id, person_id, %(facility)s, given_on, %(received)s, '', %(at)s::timestamptz
FROM numbered ORDER BY position ON CONFLICT DO NOTHING
"""

_VERSIONS = """
INSERT INTO records_doseversion (id, dose_id, version_no, replaces_id, person_id, identity_id, facility_id, product,
  lot, given_on, dose_number, place, priority_group, facility_states_identity, entered_by_id, entered_at, upload_id,
  upload_row)
SELECT n.version_id, coalesce(n.dose_id, n.version_id), n.version_no, n.replaces, n.person_id, n.identity_id,
  %(facility)s, n.product, n.lot, n.given_on, n.dose_number, n.place, n.priority_group, n.stated, %(officer)s,
  %(at)s::timestamptz, %(upload)s, n.file_row
FROM numbered n JOIN records_versionstate s USING (version_id)
"""

_HISTORY = """
INSERT INTO records_history (at, version_id, verb, from_state, to_state, reason, officer_id, office_id)
SELECT %(at)s::timestamptz, version_id, 'receive', NULL, %(received)s, '', %(officer)s, %(office)s
FROM numbered n JOIN records_versionstate s USING (version_id)
"""

_OUTCOME = """
SELECT n.position, s.version_id, n.person_id, n.given_on, n.product
FROM numbered n LEFT JOIN records_versionstate s USING (version_id)
"""


def receive(doses: Iterable[ReceivedDose], origin: Origin) -> Receipt:
    """Store doses as RECEIVED in one transaction; rows that are there already are named, the others stored.

    Call inside the caller's transaction where more belongs to it. Memory: some thousand rows on their way to COPY.
    """
    return _receive(((dose, NEW_DOSE) for dose in doses), origin)


def receive_replacements(mended: Sequence[tuple[ReceivedDose, Predecessor]], origin: Origin) -> Receipt:
    """Store the next versions of some doses; the versions they replace must have left their live states already."""
    return _receive(mended, origin)


def _receive(
    doses: Iterable[tuple[ReceivedDose, tuple[int | None, int, int | None]]],
    origin: Origin,
) -> Receipt:
    parameters: dict[str, Any] = {
        "at": origin.at,
        "facility": origin.facility_id,
        "officer": origin.officer_id,
        "office": origin.office_id,
        "upload": origin.upload_id,
        "received": int(State.RECEIVED),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        _stage(cursor, doses)
        cursor.execute(_PEOPLE, parameters)
        cursor.execute(_IDENTITIES, parameters)
        cursor.execute(_NUMBERED)
        cursor.execute("ANALYZE numbered (version_id)")  # without it the planner joins row by row
        for statement in (_STATES, _VERSIONS, _HISTORY):
            cursor.execute(statement, parameters)
        cursor.execute(_OUTCOME)
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE received, received_identity, numbered")
    return _receipt(rows)


def _stage(cursor: Any, doses: Iterable[tuple[ReceivedDose, tuple[int | None, int, int | None]]]) -> None:
    """COPY the doses, then each identity once: a person's doses share it, and sealing costs more than storing."""
    people: dict[IdentityFacts, int] = {}
    _copy(cursor, "received", _DOSE_COLUMNS, _dose_rows(doses, people))
    identities = ((number, *_sealed_identity(who)) for who, number in people.items())
    _copy(cursor, "received_identity", _IDENTITY_COLUMNS, identities)
    # Without these the planner joins row by row.
    cursor.execute("ANALYZE received (identity_no)")
    cursor.execute("ANALYZE received_identity (identity_no, person_key, digest)")


def _dose_rows(
    doses: Iterable[tuple[ReceivedDose, tuple[int | None, int, int | None]]], people: dict[IdentityFacts, int]
) -> Iterator[tuple[Any, ...]]:
    for position, (received, place) in enumerate(doses):
        number = people.setdefault(received.identity, len(people))
        stated, row = received.facility_states_identity, received.row
        yield (position, number, *_entered(received.dose), stated, row, *place)


def _copy(cursor: Any, table: str, columns: dict[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({typed}) ON COMMIT DROP")
    rest = iter(rows)
    # A part is read whole before its COPY begins: the source may be a query on this very connection.
    while part := list(islice(rest, _PART)):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(list(columns.values()))
            for row in part:
                copy.write_row(row)


def _receipt(rows: list[tuple[int, int | None, int, date, str]]) -> Receipt:
    stored = {position: version_id for position, version_id, *_ in rows if version_id is not None}
    met = [row for row in rows if row[1] is None]
    live = _live_products([(person, day) for _, _, person, day, _ in met])
    return Receipt(
        stored,
        [AlreadyThere(row[0], live.get((row[2], row[3])) == row[4]) for row in sorted(met)],
    )


def _live_products(keys: list[tuple[int, date]]) -> dict[tuple[int, date], str]:
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.person_id, s.given_on, v.product
            FROM unnest(%s::bigint[], %s::date[]) AS k (person_id, given_on)
            JOIN records_versionstate s USING (person_id, given_on)
            JOIN records_doseversion v ON v.id = s.version_id
            WHERE NOT s.state = ANY (%s)
            """,
            [[key[0] for key in keys], [key[1] for key in keys], _ENDED],
        )
        return {(person, day): product for person, day, product in cursor.fetchall()}


_ENDED = sorted(int(state) for state in ENDED)
