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
from vaxpass.records.packing import (
    COPY_END,
    COPY_HEAD,
    PACKED_DOSE,
    person_key,
    sealed_identity,
)
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
SELECT n.version_id, coalesce(n.dose_id, n.version_id), coalesce(n.version_no, 1), n.replaces, n.person_id,
  n.identity_id, %(facility)s, n.product, n.lot, n.given_on, n.dose_number, n.place, n.priority_group, n.stated,
  %(officer)s, %(at)s::timestamptz, %(upload)s, n.file_row
FROM numbered n"""

_HISTORY = """
INSERT INTO records_history (at, version_id, verb, from_state, to_state, reason, officer_id, office_id)
SELECT %(at)s::timestamptz, version_id, 'receive', NULL, %(received)s, '', %(officer)s, %(office)s
FROM numbered n"""

_ENTERED_ONLY = " JOIN records_versionstate s USING (version_id)"

_MET = """
SELECT n.position, n.person_id, n.given_on, n.product
FROM numbered n LEFT JOIN records_versionstate s USING (version_id) WHERE s.version_id IS NULL ORDER BY n.position
"""
_ENTERED = f"SELECT n.position, n.version_id FROM numbered n{_ENTERED_ONLY} ORDER BY n.position"  # noqa: S608 -- ours


def receive(doses: Iterable[ReceivedDose], origin: Origin) -> Receipt:
    """Store doses as RECEIVED in one transaction; rows that are there already are named, the others stored.

    Call inside the caller's transaction where more belongs to it. Memory: some thousand rows on their way to COPY.
    """
    return _receive(((dose, NEW_DOSE) for dose in doses), origin)


def receive_replacements(mended: Sequence[tuple[ReceivedDose, Predecessor]], origin: Origin) -> Receipt:
    """Store the next versions of some doses; the versions they replace must have left their live states already."""
    return _receive(mended, origin)


def receive_packed(parts: Iterable[tuple[bytes, bytes]], origin: Origin) -> list[AlreadyThere]:
    """Store new doses that `packing.pack` made ready, as `receive` does; give those that are there already.

    Their `position` is the row in the file. Memory: one part.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _create(cursor)
        for doses, identities in parts:
            _copy_packed(cursor, "received_identity", tuple(_IDENTITY_COLUMNS), identities)
            _copy_packed(cursor, "received", PACKED_DOSE, doses)
        met = _enter(cursor, origin)
        _drop(cursor)
    return met


def _receive(
    doses: Iterable[tuple[ReceivedDose, tuple[int | None, int, int | None]]],
    origin: Origin,
) -> Receipt:
    people: dict[IdentityFacts, int] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        _create(cursor)
        _copy(cursor, "received", _DOSE_COLUMNS, _dose_rows(doses, people))
        # Each identity once: a person's doses share it, and sealing costs more than storing.
        identities = ((number, *sealed_identity(who, person_key(who))) for who, number in people.items())
        _copy(cursor, "received_identity", _IDENTITY_COLUMNS, identities)
        met = _enter(cursor, origin)
        cursor.execute(_ENTERED)
        entered = dict(cursor.fetchall())
        _drop(cursor)
    return Receipt(entered, met)


def _enter(cursor: Any, origin: Origin) -> list[AlreadyThere]:
    """Turn what was copied into people, identities, states, versions and history."""
    parameters: dict[str, Any] = {
        "at": origin.at,
        "facility": origin.facility_id,
        "officer": origin.officer_id,
        "office": origin.office_id,
        "upload": origin.upload_id,
        "received": int(State.RECEIVED),
    }
    # Without these the planner joins row by row; with the usual few megabytes it sorts and joins on disk.
    cursor.execute("ANALYZE received (identity_no)")
    cursor.execute("ANALYZE received_identity (identity_no, person_key, digest)")
    cursor.execute("SELECT set_config('work_mem', '64MB', true)")
    cursor.execute(_PEOPLE, parameters)
    cursor.execute(_IDENTITIES, parameters)
    cursor.execute(_NUMBERED)
    numbered = cursor.rowcount
    cursor.execute(_STATES, parameters)
    every = cursor.rowcount == numbered
    if not every:
        cursor.execute("ANALYZE numbered (version_id)")
    for statement in (_VERSIONS, _HISTORY):
        cursor.execute(statement if every else statement + _ENTERED_ONLY, parameters)
    return [] if every else _already_there(cursor)


def _drop(cursor: Any) -> None:
    cursor.execute("DROP TABLE received, received_identity, numbered")


def _dose_rows(
    doses: Iterable[tuple[ReceivedDose, tuple[int | None, int, int | None]]], people: dict[IdentityFacts, int]
) -> Iterator[tuple[Any, ...]]:
    for position, (received, place) in enumerate(doses):
        number = people.setdefault(received.identity, len(people))
        stated, row = received.facility_states_identity, received.row
        yield (position, number, *_entered(received.dose), stated, row, *place)


def _create(cursor: Any) -> None:
    for table, columns in (("received", _DOSE_COLUMNS), ("received_identity", _IDENTITY_COLUMNS)):
        typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({typed}) ON COMMIT DROP")


def _copy(cursor: Any, table: str, columns: dict[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
    rest = iter(rows)
    # A part is read whole before its COPY begins: the source may be a query on this very connection.
    while part := list(islice(rest, _PART)):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(list(columns.values()))
            for row in part:
                copy.write_row(row)


def _copy_packed(cursor: Any, table: str, columns: Sequence[str], rows: bytes) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy:
        for content in (COPY_HEAD, rows, COPY_END):
            copy.write(content)


def _already_there(cursor: Any) -> list[AlreadyThere]:
    cursor.execute(_MET)
    met = cursor.fetchall()
    live = _live_products([(person, day) for _, person, day, _ in met])
    return [AlreadyThere(position, live.get((person, day)) == product) for position, person, day, product in met]


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
