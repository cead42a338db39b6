"""What was found in the rows of an upload: written by COPY, read by page. Codes only, never a cell."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from vaxpass.intake.rules import Finding

LATE_PLACE = 900  # findings of the moment of storing stand behind those of the check


def write_findings(upload_id: UUID, found: Iterable[tuple[int, list[Finding]]], *, first_place: int = 0) -> None:
    """Store the findings of rows, by one COPY."""
    columns = 'upload_id, "row", place, "column", code, refuses, twin_row'
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY intake_rowfinding ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["uuid", "int4", "int2", "text", "text", "bool", "int4"])
        for row, findings in found:
            for place, one in enumerate(findings, start=first_place):
                copy.write_row((upload_id, row, place, one.column, one.code, one.refuses, one.twin_row))
