"""What the reporter does with the receipt's number: follow, answer, object, withdraw."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from vaxpass.offices.scope import Refused
from vaxpass.records.sealing import lookup_hash
from vaxpass.reports import queries, rules
from vaxpass.reports.actions.filing import add_photos
from vaxpass.reports.actions.steps import take_step
from vaxpass.reports.evidence import Evidence
from vaxpass.reports.facts import FollowedReport
from vaxpass.reports.models import NumberTry, Report
from vaxpass.reports.numbers import read_number
from vaxpass.reports.routing import above
from vaxpass.reports.rules import ReportStatus, StepKind
from vaxpass.reports.timing import due_again, due_from

_HOUR = timedelta(hours=1)


def follow(number: str, *, address: str = "", now: datetime) -> FollowedReport:
    """Give the report of a receipt's number. `address`: the network address that asks.

    A number that does not exist is counted. Call it outside a transaction that a refusal would undo.
    Refuses RECEIPT_ILL_FORMED, REPORT_UNKNOWN, RECEIPT_TRIES_LIMIT.
    """
    count_wrong_number(number, address=address, now=now)
    return queries.get_by_number(number, now=now)


def count_wrong_number(number: str, *, address: str, now: datetime) -> None:
    """Count a number that does not exist, by address and hour; without an address only look. Refuses as `follow`."""
    asked_by = lookup_hash("report-try", address)
    hour = now.replace(minute=0, second=0, microsecond=0)
    tried = NumberTry.objects.filter(address_key=asked_by, hour__gte=hour).values_list("tries", flat=True).first() or 0
    if address and tried >= rules.MOST_WRONG_NUMBERS:
        raise Refused("RECEIPT_TRIES_LIMIT")
    if not Report.objects.filter(number_key=lookup_hash("report", read_number(number))).exists():
        if address:
            _count(asked_by, hour)
        raise Refused("REPORT_UNKNOWN")


def _count(asked_by: bytes, hour: datetime) -> None:
    NumberTry.objects.filter(hour__lt=hour - _HOUR).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reports_numbertry AS t (address_key, hour, tries) VALUES (%s, %s, 1) "
            "ON CONFLICT (address_key, hour) DO UPDATE SET tries = t.tries + 1",
            [asked_by, hour],
        )


def answer_more(number: str, text: str, evidence: Sequence[Evidence], *, now: datetime) -> int:
    """Answer what was asked; the clock runs on. Gives the report's id.

    Refuses RECEIPT_ILL_FORMED, REPORT_UNKNOWN, REPORT_NOT_ASKED, REPORT_DECIDED_ALREADY, REPORT_NOTE_MISSING,
    REPORT_TEXT_TOO_LONG, REPORT_PHOTOS_TOO_MANY.
    """
    with transaction.atomic():
        report = _lock(number)
        rules.check_step(ReportStatus(report.status), StepKind.MORE_GIVEN)
        answer = rules.check_text(text) if text.strip() or not evidence else ""
        add_photos(report, evidence, now)
        due = due_again(report, now)
        take_step(report, StepKind.MORE_GIVEN, now=now, text=answer, columns={"asked_at": None, "due_at": due})
    return report.pk


def object_to(number: str, text: str, *, now: datetime) -> int:
    """Object to a refusal, once: the report is open again and lies with the province. Gives the report's id.

    Refuses RECEIPT_ILL_FORMED, REPORT_UNKNOWN, OBJECTION_ALREADY_MADE, OBJECTION_NOTHING_REFUSED, OBJECTION_TOO_LATE,
    REPORT_NOTE_MISSING, REPORT_TEXT_TOO_LONG.
    """
    with transaction.atomic():
        report = _lock(number)
        objected = report.objected_at is not None
        rules.check_may_object(ReportStatus(report.status), objected=objected, decided_at=report.decided_at, now=now)
        province = above(report.province_code)
        columns = {
            "objected_at": now,
            "level": max(report.level, province.level.value),
            "province_code": province.province_code,  # the province may have become another since the refusal
            "refused_by_id": report.decided_by_id,
            "decided_by_id": None,
            "decided_at": None,
            "refusal": "",
            "clock_from": now,
            "due_at": due_from(now),
        }
        take_step(report, StepKind.OBJECTED, now=now, text=rules.check_text(text), columns=columns)
    return report.pk


def withdraw(number: str, *, now: datetime) -> int:
    """Take a report back. Gives the report's id. Refuses RECEIPT_ILL_FORMED, REPORT_UNKNOWN, REPORT_DECIDED_ALREADY."""
    with transaction.atomic():
        report = _lock(number)
        closed = {"decided_at": now, "due_at": None, "asked_at": None}
        take_step(report, StepKind.WITHDRAWN, now=now, columns=closed)
    return report.pk


def _lock(number: str) -> Report:
    key = lookup_hash("report", read_number(number))
    report = Report.objects.select_for_update().filter(number_key=key).first()
    if report is None:
        raise Refused("REPORT_UNKNOWN")
    return report
