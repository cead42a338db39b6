"""Complaints about officers who demand money or obstruct (dispatch 2228/BYT-CNTT): to inspectors, past the unit.

Anybody may tell, with or without a name. Nothing of the sender is kept but what he or she wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from vaxpass.citizens import limits
from vaxpass.inspections.facts import ComplaintFacts
from vaxpass.inspections.models import Complaint
from vaxpass.inspections.rules import (
    ANSWERING_KINDS,
    COMPLAINED_HERE,
    ComplaintKind,
    ComplaintStatus,
    check_complaint,
    check_text,
)
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.queries import facility_names, offices_in_reach
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.sealing import open_seal, seal


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """What somebody tells: of what kind, in words, about which office if one is named, how to reach the sender."""

    kind: ComplaintKind
    text: str
    by_staff: bool = False
    office_id: int | None = None
    province_code: str = ""
    ministry_only: bool = False
    contact: str = ""


def check(new: NewComplaint) -> None:
    """Refuse COMPLAINT_EMPTY, COMPLAINT_TOO_LONG, COMPLAINT_CONTACT_TOO_LONG, OFFICE_UNKNOWN."""
    check_complaint(new.text, new.contact)
    if new.office_id is not None and not facility_names({new.office_id}):
        raise Refused("OFFICE_UNKNOWN")


def file(new: NewComplaint, *, visitor: bytes, now: datetime) -> int:
    """File a complaint and give its id. Refuses as `check`; COMPLAINED_TOO_OFTEN.

    `visitor`: politeness.visitor_of(request). It is counted for a day at most and stands in no complaint.
    """
    check(new)
    limits.count(limits.limits_of(COMPLAINED_HERE, visitor), now=now)
    office = facility_names({new.office_id}).get(new.office_id) if new.office_id else None
    return Complaint.objects.create(
        kind=new.kind.value,
        by_staff=new.by_staff,
        office_id=new.office_id,
        province_code=office.province_code if office else new.province_code,
        ministry_only=new.ministry_only,
        text_sealed=seal(new.text.strip()),
        contact_sealed=seal(new.contact.strip()),
        filed_at=now,
        status=ComplaintStatus.NEW.value,
    ).pk


def inbox(actor: Actor) -> QuerySet[Complaint]:
    """List the complaints that an inspector reads: the ministry's all, a province's those about units below it.

    Never those about the own office, nor those whose sender asked for the ministry alone.
    """
    if not actor.may(Permission.INSPECTION_LEAD):
        return Complaint.objects.none()
    if actor.office_kind == "ministry":
        return Complaint.objects.all()
    if not actor.province_code:
        return Complaint.objects.none()
    reach = facility_names(offices_in_reach(actor) or set())
    below = [office.id for office in reach.values() if office.kind in ANSWERING_KINDS - {"province"}]
    return Complaint.objects.filter(office_id__in=below, ministry_only=False)


def count_new(actor: Actor) -> int:
    """Count the complaints that nobody took up yet."""
    return inbox(actor).filter(status=ComplaintStatus.NEW.value).count()


def facts_of(rows: Sequence[Complaint]) -> list[ComplaintFacts]:
    """Give the facts of some complaints of the inbox without what was written."""
    return [_facts(row, with_text=False) for row in rows]


def read(actor: Actor, complaint_id: int, *, now: datetime) -> ComplaintFacts:
    """Give one complaint with what was written; reading it is an act. Refuses RIGHT_MISSING, COMPLAINT_UNKNOWN."""
    check_may(actor, Permission.INSPECTION_LEAD)
    row = inbox(actor).filter(pk=complaint_id).first()
    if row is None:
        raise Refused("COMPLAINT_UNKNOWN")
    _note(actor, "see_complaint", complaint_id, now)
    return _facts(row, with_text=True)


def take_up(actor: Actor, complaint_id: int, *, now: datetime) -> None:
    """Take a new complaint up. Refuses RIGHT_MISSING, COMPLAINT_UNKNOWN, COMPLAINT_MOVED_ON."""
    with transaction.atomic():
        row = _lock(actor, complaint_id, ComplaintStatus.NEW)
        row.status, row.taken_by_id, row.taken_at = ComplaintStatus.TAKEN_UP.value, actor.officer_id, now
        row.save(update_fields=["status", "taken_by_id", "taken_at"])
        _note(actor, "take_up_complaint", complaint_id, now)


def close(actor: Actor, complaint_id: int, outcome: str, *, now: datetime) -> None:
    """Say what came of a complaint that was taken up. Refuses as `take_up`; FINDING_TEXT_MISSING, _TOO_LONG."""
    said = check_text(outcome)
    with transaction.atomic():
        row = _lock(actor, complaint_id, ComplaintStatus.TAKEN_UP)
        row.status, row.outcome_sealed = ComplaintStatus.CLOSED.value, seal(said)
        row.closed_by_id, row.closed_at = actor.officer_id, now
        row.save(update_fields=["status", "outcome_sealed", "closed_by_id", "closed_at"])
        _note(actor, "close_complaint", complaint_id, now)


def _lock(actor: Actor, complaint_id: int, status: ComplaintStatus) -> Complaint:
    check_may(actor, Permission.INSPECTION_LEAD)
    row = inbox(actor).select_for_update(of=("self",)).filter(pk=complaint_id).first()
    if row is None:
        raise Refused("COMPLAINT_UNKNOWN")
    if row.status != status.value:
        raise Refused("COMPLAINT_MOVED_ON")
    return row


def _facts(row: Complaint, *, with_text: bool) -> ComplaintFacts:
    return ComplaintFacts(
        row.pk,
        ComplaintKind(row.kind),
        row.by_staff,
        row.office_id,
        row.province_code,
        row.ministry_only,
        open_seal(row.text_sealed) if with_text else "",
        open_seal(row.contact_sealed) if with_text else "",
        row.filed_at,
        ComplaintStatus(row.status),
        row.taken_by_id,
        row.taken_at,
        open_seal(row.outcome_sealed) if with_text else "",
        row.closed_at,
    )


def _note(actor: Actor, verb: str, complaint_id: int, now: datetime) -> None:
    note_act_of(actor, verb, f"complaint/{complaint_id}", now=now)
