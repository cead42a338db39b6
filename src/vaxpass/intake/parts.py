"""The sealed parts of an upload: rows in batches, each one JSON text under one seal.

In and out: plain values. Rows lie here between upload and confirmation, and refused ones until they expire.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from vaxpass.intake.columns import Cell
from vaxpass.intake.models import PartKind, UploadPart
from vaxpass.intake.rules import Reading
from vaxpass.records.facts import DoseFacts, IdentityFacts, ReceivedDose
from vaxpass.records.sealing import open_sealed_bytes, seal_bytes

RawRow = tuple[int, list[Cell]]
AcceptedRow = tuple[ReceivedDose, int | None]
"""A dose, and the version that it replaces where it mends one."""


def write_parts(upload_id: UUID, parts: Iterable[tuple[PartKind, int, bytes]]) -> None:
    """Seal and store parts, by one COPY."""
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY intake_uploadpart (upload_id, kind, number, sealed) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["uuid", "int2", "int4", "bytea"])
        for kind, number, content in parts:
            copy.write_row((upload_id, int(kind), number, seal_bytes(content)))


def part_numbers(upload_id: UUID, kind: PartKind) -> list[int]:
    """List the numbers of an upload's parts of one kind."""
    parts = UploadPart.objects.filter(upload_id=upload_id, kind=kind).order_by("number")
    return list(parts.values_list("number", flat=True))


def read_part(upload_id: UUID, kind: PartKind, number: int) -> Any:
    """Open one part; the empty list where there is none."""
    sealed = UploadPart.objects.filter(upload_id=upload_id, kind=kind, number=number).values_list("sealed", flat=True)
    return next((json.loads(open_sealed_bytes(content)) for content in sealed), [])


def raw_rows(upload_id: UUID, kind: PartKind) -> Iterator[RawRow]:
    """Give the rows of all parts of one kind, in order, one part in memory at a time."""
    for number in part_numbers(upload_id, kind):
        yield from (tuple(row) for row in read_part(upload_id, kind, number))


def accepted_rows(upload_id: UUID) -> Iterator[AcceptedRow]:
    """Give the accepted rows as doses, in order."""
    for number in part_numbers(upload_id, PartKind.ACCEPTED):
        yield from _unpack(read_part(upload_id, PartKind.ACCEPTED, number))


def first_accepted(upload_id: UUID, count: int) -> list[ReceivedDose]:
    """Give the first accepted rows, for a preview."""
    part = read_part(upload_id, PartKind.ACCEPTED, 0)
    return [dose for dose, _ in islice(_unpack(part), count)] if part else []


def pack_accepted(readings: Iterable[Reading]) -> bytes:
    """Write accepted rows as JSON; each person, whose doses stand near each other, once."""
    places: dict[IdentityFacts, int] = {}
    rows = []
    for reading in readings:
        received = reading.dose
        assert received is not None
        dose = received.dose
        person = places.setdefault(received.identity, len(places))
        rows.append(
            [
                reading.row, reading.replaces, received.facility_states_identity, person, dose.product, dose.lot,
                dose.given_on.isoformat(), dose.dose_number, dose.place, dose.priority_group,
            ]
        )  # fmt: skip
    return as_json({"people": [_person(who) for who in places], "rows": rows})


def as_json(value: Any) -> bytes:
    """Write JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _person(who: IdentityFacts) -> list[Any]:
    return [
        who.full_name, who.sex, who.birth_date, who.nationality, who.number_kind, who.number, who.phone, who.address,
    ]  # fmt: skip


def _unpack(part: dict[str, Any]) -> Iterator[AcceptedRow]:
    people = [IdentityFacts(*who) for who in part["people"]]
    for row, replaces, stated, person, product, lot, day, *rest in part["rows"]:
        dose = DoseFacts(product, lot, _date(day), *rest)
        yield ReceivedDose(people[person], dose, stated, row), replaces


_date = lru_cache(maxsize=4096)(date.fromisoformat)
