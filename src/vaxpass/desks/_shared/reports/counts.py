"""How offices and provinces stand with their reports: open, overdue, answered in time. Counts alone, no person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.reports import words
from vaxpass.desks._shared.reports.addresses import address
from vaxpass.desks._shared.tables import Column, Table
from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.offices.provinces import list_provinces
from vaxpass.offices.queries import facility_names
from vaxpass.reports.summaries import OfficeCounts

_NEVER = 10**9


@dataclass(frozen=True, slots=True)
class CountRow:
    """An office or a province as the table shows it; numbers for sorting, words for reading."""

    name: str
    code: str
    url: str
    open: int
    overdue: int
    escalated: int
    asked: int
    objections: int
    answered: int
    in_time: int
    percent: int
    left: object
    due_rank: float


def _column(name: str, label: Any, read: Callable[[CountRow], int]) -> Column[CountRow]:
    return Column(name, label, lambda row: number(read(row)), sort=(name,), numeric=True)


_COLUMNS: tuple[Column[CountRow], ...] = (
    _column("open", _("Reports open"), lambda row: row.open),
    _column("overdue", _("Reports overdue"), lambda row: row.overdue),
    _column("escalated", _("Passed up"), lambda row: row.escalated),
    _column("asked", _("The citizen is asked"), lambda row: row.asked),
    _column("objections", _("Objections"), lambda row: row.objections),
    _column("answered", _("Answered in 30 days"), lambda row: row.answered),
    Column(
        "percent",
        _("Of these within 48 hours"),
        lambda row: f"{row.percent} %" if row.answered else "–",
        sort=("percent",),
        numeric=True,
    ),
    Column("left", _("Time left for the first"), lambda row: row.left, sort=("due_rank",)),
)


def _table(name: str, caption: Any, first: Any) -> Table[CountRow]:
    leading: tuple[Column[CountRow], ...] = (
        Column("name", first, lambda row: row.name, sort=("name",), link=lambda row: row.url),
        Column("code", _("Code"), lambda row: row.code, sort=("code",)),
    )
    return Table(name, caption, (*leading, *_COLUMNS), "-overdue", empty=_("No report in your area yet."), tie="code")


OFFICES = _table("report-offices", _("Offices"), _("Office"))
PROVINCES = _table("report-provinces", _("Provinces"), _("Province"))


def office_rows(request: DeskRequest, counts: Sequence[OfficeCounts]) -> list[CountRow]:
    """Give the rows of some offices; each leads to the list of its reports."""
    offices = facility_names({one.office_id for one in counts})
    language = get_language() or "vi"
    here = address(request, "reports")
    return [
        _row(request, [one], office.name(language), office.code, f"{here}?status=open&office={office.code}")
        for one in counts
        if (office := offices.get(one.office_id))
    ]


def province_rows(request: DeskRequest, counts: Sequence[OfficeCounts]) -> list[CountRow]:
    """Give one row a province; each leads to its offices."""
    place = 2 if get_language() == "en" else 1
    names = {province[0]: province[place] for province in list_provinces(request.now)}
    by_province: dict[str, list[OfficeCounts]] = {}
    for one in counts:
        by_province.setdefault(one.province_code, []).append(one)
    return [
        _row(
            request,
            some,
            names.get(code, code) or gettext("without a province"),
            code or "-",
            address(request, "report_offices", code or "-"),
        )
        for code, some in by_province.items()
    ]


def _row(request: DeskRequest, some: Sequence[OfficeCounts], name: str, code: str, url: str) -> CountRow:
    answered, in_time = sum(one.answered for one in some), sum(one.in_time for one in some)
    dues = [one.first_due for one in some if one.first_due]
    first = min(dues, default=None)
    return CountRow(
        name=name,
        code=code,
        url=url,
        open=sum(one.open for one in some),
        overdue=sum(one.overdue for one in some),
        escalated=sum(one.escalated for one in some),
        asked=sum(one.asked for one in some),
        objections=sum(one.objections for one in some),
        answered=answered,
        in_time=in_time,
        percent=in_time * 100 // answered if answered else -1,
        left=words.left_html(first, request.now) if first else "–",
        due_rank=first.timestamp() if first else _NEVER * 10.0,
    )


def cards(request: DeskRequest, counts: Sequence[OfficeCounts]) -> list[dict[str, object]]:
    """Give the cards of what presses: overdue, passed up, objections, all open."""
    here = address(request, "reports")
    facts = (
        (sum(one.overdue for one in counts), gettext("reports overdue"), "overdue"),
        (sum(one.escalated for one in counts), gettext("reports passed up to the province or ministry"), "escalated"),
        (sum(one.objections for one in counts), gettext("objections to decide"), "objected"),
        (sum(one.open for one in counts), gettext("reports to be answered in all"), "open"),
    )
    return [
        {"count": count, "sentence": text, "url": f"{here}?status={status}", "action": gettext("See them")}
        for count, text, status in facts
    ]
