"""The verbs of an addressed unit: acknowledge, say that a step is done, name the mailbox to which reminders go."""

from datetime import datetime

from django.db import transaction

from vaxpass.campaigns import queries
from vaxpass.campaigns.models import Acknowledgement, Addressee, OfficeContact, Step, StepDone
from vaxpass.campaigns.openings import IN_FORCE
from vaxpass.campaigns.rules import Target, concerns
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.queries import get_office
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may

LONGEST_NOTE = 500


def acknowledge(actor: Actor, directive_id: int, note: str = "", *, now: datetime) -> None:
    """Say that the own office has read a directive; said twice, the first stands.

    Refuses RIGHT_MISSING, DIRECTIVE_UNKNOWN (not addressed), DIRECTIVE_NOT_IN_FORCE.
    """
    check_may(actor, Permission.DIRECTIVE_FOLLOW)
    _check_addressed(actor, directive_id)
    if not queries.get_facts(directive_id).in_force:
        raise Refused("DIRECTIVE_NOT_IN_FORCE")
    with transaction.atomic():
        _row, is_new = Acknowledgement.objects.get_or_create(
            directive_id=directive_id,
            office_id=actor.office_id,
            defaults={"officer_id": actor.officer_id, "at": now, "note": note.strip()[:LONGEST_NOTE]},
        )
        if is_new:
            _note(actor, "acknowledge_directive", f"directive/{directive_id}", now)


def say_done(actor: Actor, step_id: int, note: str = "", *, now: datetime) -> None:
    """Say that a step which nothing counts is done at the own office; said twice, the first stands.

    Refuses RIGHT_MISSING, STEP_UNKNOWN (not addressed, withdrawn, of another class), STEP_IS_COUNTED.
    """
    check_may(actor, Permission.DIRECTIVE_FOLLOW)
    step = Step.objects.filter(IN_FORCE, pk=step_id).first()
    office = get_office(actor.office_id)
    if step is None or not concerns(step.facility_class, office.kind, office.facility_class):
        raise Refused("STEP_UNKNOWN")
    _check_addressed(actor, step.directive_id)
    if step.target != Target.TOLD:
        raise Refused("STEP_IS_COUNTED")
    with transaction.atomic():
        _row, is_new = StepDone.objects.get_or_create(
            step=step,
            office_id=office.id,
            defaults={"officer_id": actor.officer_id, "at": now, "note": note.strip()[:LONGEST_NOTE]},
        )
        if is_new:
            _note(actor, "step_done", f"directive/{step.directive_id}", now, step=step_id)


def _check_addressed(actor: Actor, directive_id: int) -> None:
    rows = Addressee.objects.filter(directive_id=directive_id, office_id=actor.office_id, until=None)
    if not rows.exists():
        raise Refused("DIRECTIVE_UNKNOWN")


def set_contact(actor: Actor, office_id: int, email: str, *, now: datetime) -> None:
    """Name the mailbox of an office in reach, or take it away (empty).

    The own office's by who follows directives there; those of the province's offices by the province. Refuses
    RIGHT_MISSING, OFFICE_UNKNOWN. The caller has checked the form of the address.
    """
    check_may(actor, Permission.DIRECTIVE_FOLLOW)
    if queries.contact_in_reach(actor, office_id) is None:
        raise Refused("OFFICE_UNKNOWN")
    with transaction.atomic():
        if email:
            OfficeContact.objects.update_or_create(
                office_id=office_id, defaults={"email": email, "set_by_id": actor.officer_id, "set_at": now}
            )
        else:
            OfficeContact.objects.filter(office_id=office_id).delete()
        _note(actor, "set_contact", f"office/{office_id}", now, has_one=bool(email))


def _note(actor: Actor, verb: str, subject: str, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, subject, now=now, **facts)
