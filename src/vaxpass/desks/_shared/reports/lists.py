"""The list of reports: what is due first on top, and how long is left in words. Names nobody, so it opens nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.reports import words
from vaxpass.desks._shared.reports.addresses import address
from vaxpass.desks._shared.reports.queue import count_due_today, next_to_answer, to_answer
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.offices.queries import facility_names, office_ids_with_code
from vaxpass.reports import queries
from vaxpass.reports.facts import Group
from vaxpass.reports.rules import PROVEN, UNDECIDED, Level, ReportStatus, Wrong


@dataclass(frozen=True, slots=True)
class _Row:
    """A report as the list shows it."""

    url: str
    wrongs: str
    left: object
    status: SafeString
    proven: str
    alike: str
    office: str
    filed_at: datetime


def _narrow_status(rows: Any, value: str) -> Any:
    """Narrow to what waits for the officer (the rows carry it), for the citizen, or is decided."""
    narrowed = {
        "open": Q(status=ReportStatus.OPEN),
        "asked": Q(status=ReportStatus.MORE_NEEDED),
        "escalated": Q(status=ReportStatus.OPEN, level__gte=Level.PROVINCE),
        "overdue": Q(status=ReportStatus.OPEN, due_at__lt=Now()),
        "objected": Q(status=ReportStatus.OPEN, objected_at__isnull=False, sent_back_at=None),
        "updated": Q(status=ReportStatus.UPDATED),
        "refused": Q(status=ReportStatus.REFUSED),
        "withdrawn": Q(status=ReportStatus.WITHDRAWN),
    }
    return rows.filter(narrowed[value])


STATUS_FILTER = Filter(
    "status",
    _("Status"),
    _narrow_status,
    choices=(
        ("open", _("To be answered")),
        ("overdue", _("Overdue")),
        ("escalated", _("Passed up to the province or ministry")),
        ("objected", _("Objections to decide")),
        ("asked", _("The citizen is asked")),
        ("updated", _("Accepted, record updated")),
        ("refused", _("Report refused")),
        ("withdrawn", _("Taken back")),
    ),
)
_wrong_word = lazy(words.wrong_word, str)  # the reader's language is known only when the page is shown
WRONG_FILTER = Filter(
    "wrong",
    _("What is wrong"),
    lambda rows, value: rows.filter(wrongs__contains=[value]),
    choices=tuple((wrong.value, _wrong_word(wrong)) for wrong in Wrong),
)
PROOF_FILTER = Filter(
    "proof",
    _("Reporter"),
    lambda rows, value: (rows.filter if value == "proven" else rows.exclude)(proof__in=[one.value for one in PROVEN]),
    choices=(("proven", _("proven")), ("unproven", _("not proven"))),
)
OFFICE_FILTER = Filter(
    "office",
    _("Code of the office"),
    lambda rows, code: rows.filter(office_id__in=list(office_ids_with_code(code))),
)

REPORTS: Table[_Row] = Table(
    "reports",
    _("Citizens' reports"),
    (
        Column("wrong", _("What is wrong"), lambda row: row.wrongs, link=lambda row: row.url),
        Column("due", _("Time left"), lambda row: row.left, sort=("status", "due_at")),
        Column("status", _("Status"), lambda row: row.status, sort=("status",)),
        Column("proof", _("Reporter"), lambda row: row.proven),
        Column("alike", _("Same error"), lambda row: row.alike, numeric=True),
        Column("office", _("Office in charge"), lambda row: row.office),
        Column("filed", _("Reported"), lambda row: moment_vi(row.filed_at), sort=("filed_at",)),
    ),
    default_sort="due",
    filters=(STATUS_FILTER, WRONG_FILTER, PROOF_FILTER, OFFICE_FILTER),
    empty=_("No report here."),
)


def listed(request: DeskRequest) -> dict[str, Any]:
    """Give what the page of the list shows: the table, what waits here, the first report to answer, the groups."""
    rows = queries.reports_in_scope(request.actor)
    groups = queries.groups(request.actor)
    waiting = to_answer(request.actor)
    first = next_to_answer(request.actor, 0, None)
    return {
        "table": REPORTS.show(request, rows, load=lambda part: _rows(request, part, groups)),
        "waiting": waiting.count(),
        "today": count_due_today(waiting, request.now),
        "overdue": waiting.filter(due_at__lt=request.now).count(),
        "first_url": address(request, "report", first) if first else "",
        "groups": [_group(request, group) for group in groups],
        "may_answer": bool(first),
    }


def _rows(request: DeskRequest, part: Sequence[Any], groups: Sequence[Group]) -> list[_Row]:
    sizes = {report_id: group.count for group in groups for report_id in group.report_ids}
    offices = facility_names({row.office_id for row in part})
    language = get_language() or "vi"
    return [
        _Row(
            address(request, "report", row.pk),
            words.wrong_words(row.wrongs),
            words.left_html(row.due_at, request.now) if row.status in UNDECIDED else "",
            words.status_html(row.status),
            gettext("proven") if row.proof in PROVEN else gettext("not proven"),
            str(sizes.get(row.pk, "")),
            words.in_charge(
                row.level,
                offices[row.office_id].name(language) if row.office_id in offices else "",
                sent_back=row.sent_back_at is not None,
            ),
            row.filed_at,
        )
        for row in part
    ]


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A group as the list offers it."""

    url: str
    words: str
    count: int
    left: object


def _group(request: DeskRequest, group: Group) -> GroupShown:
    office = facility_names({group.facility_id}).get(group.facility_id)
    name = office.name(get_language() or "vi") if office else ""
    text = f"{words.wrong_words(group.wrongs)}, {name}" if name else words.wrong_words(group.wrongs)
    url = address(request, "report_group", group.key)
    return GroupShown(url, text, group.count, words.left_html(group.first_due, request.now))
