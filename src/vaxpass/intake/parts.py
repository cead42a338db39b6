"""The sealed parts of an upload: rows in batches under one seal, as JSON where read, as COPY rows where accepted.

In and out: plain values. Rows lie here between upload and confirmation, and refused ones until they expire.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from struct import Struct
from typing import Any, Final
from uuid import UUID

from django.db import connection

from vaxpass.intake.columns import Cell
from vaxpass.intake.models import PartKind, UploadPart
from vaxpass.intake.rules import Reading
from vaxpass.records.facts import DoseFacts, IdentityFacts, ReceivedDose
from vaxpass.records.packing import pack
from vaxpass.records.sealing import open_sealed_bytes, seal_bytes

RawRow = tuple[int, list[Cell]]
AcceptedRow = tuple[ReceivedDose, int | None]
"""A dose, and the version that it replaces where it mends one."""
PREVIEWED: Final = 50
"""Accepted rows of a part that can be shown before they are stored."""
_LENGTHS: Final = Struct(">II")


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
    """Open one part of rows as read; the empty list where there is none."""
    return json.loads(_open(upload_id, kind, number) or b"[]")


def _open(upload_id: UUID, kind: PartKind, number: int) -> bytes:
    """Open one part; empty where there is none."""
    sealed = UploadPart.objects.filter(upload_id=upload_id, kind=kind, number=number).values_list("sealed", flat=True)
    return next((open_sealed_bytes(content) for content in sealed), b"")


def raw_rows(upload_id: UUID, kind: PartKind) -> Iterator[RawRow]:
    """Give the rows of all parts of one kind, in order, one part in memory at a time."""
    for number in part_numbers(upload_id, kind):
        yield from (tuple(row) for row in read_part(upload_id, kind, number))


def first_accepted(upload_id: UUID, count: int) -> list[ReceivedDose]:
    """Give the first accepted rows, for a preview: no more than PREVIEWED."""
    return [dose for dose, _ in islice(_shown(upload_id, 0), min(count, PREVIEWED))]


def replacing_rows(upload_id: UUID) -> Iterator[tuple[ReceivedDose, int]]:
    """Give the accepted rows that mend a version, each with that version's id, in order."""
    for number in part_numbers(upload_id, PartKind.ACCEPTED):
        yield from ((dose, replaces) for dose, replaces in _shown(upload_id, number) if replaces is not None)


def packed_rows(upload_id: UUID) -> Iterator[tuple[bytes, bytes]]:
    """Give the accepted rows that are new doses as `records.packing` made them ready, part by part."""
    for number in part_numbers(upload_id, PartKind.ACCEPTED):
        _, doses, identities = _split(_open(upload_id, PartKind.ACCEPTED, number))
        if doses:
            yield doses, identities


def pack_accepted(accepted: Sequence[tuple[Reading, bytes]]) -> bytes:
    """Write accepted rows, each with its person's key, as one part.

    New doses are packed for storing. As JSON stand only the rows that replace something, and the first for preview.
    """
    new, shown = [], []
    for place, (reading, key) in enumerate(accepted):
        assert reading.dose is not None
        if reading.replaces is None:
            new.append((reading.dose, key))
        if reading.replaces is not None or place < PREVIEWED:
            shown.append(_as_list(reading.dose, reading.replaces))
    doses, identities = pack(new)
    json_text = as_json(shown)
    return b"".join((_LENGTHS.pack(len(json_text), len(doses)), json_text, doses, identities))


def _split(part: bytes) -> tuple[bytes, bytes, bytes]:
    """Take a part asunder: JSON of the rows shown, packed doses, packed identities."""
    if not part:
        return b"[]", b"", b""
    first, second = _LENGTHS.unpack_from(part)
    begin = _LENGTHS.size
    return part[begin : begin + first], part[begin + first : begin + first + second], part[begin + first + second :]


def _shown(upload_id: UUID, number: int) -> Iterator[AcceptedRow]:
    for row, replaces, stated, who, day, *dose in json.loads(_split(_open(upload_id, PartKind.ACCEPTED, number))[0]):
        product, lot, *rest = dose
        facts = DoseFacts(product, lot, date.fromisoformat(day), *rest)
        yield ReceivedDose(IdentityFacts(*who), facts, stated, row), replaces


def _as_list(received: ReceivedDose, replaces: int | None) -> list[Any]:
    dose = received.dose
    return [
        received.row, replaces, received.facility_states_identity, _person(received.identity),
        dose.given_on.isoformat(), dose.product, dose.lot, dose.dose_number, dose.place, dose.priority_group,
    ]  # fmt: skip


def as_json(value: Any) -> bytes:
    """Write JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _person(who: IdentityFacts) -> list[Any]:
    return [
        who.full_name, who.sex, who.birth_date, who.nationality, who.number_kind, who.number, who.phone, who.address,
    ]  # fmt: skip
