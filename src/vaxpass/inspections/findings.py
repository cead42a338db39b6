"""The verbs of findings: an inspector writes, the unit answers, an inspector sends back or closes.

Each locks the finding first, so of two officers who press at once one is told that it moved on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from vaxpass.inspections.actions import lock_led
from vaxpass.inspections.models import Finding, FindingStepRow, Sampled
from vaxpass.inspections.rules import (
    FindingStatus,
    FindingStep,
    Severity,
    Standing,
    check_may_answer,
    check_may_be_found,
    check_may_judge,
    check_not_own,
    check_step,
    check_text,
)
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.queries import (
    OfficeFacts,
    facility_names,
    get_office,
    offices_in_reach,
    offices_of_officers,
    offices_taken_over,
)
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.workdays import VIETNAM
from vaxpass.records.sealing import seal


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What an inspector found: in which inspection, at which row if at one, about which office and officer."""

    inspection_id: int
    office_id: int
    severity: Severity
    text: str
    due_on: date
    sampled_id: int | None = None
    officer_id: int | None = None


def write(actor: Actor, new: NewFinding, *, now: datetime) -> int:
    """Write a finding and give its id.

    Refuses as actions.lock_led and rules.check_may_be_found; OFFICE_UNKNOWN, OFFICER_UNKNOWN, SAMPLED_UNKNOWN,
    INSPECTION_OF_OWN_OFFICE, FINDING_TEXT_MISSING, FINDING_TEXT_TOO_LONG.
    """
    text = check_text(new.text)
    with transaction.atomic():
        inspection = lock_led(actor, new.inspection_id)
        office = _office(actor, new)
        check_may_be_found(
            writer=actor.officer_id,
            office_kind=office.kind,
            officer_id=new.officer_id,
            due_on=new.due_on,
            today=now.astimezone(VIETNAM).date(),
        )
        finding = Finding.objects.create(
            inspection=inspection,
            sampled_id=new.sampled_id,
            office_id=office.id,
            officer_id=new.officer_id,
            severity=new.severity.value,
            text_sealed=seal(text),
            due_on=new.due_on,
            status=FindingStatus.OPEN.value,
            written_by_id=actor.officer_id,
            written_at=now,
        )
        _step(actor, finding, FindingStep.WRITTEN, text, now, new.due_on)
    return finding.pk


def _office(actor: Actor, new: NewFinding) -> OfficeFacts:
    reach = offices_in_reach(actor)
    office = facility_names({new.office_id}).get(new.office_id)
    if office is None or (reach is not None and office.id not in reach):
        raise Refused("OFFICE_UNKNOWN")
    check_not_own(actor, office.id)
    if new.sampled_id and not Sampled.objects.filter(pk=new.sampled_id, inspection_id=new.inspection_id).exists():
        raise Refused("SAMPLED_UNKNOWN")
    home = offices_of_officers({new.officer_id}).get(new.officer_id) if new.officer_id else office
    if home is None or home.id != office.id:
        raise Refused("OFFICER_UNKNOWN")
    return office


def answer(actor: Actor, finding_id: int, text: str, *, now: datetime) -> None:
    """Answer for the unit. Refuses as rules.check_may_answer; FINDING_UNKNOWN, FINDING_MOVED_ON."""

    def answered(finding: Finding) -> None:
        finding.answered_by_id, finding.answered_at = actor.officer_id, now

    _move(actor, finding_id, FindingStep.ANSWERED, check_text(text), now, check_may_answer, answered)


def send_back(actor: Actor, finding_id: int, text: str, due_on: date, *, now: datetime) -> None:
    """Find the answer not enough and set a new day. Refuses as rules.check_may_judge; FINDING_DUE_PAST and so on."""
    if due_on <= now.astimezone(VIETNAM).date():
        raise Refused("FINDING_DUE_PAST")

    def sent_back(finding: Finding) -> None:
        finding.due_on = due_on

    _move(actor, finding_id, FindingStep.SENT_BACK, check_text(text), now, check_may_judge, sent_back)


def close(actor: Actor, finding_id: int, text: str, *, now: datetime) -> None:
    """Find the answer enough. Refuses as rules.check_may_judge; FINDING_UNKNOWN, FINDING_MOVED_ON."""
    _move(actor, finding_id, FindingStep.CLOSED, check_text(text), now, check_may_judge, _ended(actor, now))


def withdraw(actor: Actor, finding_id: int, text: str, *, now: datetime) -> None:
    """Take a finding back that was none, with the reason. Refuses as `close`."""
    _move(actor, finding_id, FindingStep.WITHDRAWN, check_text(text), now, check_may_judge, _ended(actor, now))


def _ended(actor: Actor, now: datetime) -> Callable[[Finding], None]:
    def ended(finding: Finding) -> None:
        finding.closed_by_id, finding.closed_at = actor.officer_id, now

    return ended


def _move(  # noqa: PLR0913 -- a step is who, which, what, why, when, and what must hold
    actor: Actor,
    finding_id: int,
    step: FindingStep,
    text: str,
    now: datetime,
    check: Callable[[Actor, Standing], None],
    change: Callable[[Finding], None],
) -> None:
    with transaction.atomic():
        finding = Finding.objects.select_for_update(of=("self",)).filter(pk=finding_id).first()
        if finding is None:
            raise Refused("FINDING_UNKNOWN")
        check(actor, standing_of(actor, finding))
        finding.status = check_step(FindingStatus(finding.status), step).value
        change(finding)
        finding.save(update_fields=["status", "due_on", "answered_by_id", "answered_at", "closed_by_id", "closed_at"])
        _step(actor, finding, step, text, now, finding.due_on if step is FindingStep.SENT_BACK else None)


def standing_of(actor: Actor, finding: Finding) -> Standing:
    """Give what decides what an officer may do with a finding; who took a department over leads what it led."""
    office, led = get_office(finding.office_id), finding.inspection.led_office_id
    return Standing(
        FindingStatus(finding.status),
        office.id,
        office.kind,
        office.province_code,
        finding.officer_id,
        actor.office_id if led in offices_taken_over(actor) else led,
        finding.written_by_id,
        finding.answered_by_id,
    )


def _step(  # noqa: PLR0913 -- a step is these columns
    actor: Actor, finding: Finding, step: FindingStep, text: str, now: datetime, due_on: date | None
) -> None:
    FindingStepRow.objects.create(
        finding=finding,
        at=now,
        step=step.value,
        text_sealed=seal(text),
        due_on=due_on,
        officer_id=actor.officer_id,
        office_id=actor.office_id,
    )
    note_act_of(
        actor, f"finding_{step.value.lower()}", f"finding/{finding.pk}", now=now, inspection=finding.inspection_id
    )
