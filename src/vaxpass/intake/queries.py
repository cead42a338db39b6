"""Reading intake: uploads of one's own office, their previews, their refused rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from vaxpass.intake.columns import Cell, Column
from vaxpass.intake.models import PartKind, RowFinding, Upload, UploadStatus
from vaxpass.intake.parts import RawRow, first_accepted, part_numbers, raw_rows, read_part
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.facts import ReceivedDose
from vaxpass.records.sealing import open_seal

UploadRow = Upload
FindingRow = RowFinding
"""The rows under the names by which desks may speak of them; they read and never write."""


def may_upload(actor: Actor) -> bool:
    """Say whether the actor may bring files: new doses, or only mended ones."""
    return actor.may(Permission.RECORD_ENTER) or actor.may(Permission.RECORD_MEND)


def may_confirm(actor: Actor) -> bool:
    """Say whether the actor may confirm a file; a commune officer may for mended doses."""
    return actor.may(Permission.UPLOAD_CONFIRM) or (
        actor.may(Permission.RECORD_MEND) and not actor.may(Permission.RECORD_ENTER)
    )


def upload_in_reach(actor: Actor, upload_id: UUID, *, lock: bool = False) -> Upload:
    """Give an upload of the actor's own office. Refuses UPLOAD_UNKNOWN for what is absent and what is not theirs."""
    uploads = Upload.objects.select_for_update() if lock else Upload.objects.all()
    upload = uploads.filter(pk=upload_id, office_id=actor.office_id).first()
    if upload is None or not may_upload(actor):
        raise Refused("UPLOAD_UNKNOWN")
    return upload


def find_confirmed(office_id: int, digest: bytes) -> Upload | None:
    """Find the confirmed upload of the same file, or the one being stored."""
    done = (UploadStatus.STORING, UploadStatus.CONFIRMED)
    return Upload.objects.filter(office_id=office_id, digest=digest, status__in=done).first()


def uploads_of(actor: Actor) -> QuerySet[Upload]:
    """List the uploads of the actor's office."""
    return Upload.objects.filter(office_id=actor.office_id)


def count_waiting(actor: Actor) -> int:
    """Count the files that wait for a clerk: to be mapped or confirmed."""
    return uploads_of(actor).filter(status__in=[UploadStatus.STAGED, UploadStatus.CHECKED]).count()


def file_name(upload: Upload) -> str:
    """Open the seal of the file's name."""
    return open_seal(upload.file_name_sealed)


def mapping_of(upload: Upload) -> dict[Column, int]:
    """Give the mapping as columns."""
    return {Column(name): place for name, place in upload.mapping.items()}


def sample_rows(upload: Upload, count: int) -> list[RawRow]:
    """Give the first rows as read."""
    return [(row, cells) for row, cells in read_part(upload.pk, PartKind.SHEET, 0)[:count]]


def sample_doses(upload: Upload, count: int) -> list[ReceivedDose]:
    """Give the first accepted rows as they were understood."""
    return first_accepted(upload.pk, count)


def findings_of(upload: Upload, *, refusing: bool) -> QuerySet[RowFinding]:
    """List the findings that refuse rows, or those that only remark."""
    return RowFinding.objects.filter(upload_id=upload.pk, refuses=refusing).order_by("row", "place")


def count_findings(upload: Upload, *, refusing: bool) -> list[tuple[str, int]]:
    """Count findings by code, most frequent first."""
    rows = findings_of(upload, refusing=refusing).order_by().values("code").annotate(n=Count("row"))
    return list(rows.order_by("-n", "code").values_list("code", "n"))


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row: its number in the file, its cells, and (column, code, twin row) for each reason."""

    row: int
    cells: list[Cell]
    reasons: list[tuple[str, str, int | None]]


def has_refused_rows(upload: Upload) -> bool:
    """Say whether refused rows are still kept."""
    return bool(part_numbers(upload.pk, PartKind.REFUSED))


def refused_rows(upload: Upload) -> Iterator[RefusedRow]:
    """Give the refused rows with their reasons, in order of the file."""
    reasons: dict[int, list[tuple[str, str, int | None]]] = {}
    found = findings_of(upload, refusing=True).values_list("row", "column", "code", "twin_row")
    for row, column, code, twin in found.iterator():
        reasons.setdefault(row, []).append((column, code, twin))
    kept = sorted(raw_rows(upload.pk, PartKind.REFUSED))
    return (RefusedRow(row, cells, reasons.get(row, [])) for row, cells in kept)
