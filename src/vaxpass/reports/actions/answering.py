"""What officers answer without touching a record: ask for more, refuse, forward, decide an objection."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from vaxpass.offices.queries import open_offices
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.access import note_looks
from vaxpass.reports import rules
from vaxpass.reports.actions.steps import note_answer, take_step, write_steps
from vaxpass.reports.models import Report, ReportStep
from vaxpass.reports.queries import reports_in_scope, standing_of
from vaxpass.reports.routing import place_at
from vaxpass.reports.rules import Bulk, MoreCode, ReportStatus, StepKind
from vaxpass.reports.timing import due_from


def ask_more(actor: Actor, report_id: int, what: MoreCode, note: str = "", *, now: datetime) -> None:
    """Ask the citizen for more; the clock stands still until the answer.

    Refuses RIGHT_MISSING, REPORT_UNKNOWN, REPORT_DECIDED_ALREADY, REPORT_NOT_IN_CHARGE, REPORT_STEP_IMPOSSIBLE (asked
    already), REPORT_NOTE_MISSING (SEE_NOTE without a note), REPORT_TEXT_TOO_LONG.
    """
    with transaction.atomic():
        report = take_for_answer(actor, report_id, now=now)
        text = rules.check_text(note) if note.strip() or what is MoreCode.SEE_NOTE else ""
        asked = {"asked_at": now, "due_at": None}
        take_step(report, StepKind.MORE_ASKED, now=now, code=what.value, text=text, actor=actor, columns=asked)
        note_answer(actor, "ask_more_report", [report_id], now=now, what=what.value)


def refuse(actor: Actor, report_id: int, refusal: str, note: str = "", *, now: datetime) -> None:
    """Refuse a report for one of the named reasons (corrections.rules.Refusal); the citizen may object once.

    Refuses RIGHT_MISSING, REPORT_UNKNOWN, REPORT_DECIDED_ALREADY, REPORT_NOT_IN_CHARGE, REPORT_REASON_UNKNOWN,
    REPORT_MUST_BE_DONE, REPORT_TEXT_TOO_LONG.
    """
    outcome = refuse_many(actor, [report_id], refusal, note, now=now)
    for code in outcome.refused.values():
        raise Refused(code)


def refuse_many(actor: Actor, report_ids: Collection[int], refusal: str, note: str = "", *, now: datetime) -> Bulk:
    """Refuse several reports for one reason, in one transaction; those that cannot be are named, the others refused.

    Refuses RIGHT_MISSING, REPORT_TEXT_TOO_LONG as a whole; each report by the codes of `refuse`.
    """
    text = rules.check_text(note) if note.strip() else ""
    with transaction.atomic():
        reports, refused = take_many(actor, report_ids, now=now)
        for pk in [*reports]:
            try:
                rules.check_refusal(refusal, standing_of(reports[pk]))
                rules.check_step(ReportStatus(reports[pk].status), StepKind.REFUSED)
            except Refused as why:
                refused[pk] = why.code
                del reports[pk]
        _settle(list(reports.values()), ReportStatus.REFUSED, actor, now, refusal=refusal)
        write_steps(reports.values(), StepKind.REFUSED, now=now, code=refusal, text=text, actor=actor)
        if reports:
            note_answer(actor, "refuse_report", list(reports), now=now, refusal=refusal)
    return Bulk(dict.fromkeys(reports), refused)


def _settle(reports: list[Report], status: ReportStatus, actor: Actor, now: datetime, *, refusal: str = "") -> None:
    """Write the same decision into some reports, whose rows the caller holds."""
    columns = {
        "status": status.value,
        "decided_by_id": actor.officer_id,
        "decided_at": now,
        "refusal": refusal,
        "due_at": None,
        "asked_at": None,
    }
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(**columns)
    for report in reports:
        report.status = status.value


def settle_as_updated(reports: list[Report], actor: Actor, *, now: datetime, note: str) -> None:
    """Write that some reports were carried out; the caller did so in this transaction."""
    _settle(reports, ReportStatus.UPDATED, actor, now)
    write_steps(reports, StepKind.UPDATED, now=now, text=note.strip(), actor=actor)


def forward(actor: Actor, report_id: int, office_id: int, note: str = "", *, now: datetime) -> None:
    """Hand a report on to the facility, commune or province that can answer it; the clock runs on.

    Refuses RIGHT_MISSING, REPORT_UNKNOWN, REPORT_DECIDED_ALREADY, REPORT_NOT_IN_CHARGE, REPORT_STEP_IMPOSSIBLE,
    REPORT_OFFICE_UNFIT, REPORT_FORWARDED_TOO_OFTEN, REPORT_TEXT_TOO_LONG.
    """
    text = rules.check_text(note) if note.strip() else ""
    with transaction.atomic():
        report = take_for_answer(actor, report_id, now=now)
        for office in open_offices(ids={office_id}):
            place = place_at(office)
            break
        else:
            raise Refused("REPORT_OFFICE_UNFIT")
        if place.level > rules.Level.PROVINCE or office_id == report.office_id:
            raise Refused("REPORT_OFFICE_UNFIT")
        if place.level == rules.Level.OFFICE:  # the province takes a report however often it was handed on
            _check_forwards(report)
        level = max(report.level, place.level.value)
        columns = {"office_id": office_id, "province_code": place.province_code, "level": level}
        take_step(report, StepKind.FORWARDED, now=now, text=text, actor=actor, columns=columns)
        note_answer(actor, "forward_report", [report_id], now=now, office=office_id)


def _check_forwards(report: Report) -> None:
    forwards = ReportStep.objects.filter(report_id=report.pk, kind=StepKind.FORWARDED)
    if forwards.count() >= rules.MOST_FORWARDS:
        raise Refused("REPORT_FORWARDED_TOO_OFTEN")


def uphold(actor: Actor, report_id: int, refusal: str, note: str = "", *, now: datetime) -> None:
    """Uphold a refusal against the citizen's objection: final, for a named reason.

    Refuses RIGHT_MISSING, REPORT_UNKNOWN, REPORT_DECIDED_ALREADY, OBJECTION_NOT_MADE, REPORT_NOT_IN_CHARGE,
    OBJECTION_OWN_REFUSAL, REPORT_REASON_UNKNOWN, REPORT_TEXT_TOO_LONG.
    """
    with transaction.atomic():
        report = take_objection(actor, report_id, now=now)
        rules.check_refusal(refusal, standing_of(report))
        text = rules.check_text(note) if note.strip() else ""
        decided = {"decided_by_id": actor.officer_id, "decided_at": now, "refusal": refusal, "due_at": None}
        take_step(report, StepKind.UPHELD, now=now, code=refusal, text=text, actor=actor, columns=decided)
        note_answer(actor, "uphold_refusal", [report_id], now=now, refusal=refusal)


def send_back(actor: Actor, report_id: int, note: str = "", *, now: datetime) -> None:
    """Find an objection right and send the report back to the office that refused, which must carry it out.

    Refuses as `uphold`.
    """
    with transaction.atomic():
        report = take_objection(actor, report_id, now=now)
        text = rules.check_text(note) if note.strip() else ""
        columns = {"sent_back_at": now, "clock_from": now, "due_at": due_from(now)}
        take_step(report, StepKind.SENT_BACK, now=now, text=text, actor=actor, columns=columns)
        note_answer(actor, "send_back_report", [report_id], now=now)


def take_for_answer(actor: Actor, report_id: int, *, now: datetime) -> Report:
    """Lock a report that the actor may answer. Refuses as `take_many`, RIGHT_MISSING included."""
    reports, refused = take_many(actor, [report_id], now=now)
    for code in refused.values():
        raise Refused(code)
    return reports[report_id]


def take_many(actor: Actor, ids: Collection[int], *, now: datetime) -> tuple[dict[int, Report], dict[int, str]]:
    """Lock reports that the actor may answer, by id, and name the code for each that he may not.

    Codes: REPORT_UNKNOWN (absent and out of reach alike), REPORT_DECIDED_ALREADY, REPORT_NOT_IN_CHARGE.
    Refuses RIGHT_MISSING as a whole.
    """
    check_may(actor, Permission.REPORT_ANSWER)
    locked = reports_in_scope(actor).filter(pk__in=list(ids)).select_for_update().order_by("pk")
    reports = {report.pk: report for report in locked}
    refused = {pk: "REPORT_UNKNOWN" for pk in ids if pk not in reports}
    for pk in [*reports]:
        try:
            rules.check_may_answer(actor, standing_of(reports[pk]))
        except Refused as why:
            refused[pk] = why.code
            del reports[pk]
    note_looks(actor, {person for report in reports.values() for person in report.person_ids}, "report", now)
    return reports, refused


def take_objection(actor: Actor, report_id: int, *, now: datetime) -> Report:
    """Lock a report whose objection the actor may decide. Refuses REPORT_UNKNOWN and as rules say."""
    report: Report | None = reports_in_scope(actor).select_for_update().filter(pk=report_id).first()
    if report is None:
        raise Refused("REPORT_UNKNOWN")
    rules.check_may_decide_objection(actor, standing_of(report))
    note_looks(actor, report.person_ids, "report", now)
    return report
