"""The verbs of an issuer: draft, publish, amend, withdraw. The verbs of an addressed unit: following.py."""

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from vaxpass.campaigns import queries
from vaxpass.campaigns.addressing import address, count_reached, matches_somebody
from vaxpass.campaigns.attachments import read_attachment
from vaxpass.campaigns.facts import DirectiveDraft
from vaxpass.campaigns.models import Attachment, Directive, Step
from vaxpass.campaigns.rules import StepDraft, check_step
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.workdays import day_in_vietnam

_STEP_COLUMNS = (
    "place", "title", "function", "target", "percent", "opens_on", "closes_on", "due_on", "facility_class",
)  # fmt: skip


def draft(actor: Actor, said: DirectiveDraft, *, now: datetime) -> int:
    """Begin a directive; give its id. Refuses RIGHT_MISSING, DIRECTIVE_SIGNED_LATER."""
    check_may(actor, Permission.DIRECTIVE_ISSUE)
    _check_signed(said, now)
    province = "" if actor.office_kind == OfficeKind.MINISTRY else actor.province_code
    directive = Directive.objects.create(
        **_columns(said),
        issuer_id=actor.office_id,
        province_code=province,
        drafted_by_id=actor.officer_id,
        drafted_at=now,
    )
    return directive.pk


def redraft(actor: Actor, directive_id: int, said: DirectiveDraft, *, now: datetime) -> None:
    """Change a draft. Refuses DIRECTIVE_UNKNOWN, DIRECTIVE_NOT_DRAFT, DIRECTIVE_SIGNED_LATER."""
    _check_signed(said, now)
    with transaction.atomic():
        _lock_draft(actor, directive_id)
        Directive.objects.filter(pk=directive_id).update(**_columns(said))


def _check_signed(said: DirectiveDraft, now: datetime) -> None:
    if said.signed_on > day_in_vietnam(now):
        raise Refused("DIRECTIVE_SIGNED_LATER")


def _columns(said: DirectiveDraft) -> dict[str, object]:
    return asdict(said)


def discard(actor: Actor, directive_id: int) -> None:
    """Throw a draft away. Refuses DIRECTIVE_UNKNOWN, DIRECTIVE_NOT_DRAFT."""
    with transaction.atomic():
        _lock_draft(actor, directive_id).delete()


def put_step(actor: Actor, directive_id: int, said: StepDraft, step_id: int | None = None) -> int:
    """Add a step to a draft, or change one; give its id. Refuses as check_step, DIRECTIVE_*, STEP_UNKNOWN."""
    with transaction.atomic():
        directive = _lock_draft(actor, directive_id)
        check_step(said, of_ministry=not directive.province_code)
        columns = asdict(said) | {"function": said.function.value if said.function else "", "target": said.target.value}
        if step_id is not None:
            if not Step.objects.filter(pk=step_id, directive=directive).update(**columns):
                raise Refused("STEP_UNKNOWN")
            return step_id
        last = directive.steps.aggregate(last=Max("place"))["last"] or 0
        return Step.objects.create(directive=directive, place=last + 1, **columns).pk


def drop_step(actor: Actor, directive_id: int, step_id: int) -> None:
    """Take a step out of a draft. Refuses DIRECTIVE_UNKNOWN, DIRECTIVE_NOT_DRAFT, STEP_UNKNOWN."""
    with transaction.atomic():
        directive = _lock_draft(actor, directive_id)
        if not directive.steps.filter(pk=step_id).delete()[0]:
            raise Refused("STEP_UNKNOWN")


def attach(actor: Actor, directive_id: int, name: str, data: bytes) -> None:
    """Give a draft its file, in place of an earlier one. Refuses ATTACHMENT_*, DIRECTIVE_UNKNOWN, _NOT_DRAFT."""
    read = read_attachment(name, data)
    with transaction.atomic():
        directive = _lock_draft(actor, directive_id)
        Attachment.objects.filter(directive=directive).delete()
        Attachment.objects.create(
            directive=directive,
            name=read.name,
            kind=read.kind.value,
            size=len(data),
            sha256=read.digest,
            content=read.content,
        )


def detach(actor: Actor, directive_id: int) -> None:
    """Take the file of a draft away. Refuses DIRECTIVE_UNKNOWN, DIRECTIVE_NOT_DRAFT."""
    with transaction.atomic():
        Attachment.objects.filter(directive=_lock_draft(actor, directive_id)).delete()


def publish(actor: Actor, directive_id: int, *, now: datetime) -> int:
    """Publish a draft; from now on its functions open and close as it says. Give how many offices it reaches.

    Refuses DIRECTIVE_UNKNOWN, DIRECTIVE_NOT_DRAFT, DIRECTIVE_AREA_UNKNOWN, DIRECTIVE_REACHES_NOBODY,
    DIRECTIVE_NUMBER_TAKEN, DIRECTIVE_NOT_IN_FORCE (what it amends ended meanwhile).
    """
    try:
        with transaction.atomic():
            directive = _lock_draft(actor, directive_id)
            check_reach(directive, now=now)
            _replace_earlier(directive, now)
            directive.published_at, directive.published_by_id = now, actor.officer_id
            directive.save(update_fields=["published_at", "published_by_id"])
            reached = address(directive, now=now)
            _carry_on(directive)
            _note(actor, "publish_directive", directive, now, reached=reached)
    except IntegrityError:
        raise Refused("DIRECTIVE_NUMBER_TAKEN") from None
    return reached


def check_reach(directive: Directive, *, now: datetime) -> None:
    """Refuse DIRECTIVE_AREA_UNKNOWN (an area without any office in reach), DIRECTIVE_REACHES_NOBODY."""
    for area in directive.areas:
        if not matches_somebody(directive, area, now=now):
            raise Refused("DIRECTIVE_AREA_UNKNOWN", area=area.partition(":")[2])
    if not count_reached(directive, now=now):
        raise Refused("DIRECTIVE_REACHES_NOBODY")


def _replace_earlier(directive: Directive, now: datetime) -> None:
    if directive.replaces_id is None:
        return
    earlier = Directive.objects.select_for_update().get(pk=directive.replaces_id)
    if earlier.replaced_at or earlier.withdrawn_at:
        raise Refused("DIRECTIVE_NOT_IN_FORCE")
    earlier.replaced_at = now
    earlier.save(update_fields=["replaced_at"])


_CARRY_ON = """
INSERT INTO campaigns_stepdone (step_id, office_id, officer_id, at, note)
SELECT s.id, d.office_id, d.officer_id, d.at, d.note
FROM campaigns_step s JOIN campaigns_step o ON o.id = s.amends_id JOIN campaigns_stepdone d ON d.step_id = o.id
WHERE s.directive_id = %s AND s.title = o.title AND s.target = o.target
"""


def _carry_on(directive: Directive) -> None:
    """What units said of a step that the amended directive keeps, they need not say again."""
    if directive.replaces_id is not None:
        with connection.cursor() as cursor:
            cursor.execute(_CARRY_ON, [directive.pk])


def amend(actor: Actor, directive_id: int, *, now: datetime) -> int:
    """Draft a new version of a directive in force, with its steps and its file; give the draft's id.

    Until the new version is published the old one holds. Refuses DIRECTIVE_UNKNOWN, DIRECTIVE_NOT_IN_FORCE.
    """
    with transaction.atomic():
        old = _lock_in_force(actor, directive_id)
        new = Directive.objects.create(
            **{name: getattr(old, name) for name in asdict(_draft_of(old))},
            issuer_id=old.issuer_id,
            province_code=old.province_code,
            replaces=old,
            drafted_by_id=actor.officer_id,
            drafted_at=now,
        )
        for step in old.steps.filter(withdrawn_at=None):
            Step.objects.create(directive=new, amends=step, **{name: getattr(step, name) for name in _STEP_COLUMNS})
        for file in Attachment.objects.filter(directive=old):
            file.pk, file.directive = None, new
            file.save(force_insert=True)
    return new.pk


def _draft_of(row: Directive) -> DirectiveDraft:
    return DirectiveDraft(
        row.number, row.signed_on, row.title, row.text, row.areas, row.kinds, row.classes, row.moves_deadlines
    )


def withdraw(actor: Actor, directive_id: int, because: str, *, now: datetime) -> None:
    """Withdraw a directive: its deadlines, reminders and openings end at once. Refuses as `amend`, REASON_MISSING."""
    if not because.strip():
        raise Refused("DIRECTIVE_REASON_MISSING")
    with transaction.atomic():
        directive = _lock_in_force(actor, directive_id)
        directive.withdrawn_at, directive.withdrawn_by_id, directive.withdrawn_because = now, actor.officer_id, because
        directive.save(update_fields=["withdrawn_at", "withdrawn_by_id", "withdrawn_because"])
        _note(actor, "withdraw_directive", directive, now)


def withdraw_step(actor: Actor, directive_id: int, step_id: int, *, now: datetime) -> None:
    """Withdraw one step of a directive in force. Refuses as `amend`, STEP_UNKNOWN."""
    with transaction.atomic():
        directive = _lock_in_force(actor, directive_id)
        live = directive.steps.filter(pk=step_id, withdrawn_at=None)
        if not live.update(withdrawn_at=now, withdrawn_by_id=actor.officer_id):
            raise Refused("STEP_UNKNOWN")
        _note(actor, "withdraw_step", directive, now, step=step_id)


def refresh(*, now: datetime) -> int:
    """Write down whom the directives in force reach now: offices opened, closed, of another class; give how many."""
    in_force = Directive.objects.filter(published_at__isnull=False, replaced_at=None, withdrawn_at=None)
    return sum(address(directive, now=now) for directive in in_force)


def _lock_draft(actor: Actor, directive_id: int) -> Directive:
    directive = _lock_own(actor, directive_id)
    if directive.published_at is not None:
        raise Refused("DIRECTIVE_NOT_DRAFT")
    return directive


def _lock_in_force(actor: Actor, directive_id: int) -> Directive:
    directive = _lock_own(actor, directive_id)
    if directive.published_at is None or directive.replaced_at or directive.withdrawn_at:
        raise Refused("DIRECTIVE_NOT_IN_FORCE")
    return directive


def _lock_own(actor: Actor, directive_id: int) -> Directive:
    check_may(actor, Permission.DIRECTIVE_ISSUE)
    found = queries.issued_by(actor).select_for_update(of=("self",)).filter(pk=directive_id).first()
    if found is None:
        raise Refused("DIRECTIVE_UNKNOWN")
    return found


def _note(actor: Actor, verb: str, directive: Directive, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"directive/{directive.pk}", now=now, number=directive.number, **facts)
