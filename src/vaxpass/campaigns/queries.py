"""Reading directives: by who may, and what waits for an office."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from vaxpass.campaigns.facts import AttachmentFacts, DirectiveFacts, StepFacts
from vaxpass.campaigns.models import (
    Acknowledgement,
    Addressee,
    Attachment,
    Directive,
    OfficeContact,
    Step,
    StepDone,
)
from vaxpass.campaigns.rules import Function, Target, concerns, deadline
from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.moved_days import working_days
from vaxpass.offices.queries import OfficeFacts, facility_names, get_office, office_ids_in_scope, open_office_in_scope
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.workdays import WorkingDays, day_in_vietnam

PUBLISHED = Q(published_at__isnull=False)
IN_FORCE = PUBLISHED & Q(replaced_at=None, withdrawn_at=None)


def issued_by(actor: Actor) -> QuerySet[Directive]:
    """List the directives, drafts too, that the actor's side issued: the ministry's, or the own province's.

    A province that took in others goes on with what their departments issued.
    """
    if not actor.may(Permission.DIRECTIVE_ISSUE):
        return Directive.objects.none()
    if actor.office_kind == OfficeKind.MINISTRY:
        return Directive.objects.filter(province_code="")
    same = Q(issuer__kind=OfficeKind.PROVINCE, issuer__province_code=actor.province_code)
    return Directive.objects.filter(same, ~Q(province_code="")) if actor.province_code else Directive.objects.none()


def watched_by(actor: Actor) -> QuerySet[Directive]:
    """List the published directives whose progress the actor watches.

    The own side's; for the ministry every province's; for a province those of the ministry that reach its offices.
    """
    if not actor.may(Permission.DIRECTIVE_ISSUE):
        return Directive.objects.none()
    if actor.office_kind == OfficeKind.MINISTRY:
        return Directive.objects.filter(PUBLISHED)
    reached = Addressee.objects.filter(office_id__in=office_ids_in_scope(actor)).values("directive_id")
    return Directive.objects.filter(PUBLISHED & (Q(pk__in=issued_by(actor).values("pk")) | Q(pk__in=reached)))


def addressed_to(office_id: int) -> QuerySet[Directive]:
    """List the published directives that reach an office, those that were replaced or withdrawn among them."""
    mine = Addressee.objects.filter(office_id=office_id).values("directive_id")
    return Directive.objects.filter(PUBLISHED, pk__in=mine)


def readable(actor: Actor, directive_id: int) -> DirectiveFacts:
    """Give a directive that the actor may read: issued by the own side, watched, or addressed to the own office.

    Refuses DIRECTIVE_UNKNOWN.
    """
    may = Q(pk__in=issued_by(actor).values("pk")) | Q(pk__in=watched_by(actor).values("pk"))
    if actor.may(Permission.DIRECTIVE_FOLLOW):
        may |= Q(pk__in=addressed_to(actor.office_id).values("pk"))
    found = _whole().filter(may, pk=directive_id).first()
    if found is None:
        raise Refused("DIRECTIVE_UNKNOWN")
    return facts_of(found, working_days())


def get_facts(directive_id: int) -> DirectiveFacts:
    """Give the facts of a directive; raises Directive.DoesNotExist."""
    return facts_of(_whole().get(pk=directive_id), working_days())


def facts_of_all(directives: Iterable[Directive]) -> list[DirectiveFacts]:
    """Give the facts of several directives, in their order."""
    days = working_days()
    wanted = [row.pk for row in directives]
    found = {row.pk: facts_of(row, days) for row in _whole().filter(pk__in=wanted)}
    return [found[pk] for pk in wanted]


def _whole() -> QuerySet[Directive]:
    files = Attachment.objects.defer("content")
    return Directive.objects.prefetch_related(
        Prefetch("steps", Step.objects.order_by("place")), Prefetch("attachment", files)
    )


def facts_of(row: Directive, days: WorkingDays) -> DirectiveFacts:
    """Turn a row with its steps and file into facts."""
    file: Attachment | None = getattr(row, "attachment", None)
    return DirectiveFacts(
        id=row.pk,
        number=row.number,
        signed_on=row.signed_on,
        title=row.title,
        text=row.text,
        issuer_id=row.issuer_id,
        province_code=row.province_code,
        areas=tuple(row.areas),
        kinds=tuple(row.kinds),
        classes=tuple(row.classes),
        moves_deadlines=row.moves_deadlines,
        replaces_id=row.replaces_id,
        published_at=row.published_at,
        replaced_at=row.replaced_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_because=row.withdrawn_because,
        attachment=AttachmentFacts(file.name, file.kind, file.size) if file else None,
        steps=tuple(_step(step, days, moves=row.moves_deadlines) for step in row.steps.all()),
    )


def _step(step: Step, days: WorkingDays, *, moves: bool) -> StepFacts:
    return StepFacts(
        id=step.pk,
        directive_id=step.directive_id,
        place=step.place,
        title=step.title,
        function=Function(step.function) if step.function else None,
        target=Target(step.target),
        percent=step.percent,
        opens_on=step.opens_on,
        closes_on=step.closes_on,
        due=deadline(step.due_on, days, moves=moves) if step.due_on else None,
        facility_class=step.facility_class,
        withdrawn_at=step.withdrawn_at,
    )


def get_attachment(directive_id: int) -> tuple[AttachmentFacts, bytes]:
    """Give the file of a directive with its content. Refuses ATTACHMENT_UNKNOWN. Ask `readable` first."""
    file = Attachment.objects.filter(directive_id=directive_id).first()
    if file is None:
        raise Refused("ATTACHMENT_UNKNOWN")
    return AttachmentFacts(file.name, file.kind, file.size), bytes(file.content)


def replaced_by(directive_id: int) -> int | None:
    """Give the id of the published version that took a directive's place."""
    return Directive.objects.filter(PUBLISHED, replaces_id=directive_id).values_list("pk", flat=True).first()


# What an office has to do ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duty:
    """One step that concerns an office: its directive, and whether the office said that it is done."""

    directive: DirectiveFacts
    step: StepFacts
    said_done: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What directives want of an office: those not acknowledged, and the steps in force that concern it."""

    unread: list[DirectiveFacts]
    duties: list[Duty]


def waiting_for(office_id: int) -> Waiting:
    """Give what the directives in force want of an office, steps by their deadline, those without one last."""
    office = get_office(office_id)
    addressed = Addressee.objects.filter(office_id=office_id, until=None).values("directive_id")
    directives = facts_of_all(Directive.objects.filter(IN_FORCE, pk__in=addressed).only("pk").order_by("published_at"))
    ids = [one.id for one in directives]
    read = set(
        Acknowledgement.objects.filter(office_id=office_id, directive_id__in=ids).values_list("directive_id", flat=True)
    )
    done = set(
        StepDone.objects.filter(office_id=office_id, step__directive_id__in=ids).values_list("step_id", flat=True)
    )
    duties = [
        Duty(one, step, step.id in done)
        for one in directives
        for step in one.steps
        if step.withdrawn_at is None
        and step.is_counted
        and concerns(step.facility_class, office.kind, office.facility_class)
    ]
    duties.sort(key=lambda duty: duty.step.due.counts if duty.step.due else date.max)
    return Waiting([one for one in directives if one.id not in read], duties)


def count_unread(actor: Actor) -> int:
    """Count the directives in force that the own office has not acknowledged, for the navigation."""
    if not actor.may(Permission.DIRECTIVE_FOLLOW):
        return 0
    unread = Addressee.objects.filter(
        office_id=actor.office_id,
        until=None,
        directive__published_at__isnull=False,
        directive__replaced_at=None,
        directive__withdrawn_at=None,
    ).exclude(directive__in=Acknowledgement.objects.filter(office_id=actor.office_id).values("directive_id"))
    return unread.count()


def acknowledged(directive_id: int, office_id: int) -> Acknowledgement | None:
    """Give the acknowledgement of an office, if there is one."""
    return Acknowledgement.objects.filter(directive_id=directive_id, office_id=office_id).first()


def read_directives(office_id: int) -> set[int]:
    """Give the ids of the directives that an office has acknowledged."""
    return set(Acknowledgement.objects.filter(office_id=office_id).values_list("directive_id", flat=True))


# Mailboxes ------------------------------------------------------------------------------------------------------------


def contact_in_reach(actor: Actor, office_id: int) -> OfficeFacts | None:
    """Give an open office whose mailbox the actor may name: the own one; for a province those of the province."""
    if actor.office_kind != OfficeKind.PROVINCE and office_id != actor.office_id:
        return None
    office = open_office_in_scope(actor, office_id)
    return None if office is None or office.kind in {OfficeKind.MINISTRY, OfficeKind.SUPPORT} else office


def mailboxes(office_ids: Collection[int]) -> dict[int, str]:
    """Give the mailboxes of offices by office; those without one are absent."""
    rows = OfficeContact.objects.filter(office_id__in=office_ids)
    return dict(rows.values_list("office_id", "email"))


def addressees(directive_id: int) -> list[int]:
    """Give the ids of the offices that a directive reaches now."""
    rows = Addressee.objects.filter(directive_id=directive_id, until=None, office__closed_on=None).order_by("office_id")
    return list(rows.values_list("office_id", flat=True))


def unread_by(directive_id: int) -> list[int]:
    """Give the ids of the offices that a directive reaches and that have not acknowledged it."""
    read = set(Acknowledgement.objects.filter(directive_id=directive_id).values_list("office_id", flat=True))
    return [office_id for office_id in addressees(directive_id) if office_id not in read]


def directives_in_force() -> list[DirectiveFacts]:
    """Give every directive in force, by id."""
    return facts_of_all(Directive.objects.filter(IN_FORCE).only("pk").order_by("pk"))


def steps_in_force(now: datetime) -> list[tuple[DirectiveFacts, list[StepFacts]]]:
    """Give the directives in force with the steps that have a deadline, for the reminders of a day."""
    directives = facts_of_all(Directive.objects.filter(IN_FORCE, published_at__lte=now).only("pk").order_by("pk"))
    return [(one, [step for step in one.steps if step.due and step.withdrawn_at is None]) for one in directives]


def issuers(directives: Iterable[DirectiveFacts]) -> dict[int, OfficeFacts]:
    """Give the offices that issued some directives, by id."""
    return facility_names({one.issuer_id for one in directives})


def published_on(directive: DirectiveFacts) -> date:
    """Give the day of publication in Vietnam; only of a published directive."""
    if directive.published_at is None:
        raise ValueError("a draft has no day of publication")
    return day_in_vietnam(directive.published_at)
