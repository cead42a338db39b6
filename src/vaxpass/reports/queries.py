"""Reading reports. An officer's look at a report is a look at the person, and is written down as one."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from vaxpass.offices.actions import note_act
from vaxpass.offices.queries import offices_in_reach
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.records.access import note_looks
from vaxpass.records.sealing import lookup_hash, open_seal, open_sealed_bytes
from vaxpass.reports import rules
from vaxpass.reports.facts import Contact, FollowedReport, Group, ReportFacts, StepFacts
from vaxpass.reports.models import Report, ReportPhoto, ReportStep
from vaxpass.reports.numbers import read_number, show_number
from vaxpass.reports.rules import (
    PROVEN,
    UNDECIDED,
    Level,
    Relation,
    ReporterProof,
    ReportStatus,
    Standing,
    StepKind,
    Wrong,
)
from vaxpass.reports.subjects import Subject, differing, proposed, read_subjects

__all__ = [
    "Contact",
    "FollowedReport",
    "Group",
    "ReportFacts",
    "StepFacts",
    "contacts",
    "count_open",
    "evidence",
    "get_by_number",
    "get_report",
    "groups",
    "had_photos",
    "in_charge",
    "list_reports",
    "people_with_open_report",
    "photos_of",
    "reports_in_scope",
    "reports_of_people",
    "standing_of",
    "waiting_for",
]


def people_with_open_report(person_ids: Collection[int]) -> set[int]:
    """Give those of some people about whom a proven report is undecided; no passport is issued to them meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT person_id FROM reports_report r CROSS JOIN unnest(r.person_ids) AS person_id "
            "WHERE r.person_ids && %(people)s::bigint[] AND r.status = ANY (%(undecided)s) "
            "AND person_id = ANY (%(people)s::bigint[])",
            {"people": list(person_ids), "undecided": sorted(int(status) for status in UNDECIDED)},
        )
        return {row[0] for row in cursor.fetchall()}


def reports_in_scope(actor: Actor) -> QuerySet[Report]:
    """List the reports that the actor reaches: those that lie with an office in reach, or are about its doses.

    A province also reaches what lies with the ministry about its people. Nothing without REPORT_SEE.
    """
    if not actor.may(Permission.REPORT_SEE):
        return Report.objects.none()
    offices = offices_in_reach(actor)
    if offices is None:
        return Report.objects.all()
    condition = Q(office_id__in=offices) | Q(facility_id__in=offices)
    if actor.office_kind == "province" and actor.province_code:
        condition |= Q(province_code=actor.province_code)
    return Report.objects.filter(condition)


def in_charge(actor: Actor) -> Q:
    """Give the condition on reports whose answer is the actor's office's turn (objections included); see rules."""
    objection = Q(objected_at__isnull=False, sent_back_at=None)
    mine = Q(office_id=actor.office_id) & ~objection
    if actor.office_kind == "ministry":
        return mine | Q(level__gte=Level.MINISTRY)
    if actor.office_kind == "province" and actor.province_code:
        return mine | Q(level__gte=Level.PROVINCE, province_code=actor.province_code)
    return mine


def waiting_for(actor: Actor) -> QuerySet[Report]:
    """List the open reports that the actor's office has to answer, the one due first first."""
    if not (actor.may(Permission.REPORT_ANSWER) or actor.may(Permission.OBJECTION_DECIDE)):
        return Report.objects.none()
    found = reports_in_scope(actor).filter(in_charge(actor), status=ReportStatus.OPEN)
    return found.order_by("due_at", "pk")


def count_open(actor: Actor) -> int:
    """Count the open reports that the actor's office has to answer."""
    return waiting_for(actor).count()


def groups(actor: Actor) -> list[Group]:
    """List the groups of two and more alike among what waits for the actor, the one due first first."""
    alike = waiting_for(actor).filter(objected_at=None).exclude(group_key=b"").order_by()
    rows = alike.values("facility_id", "group_key", "wrongs").annotate(
        count=Count("pk"), first=Min("due_at"), ids=ArrayAgg("pk", order_by="pk")
    )
    found = [
        Group(
            bytes(row["group_key"]).hex(),
            int(row["facility_id"] or 0),  # a group has its facility's name in its key
            tuple(Wrong(wrong) for wrong in row["wrongs"]),
            row["count"],
            row["first"],
            tuple(row["ids"]),
        )
        for row in rows.filter(count__gte=2)
    ]
    return sorted(found, key=lambda group: (group.first_due, group.key) if group.first_due else ())


def standing_of(report: Report) -> Standing:
    """Give where a report stands."""
    return Standing(
        ReportStatus(report.status),
        Level(report.level),
        report.office_id,
        report.province_code,
        objected=report.objected_at is not None,
        sent_back=report.sent_back_at is not None,
        refused_by=report.refused_by_id,
    )


def get_report(actor: Actor, report_id: int, *, now: datetime) -> ReportFacts:
    """Give a report in the actor's reach; the look is written down. Refuses RIGHT_MISSING, REPORT_UNKNOWN."""
    found = list_reports(actor, [report_id], now=now)
    if not found:
        raise Refused("REPORT_UNKNOWN")
    return found[0]


def list_reports(actor: Actor, report_ids: Sequence[int], *, now: datetime) -> list[ReportFacts]:
    """Give the reports in the actor's reach in the order asked; the looks are written down. Refuses RIGHT_MISSING."""
    check_may(actor, Permission.REPORT_SEE)
    rows = {row.pk: row for row in reports_in_scope(actor).filter(pk__in=list(report_ids))}
    subjects = read_subjects(list(rows.values()))
    _note(actor, rows, subjects, now)
    steps, photos = _steps(rows), _photos(rows)
    return [
        _facts(actor, rows[pk], subjects[pk], steps.get(pk, ()), photos.get(pk, ()), now)
        for pk in report_ids
        if pk in rows
    ]


def _note(actor: Actor, rows: dict[int, Report], subjects: dict[int, Subject], now: datetime) -> None:
    """A look at a report is a look at its people; a stranger's report is about nobody yet, and the act is noted."""
    people = {person for row in rows.values() for person in row.person_ids}
    people |= {one.version.person_id for one in subjects.values() if one.version is not None}
    note_looks(actor, people, "report", now)
    strange = sorted(pk for pk, row in rows.items() if not row.person_ids)
    if strange:
        officer, office = actor.officer_id, actor.office_id
        note_act(officer_id=officer, office_id=office, now=now, verb="see_report", subject="reports", reports=strange)


def _steps(report_ids: Iterable[int]) -> dict[int, tuple[StepFacts, ...]]:
    found: dict[int, tuple[StepFacts, ...]] = {}
    for row in ReportStep.objects.filter(report_id__in=list(report_ids)).order_by("report_id", "id"):
        found[row.report_id] = (*found.get(row.report_id, ()), _step(row))
    return found


def _step(row: ReportStep) -> StepFacts:
    kind = StepKind(row.kind)
    text = "" if kind is StepKind.FILED_AGAIN else open_seal(row.text_sealed)  # that text is a claim, see subjects.py
    return StepFacts(row.pk, row.at, kind, row.code, text, row.officer_id, row.office_id)


def _photos(report_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    kept = ReportPhoto.objects.filter(report_id__in=list(report_ids), wiped_at=None).order_by("report_id", "n")
    for report_id, n in kept.values_list("report_id", "n"):
        found[report_id] = (*found.get(report_id, ()), n)
    return found


def _facts(  # noqa: PLR0913 -- a report is read from these rows
    actor: Actor,
    row: Report,
    subject: Subject,
    steps: tuple[StepFacts, ...],
    photos: tuple[int, ...],
    now: datetime,
) -> ReportFacts:
    standing, today = standing_of(row), day_in_vietnam(now)
    wrongs = tuple(Wrong(wrong) for wrong in row.wrongs)
    return ReportFacts(
        report_id=row.pk,
        status=standing.status,
        wrongs=wrongs,
        level=standing.level,
        office_id=row.office_id,
        facility_id=row.facility_id,
        province_code=row.province_code,
        filed_at=row.filed_at,
        due_at=row.due_at,
        overdue=row.due_at is not None and row.due_at < now,
        proof=ReporterProof(row.proof),
        proven=row.proof in PROVEN,
        relation=Relation(row.relation),
        reporter_name=open_seal(row.reporter_name_sealed),
        reporter_phone=open_seal(row.reporter_phone_sealed),
        reporter_email=open_seal(row.reporter_email_sealed),
        language=row.language,
        note=open_seal(row.note_sealed),
        claimed=subject.claimed,
        version=subject.version,
        proposed=proposed(subject, wrongs, today=today),
        differences=differing(subject, wrongs, today=today),
        person_ids=tuple(row.person_ids),
        photos=photos,
        steps=steps,
        refusal=row.refusal,
        objection=standing.is_objection and standing.status in UNDECIDED,
        objected=standing.objected,
        sent_back=standing.sent_back,
        decided_by=row.decided_by_id,
        decided_at=row.decided_at,
        may_answer=_passes(rules.check_may_answer, actor, standing),
        may_decide_objection=_passes(rules.check_may_decide_objection, actor, standing),
    )


def _passes(check: Callable[[Actor, Standing], None], actor: Actor, standing: Standing) -> bool:
    try:
        check(actor, standing)
    except Refused:
        return False
    return True


def evidence(actor: Actor, report_id: int, n: int, *, now: datetime) -> bytes:
    """Give a report's n-th picture as JPEG; the look is written down.

    Refuses RIGHT_MISSING, REPORT_UNKNOWN, REPORT_PHOTO_GONE (wiped, or never there).
    """
    check_may(actor, Permission.REPORT_SEE)
    row = reports_in_scope(actor).filter(pk=report_id).first()
    if row is None:
        raise Refused("REPORT_UNKNOWN")
    photo = ReportPhoto.objects.filter(report_id=report_id, n=n, wiped_at=None).first()
    if photo is None:
        raise Refused("REPORT_PHOTO_GONE")
    _note(actor, {row.pk: row}, {}, now)
    return open_sealed_bytes(photo.content_sealed)


def get_by_number(number: str, *, now: datetime) -> FollowedReport:
    """Give a report by its receipt's number. Refuses RECEIPT_ILL_FORMED, REPORT_UNKNOWN.

    Pages call actions.follow, which counts numbers that do not exist.
    """
    row = Report.objects.filter(number_key=lookup_hash("report", read_number(number))).first()
    if row is None:
        raise Refused("REPORT_UNKNOWN")
    return _followed([row], now)[0]


def reports_of_people(person_ids: Collection[int], *, now: datetime) -> list[FollowedReport]:
    """Give the proven reports about some people, newest first: what a citizen sees who proved to be them."""
    rows = Report.objects.filter(person_ids__overlap=list(person_ids)).order_by("-filed_at", "-pk")
    return _followed(list(rows), now)


def had_photos(report_id: int) -> bool:
    """Say whether photos ever came with a report, wiped ones too."""
    return ReportPhoto.objects.filter(report_id=report_id).exists()


def photos_of(report_id: int) -> list[bytes]:
    """Give a report's pictures that are kept, as JPEG, for the person's own copy of his data."""
    kept = ReportPhoto.objects.filter(report_id=report_id, wiped_at=None).order_by("n")
    return [open_sealed_bytes(sealed) for sealed in kept.values_list("content_sealed", flat=True)]


def _followed(rows: Sequence[Report], now: datetime) -> list[FollowedReport]:
    steps, photos = _steps([row.pk for row in rows]), _photos([row.pk for row in rows])
    return [_follow(row, steps.get(row.pk, ()), len(photos.get(row.pk, ())), now) for row in rows]


def _follow(row: Report, steps: tuple[StepFacts, ...], photos: int, now: datetime) -> FollowedReport:
    status = ReportStatus(row.status)
    return FollowedReport(
        report_id=row.pk,
        number=show_number(open_seal(row.number_sealed)),
        status=status,
        wrongs=tuple(Wrong(wrong) for wrong in row.wrongs),
        level=Level(row.level),
        sent_back=row.sent_back_at is not None,
        office_id=row.office_id,
        filed_at=row.filed_at,
        due_at=row.due_at,
        refusal=row.refusal,
        version_id=row.version_id,
        steps=tuple(_without_officer(step) for step in steps if step.kind is not StepKind.PHOTOS_WIPED),
        photos=photos,
        may_answer=status is ReportStatus.MORE_NEEDED,
        may_object=_may_object(row, now),
        may_withdraw=status in UNDECIDED,
    )


def _may_object(row: Report, now: datetime) -> bool:
    try:
        objected = row.objected_at is not None
        rules.check_may_object(ReportStatus(row.status), objected=objected, decided_at=row.decided_at, now=now)
    except Refused:
        return False
    return True


def _without_officer(step: StepFacts) -> StepFacts:
    """The citizen learns which office answered, not which officer; what offices tell each other stays among them."""
    text = "" if step.kind is StepKind.FORWARDED else step.text
    return StepFacts(step.step_id, step.at, step.kind, step.code, text, None, step.office_id)


def contacts(report_ids: Collection[int]) -> list[Contact]:
    """Give where the reporters of some reports are told; not of those who proved no phone and no address."""
    rows = Report.objects.filter(pk__in=list(report_ids)).exclude(proof=ReporterProof.NONE.value)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT report_id, max(id) FROM reports_reportstep WHERE report_id = ANY (%s) GROUP BY 1",
            [list(report_ids)],
        )
        last = dict(cursor.fetchall())
    return [
        Contact(
            report_id=row.pk,
            step_id=last[row.pk],
            number=show_number(open_seal(row.number_sealed)),
            phone=open_seal(row.reporter_phone_sealed),
            email=open_seal(row.reporter_email_sealed),
            language=row.language,
            person_id=row.person_ids[0] if row.person_ids else None,
            facility_id=row.facility_id,
            due_at=row.due_at,
            refusal=row.refusal,
        )
        for row in rows.order_by("pk")
    ]
