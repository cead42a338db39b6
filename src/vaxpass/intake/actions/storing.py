"""A checked file enters the records: all of it in one transaction, or nothing."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from vaxpass.campaigns.openings import check_facility_open
from vaxpass.campaigns.rules import Function
from vaxpass.intake.actions.checking import MENDABLE, ROW_CODES
from vaxpass.intake.collecting import collecting_rarely
from vaxpass.intake.columns import Column
from vaxpass.intake.findings import LATE_PLACE, write_findings
from vaxpass.intake.models import PartKind, Upload, UploadPart, UploadStatus
from vaxpass.intake.parts import as_json, packed_rows, raw_rows, replacing_rows, write_parts
from vaxpass.intake.queries import may_confirm, upload_in_reach
from vaxpass.intake.rules import Finding
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.facts import Origin, ReceivedDose
from vaxpass.records.receiving import receive_packed
from vaxpass.records.replacing import replace_many

_LATE_PART = 1_000_000  # refused rows of the moment of storing stand behind those of the check


def confirm(actor: Actor, upload_id: UUID, *, states_foreigners: bool, now: datetime) -> int:
    """Say yes to a checked file; give the number of doses that will be stored. The caller has `store` run.

    Who brought the file confirms it: the doses count as entered by that one officer, who may never sign them.
    Refuses RIGHT_MISSING, UPLOAD_UNKNOWN, UPLOAD_OF_ANOTHER, UPLOAD_NOT_CHECKED, NOTHING_TO_STORE,
    FILE_ALREADY_CONFIRMED, FUNCTION_CLOSED and FUNCTION_ENDED by a directive, and STATEMENT_MISSING where foreigners
    are in it and the facility does not answer for their identity.
    """
    if not may_confirm(actor):
        check_may(actor, Permission.UPLOAD_CONFIRM)
    check_facility_open(Function.INTAKE, actor.office_id, now=now)
    try:
        with transaction.atomic():
            upload = upload_in_reach(actor, upload_id, lock=True)
            if upload.officer_id != actor.officer_id:
                raise Refused("UPLOAD_OF_ANOTHER")
            _check_confirmable(upload, states_foreigners=states_foreigners)
            upload.status = UploadStatus.STORING
            upload.confirmed_by_id, upload.confirmed_at = actor.officer_id, now
            upload.save()
    except IntegrityError:
        raise Refused("FILE_ALREADY_CONFIRMED", day=now.strftime("%d/%m/%Y")) from None
    return upload.accepted


def _check_confirmable(upload: Upload, *, states_foreigners: bool) -> None:
    if upload.status not in {UploadStatus.CHECKED, UploadStatus.STORING}:
        raise Refused("UPLOAD_NOT_CHECKED")
    if upload.accepted == 0:
        raise Refused("NOTHING_TO_STORE")
    if upload.foreigners and not states_foreigners:
        raise Refused("STATEMENT_MISSING", people=upload.foreigners)


def store(upload_id: UUID, *, now: datetime) -> int:
    """Store what was confirmed, in one transaction; give the number of doses stored.

    An upload that is not STORING any more is left alone: a second run finds nothing to do. Who lost the right since the
    confirmation stores nothing: the upload waits again, for somebody to throw away.
    """
    with transaction.atomic(), collecting_rarely():
        upload = Upload.objects.select_for_update().filter(pk=upload_id, status=UploadStatus.STORING).first()
        if upload is None:
            return 0
        assert upload.confirmed_by_id is not None
        actor = get_actor_by_id(upload.confirmed_by_id)
        if not may_confirm(actor):
            return _give_back(upload, actor, now)
        late = _receive_new(upload, actor, now) | _replace(upload, actor, now)
        _refuse_late(upload, late)
        _finish(upload, actor, len(late), now)
    return upload.accepted


def _give_back(upload: Upload, actor: Actor, now: datetime) -> int:
    """Take a confirmation back whose officer was switched off, or lost the role, before the job came to it."""
    upload.status, upload.confirmed_by_id, upload.confirmed_at = UploadStatus.CHECKED, None, None
    upload.save(update_fields=["status", "confirmed_by_id", "confirmed_at"])
    note_act_of(actor, "store_upload_refused", f"upload/{upload.pk}", now=now)
    return 0


def _receive_new(upload: Upload, actor: Actor, now: datetime) -> dict[int, str]:
    """Store the new doses; give the rows that met a live dose since the check, with their codes."""
    if upload.accepted == upload.replacing:
        return {}
    origin = Origin(upload.office_id, actor.officer_id, actor.office_id, now, upload.pk)
    return {
        there.position: "DOSE_ALREADY_RECORDED" if there.same_product else "DOSE_OTHER_PRODUCT_SAME_DAY"
        for there in receive_packed(packed_rows(upload.pk), origin)
    }


def _replace(upload: Upload, actor: Actor, now: datetime) -> dict[int, str]:
    if not upload.replacing:
        return {}
    mended: dict[int, ReceivedDose] = {replaces: dose for dose, replaces in replacing_rows(upload.pk)}
    result = replace_many(actor, mended, now=now, states=MENDABLE, upload_id=upload.pk)
    return {mended[version_id].row or 0: ROW_CODES[code] for version_id, code in result.refused.items()}


def _refuse_late(upload: Upload, late: dict[int, str]) -> None:
    """Turn rows that could not be stored into refused ones, so that nothing is lost without a word."""
    if not late:
        return
    raw = [row for row in raw_rows(upload.pk, PartKind.SHEET) if row[0] in late]
    write_parts(upload.pk, [(PartKind.REFUSED, _LATE_PART, as_json(raw))])
    found = ((row, [Finding(Column.DAY.value, code)]) for row, code in late.items())
    write_findings(upload.pk, found, first_place=LATE_PLACE)


def _finish(upload: Upload, actor: Actor, late: int, now: datetime) -> None:
    upload.status = UploadStatus.CONFIRMED
    upload.confirmed_at = now
    upload.accepted -= late
    upload.replacing = min(upload.replacing, upload.accepted)
    upload.refused += late
    upload.save()
    UploadPart.objects.filter(upload_id=upload.pk).exclude(kind=PartKind.REFUSED).delete()
    note_act_of(actor, "store_upload", f"upload/{upload.pk}", now=now, accepted=upload.accepted, refused=upload.refused)
