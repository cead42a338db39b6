"""A file comes in and waits, sealed; or is thrown away."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from vaxpass.intake.columns import guess_mapping
from vaxpass.intake.models import PartKind, RowFinding, Upload, UploadPart, UploadStatus
from vaxpass.intake.parse.isolated import ReadFile, read_file
from vaxpass.intake.parts import write_parts
from vaxpass.intake.queries import find_confirmed, may_upload, upload_in_reach
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.sealing import seal

KEPT_FOR = timedelta(days=7)
_NAME_LONGEST = 200
_OPEN = (UploadStatus.STAGED, UploadStatus.CHECKING, UploadStatus.CHECKED)


def stage(actor: Actor, *, content: bytes, file_name: str, now: datetime) -> UUID:
    """Read a file whole and keep its rows sealed until the clerk confirms; give the upload's id.

    Refuses RIGHT_MISSING, FILE_ALREADY_CONFIRMED (fact `day`), and the FILE_ codes of parse/refusal.py.
    """
    if not may_upload(actor):
        check_may(actor, Permission.RECORD_ENTER)
    digest = hashlib.sha256(content).digest()
    confirmed = find_confirmed(actor.office_id, digest)
    if confirmed is not None:
        raise Refused("FILE_ALREADY_CONFIRMED", day=confirmed.uploaded_at.strftime("%d/%m/%Y"))
    read = read_file(content, most_bytes=settings.UPLOAD_MAX_BYTES, most_rows=settings.UPLOAD_MAX_ROWS)
    return _keep(actor, digest, file_name, read, now)


def _keep(actor: Actor, digest: bytes, file_name: str, read: ReadFile, now: datetime) -> UUID:
    upload_id = uuid4()
    with transaction.atomic():
        Upload.objects.create(
            id=upload_id,
            office_id=actor.office_id,
            officer_id=actor.officer_id,
            digest=digest,
            file_name_sealed=seal(file_name[-_NAME_LONGEST:]),
            status=UploadStatus.STAGED,
            headers=list(read.headers),
            mapping=guess_mapping(read.headers),
            rows=read.rows,
            uploaded_at=now,
        )
        write_parts(upload_id, ((PartKind.SHEET, number, chunk) for number, chunk in enumerate(read.chunks)))
        _note(actor, "upload", upload_id, now, rows=read.rows)
    return upload_id


def discard(actor: Actor, upload_id: UUID, *, now: datetime) -> None:
    """Throw an upload away before it is confirmed. Refuses UPLOAD_UNKNOWN, UPLOAD_ENDED."""
    with transaction.atomic():
        upload = upload_in_reach(actor, upload_id, lock=True)
        if upload.status not in _OPEN:
            raise Refused("UPLOAD_ENDED")
        _end([upload_id], UploadStatus.DISCARDED)
        _note(actor, "discard_upload", upload_id, now)


def note_download(actor: Actor, upload_id: UUID, *, now: datetime) -> None:
    """Write down that the refused rows were downloaded: personal data left the platform."""
    _note(actor, "download_refused_rows", upload_id, now)


def expire(now: datetime) -> int:
    """End what nobody confirmed for seven days, and wipe the refused rows of what was; give how many ended."""
    before = now - KEPT_FOR
    with transaction.atomic():
        forgotten = Upload.objects.select_for_update(skip_locked=True).filter(
            status__in=[*_OPEN, UploadStatus.STORING], uploaded_at__lt=before
        )
        ended = list(forgotten.values_list("pk", flat=True))
        _end(ended, UploadStatus.EXPIRED)
        old = Upload.objects.filter(Q(status=UploadStatus.CONFIRMED), confirmed_at__lt=before)
        UploadPart.objects.filter(upload_id__in=old.values("pk")).delete()
    return len(ended)


def _end(upload_ids: list[UUID], status: UploadStatus) -> None:
    Upload.objects.filter(pk__in=upload_ids).update(status=status)
    UploadPart.objects.filter(upload_id__in=upload_ids).delete()
    RowFinding.objects.filter(upload_id__in=upload_ids).delete()


def _note(actor: Actor, verb: str, upload_id: UUID, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"upload/{upload_id}", now=now, **facts)
