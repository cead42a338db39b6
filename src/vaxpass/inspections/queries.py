"""Reading inspections, samples and findings."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from vaxpass.inspections.facts import (
    FindingFacts,
    InspectionFacts,
    QuestionFacts,
    SampledFacts,
    StepFacts,
)
from vaxpass.inspections.findings import standing_of
from vaxpass.inspections.models import (
    CheckAnswer,
    Finding,
    FindingStepRow,
    Inspection,
    Question,
    RiskRow,
    RiskTally,
    Sampled,
)
from vaxpass.inspections.rules import (
    STANDING,
    FindingStatus,
    FindingStep,
    Population,
    Severity,
    Subject,
    Verdict,
    check_may_answer,
    check_may_judge,
    days_late,
)
from vaxpass.offices.queries import OfficeFacts, facility_names, offices_in_reach, offices_taken_over
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.workdays import VIETNAM
from vaxpass.records.sealing import open_seal

_STANDING = [one.value for one in STANDING]


def inspections_in_scope(actor: Actor) -> QuerySet[Inspection]:
    """List the inspections that the actor's office leads or took over; the ministry's inspectors see all."""
    if not actor.may(Permission.INSPECTION_LEAD):
        return Inspection.objects.none()
    if actor.office_kind == "ministry":
        return Inspection.objects.all()
    return Inspection.objects.filter(led_office_id__in=offices_taken_over(actor))


def leads(actor: Actor, inspection: InspectionFacts) -> bool:
    """Say whether the actor's office leads an inspection: began it, or took over the department that did."""
    return inspection.led_office_id in offices_taken_over(actor)


def inspection_facts(rows: Sequence[Inspection]) -> list[InspectionFacts]:
    """Give the facts of some inspections with how far each is."""
    ids = [row.pk for row in rows]
    sampled = Sampled.objects.filter(inspection_id__in=ids).values("inspection_id")
    counts = {
        row["inspection_id"]: (row["n"], row["done"]) for row in sampled.annotate(n=Count("pk"), done=Count("done_at"))
    }
    found = Finding.objects.filter(inspection_id__in=ids).values("inspection_id")
    findings = {
        row["inspection_id"]: (row["n"], row["standing"])
        for row in found.annotate(n=Count("pk"), standing=Count("pk", filter=Q(status__in=_STANDING)))
    }
    return [_inspection(row, counts.get(row.pk, (0, 0)), findings.get(row.pk, (0, 0))) for row in rows]


def _inspection(row: Inspection, sampled: tuple[int, int], findings: tuple[int, int]) -> InspectionFacts:
    return InspectionFacts(
        row.pk, row.title, Population(row.population), row.office_id, row.province_code, row.officer_id, row.since,
        row.until, row.seed, row.size, row.due_on, row.risk, row.led_by_id, row.led_office_id, row.begun_at,
        row.drawn_at, row.found, row.closed_at, *sampled, *findings,
    )  # fmt: skip


def get_inspection(actor: Actor, inspection_id: int) -> InspectionFacts:
    """Give one inspection. Refuses RIGHT_MISSING, INSPECTION_UNKNOWN."""
    check_may(actor, Permission.INSPECTION_LEAD)
    row = inspections_in_scope(actor).filter(pk=inspection_id).first()
    if row is None:
        raise Refused("INSPECTION_UNKNOWN")
    return inspection_facts([row])[0]


def sample_of(inspection_id: int) -> QuerySet[Sampled]:
    """List the rows of a sample with `wrong` and `found`: wrong answers, findings written."""
    wrong = CheckAnswer.objects.filter(sampled=OuterRef("pk"), verdict=Verdict.WRONG.value).order_by()
    found = Finding.objects.filter(sampled=OuterRef("pk")).order_by()
    return Sampled.objects.filter(inspection_id=inspection_id).annotate(wrong=_count_of(wrong), found=_count_of(found))


def _count_of(rows: QuerySet[CheckAnswer] | QuerySet[Finding]) -> Coalesce:
    counted = rows.values("sampled").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def sampled_facts(rows: Sequence[Sampled]) -> list[SampledFacts]:
    """Give the facts of some rows of `sample_of`."""
    return [
        SampledFacts(
            row.pk, row.inspection_id, row.place, Subject(row.subject), row.subject_id, row.office_id, row.done_at,
            row.done_by_id, row.wrong, row.found,  # type: ignore[attr-defined]  # annotated by sample_of
        )
        for row in rows
    ]  # fmt: skip


def get_sampled(actor: Actor, inspection_id: int, place: int) -> SampledFacts:
    """Give one row of a sample by its place. Refuses RIGHT_MISSING, INSPECTION_UNKNOWN, SAMPLED_UNKNOWN."""
    get_inspection(actor, inspection_id)
    row = sample_of(inspection_id).filter(place=place).first()
    if row is None:
        raise Refused("SAMPLED_UNKNOWN")
    return sampled_facts([row])[0]


def next_open_place(inspection_id: int, after: int) -> int | None:
    """Give the place of the next row that is not looked through, beginning again at the first; None if all are."""
    rest = Sampled.objects.filter(inspection_id=inspection_id, done_at=None).order_by("place")
    later = rest.filter(place__gt=after).values_list("place", flat=True).first()
    return later or rest.values_list("place", flat=True).first()


def checklist(inspection_id: int, sampled_id: int | None = None) -> list[QuestionFacts]:
    """Give the questions of an inspection in order, with the answers about one row."""
    answers = dict(CheckAnswer.objects.filter(sampled_id=sampled_id or 0).values_list("question_id", "verdict"))
    return [
        QuestionFacts(one.pk, one.code, one.text, Verdict(answers[one.pk]) if one.pk in answers else None)
        for one in Question.objects.filter(inspection_id=inspection_id).order_by("place")
    ]


def wrong_by_question(inspection_id: int) -> dict[int, dict[Verdict, int]]:
    """Count the answers of an inspection by question and verdict."""
    counts: dict[int, dict[Verdict, int]] = {}
    rows = CheckAnswer.objects.filter(sampled__inspection_id=inspection_id).values("question_id", "verdict")
    for row in rows.annotate(n=Count("pk")).order_by():
        counts.setdefault(row["question_id"], {})[Verdict(row["verdict"])] = row["n"]
    return counts


# Findings -----------------------------------------------------------------------------------------------------------


def findings_in_scope(actor: Actor) -> QuerySet[Finding]:
    """List the findings that the actor sees: inspectors those in reach or led, units those that they answer."""
    if actor.office_kind == "ministry":
        return Finding.objects.all() if actor.may(Permission.INSPECTION_LEAD) else Finding.objects.none()
    if actor.may(Permission.INSPECTION_LEAD):
        reach = offices_in_reach(actor) or set()
        return Finding.objects.filter(
            Q(office_id__in=reach) | Q(inspection__led_office_id__in=offices_taken_over(actor))
        )
    if actor.may(Permission.FINDING_ANSWER):
        return Finding.objects.filter(office_id=actor.office_id)
    return Finding.objects.none()


def overdue(findings: QuerySet[Finding], today: date) -> QuerySet[Finding]:
    """Narrow findings to those whose answer is late."""
    return findings.filter(status=FindingStatus.OPEN.value, due_on__lt=today)


def count_waiting(actor: Actor) -> int:
    """Count the findings whose turn is the actor's: a unit's open ones, an inspector's answered ones."""
    turn = Q()
    if actor.may(Permission.FINDING_ANSWER):
        turn |= Q(office_id=actor.office_id, status=FindingStatus.OPEN.value)
    if actor.may(Permission.INSPECTION_LEAD):
        turn |= Q(inspection__led_office_id__in=offices_taken_over(actor), status=FindingStatus.ANSWERED.value)
    return findings_in_scope(actor).filter(turn).count() if turn else 0


def get_finding(actor: Actor, finding_id: int, *, now: datetime) -> FindingFacts:
    """Give one finding with its text and steps. Refuses FINDING_UNKNOWN."""
    row = findings_in_scope(actor).select_related("inspection", "sampled").filter(pk=finding_id).first()
    if row is None:
        raise Refused("FINDING_UNKNOWN")
    steps = FindingStepRow.objects.filter(finding=row).order_by("pk")
    told = tuple(
        StepFacts(one.at, FindingStep(one.step), open_seal(one.text_sealed), one.due_on, one.officer_id, one.office_id)
        for one in steps
    )
    return _finding(actor, row, now.astimezone(VIETNAM).date(), told)


def finding_facts(actor: Actor, rows: Sequence[Finding], *, now: datetime) -> list[FindingFacts]:
    """Give the facts of some findings, without steps and without saying who may do what."""
    today = now.astimezone(VIETNAM).date()
    return [_finding(actor, row, today, None) for row in rows]


def _finding(actor: Actor, row: Finding, today: date, steps: tuple[StepFacts, ...] | None) -> FindingFacts:
    status = FindingStatus(row.status)
    return FindingFacts(
        row.pk,
        row.inspection_id,
        row.inspection.title,
        row.sampled.place if row.sampled else None,
        row.office_id,
        row.officer_id,
        Severity(row.severity),
        row.due_on,
        status,
        days_late(status, row.due_on, today),
        row.written_by_id,
        row.written_at,
        row.answered_at,
        row.closed_at,
        open_seal(row.text_sealed),
        steps or (),
        may_answer=steps is not None and status is FindingStatus.OPEN and _may_answer(actor, row),
        may_judge=steps is not None and status in STANDING and _may_judge(actor, row),
    )


def _may_answer(actor: Actor, row: Finding) -> bool:
    try:
        check_may_answer(actor, standing_of(actor, row))
    except Refused:
        return False
    return True


def _may_judge(actor: Actor, row: Finding) -> bool:
    try:
        check_may_judge(actor, standing_of(actor, row))
    except Refused:
        return False
    return True


# Risks --------------------------------------------------------------------------------------------------------------


def newest_tally() -> RiskTally | None:
    """Give the newest count of risks."""
    return RiskTally.objects.order_by("-pk").first()


def risks_in_scope(actor: Actor) -> QuerySet[RiskRow]:
    """List the risks of the newest count that an inspector reaches; a province never those of its own office."""
    tally = newest_tally()
    if tally is None or not actor.may(Permission.INSPECTION_LEAD):
        return RiskRow.objects.none()
    rows = RiskRow.objects.filter(tally=tally)
    reach = offices_in_reach(actor)
    return rows if reach is None else rows.filter(office_id__in=reach - {actor.office_id})


def offices_to_find_at(inspection_id: int) -> list[OfficeFacts]:
    """List the offices that a sample is about, by code."""
    ids = Sampled.objects.filter(inspection_id=inspection_id).values_list("office_id", flat=True)
    return sorted(facility_names(set(ids)).values(), key=lambda office: office.code)
