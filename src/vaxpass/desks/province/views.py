"""The province's pages: what waits, every facility's progress, one facility. Counts of the last tally, no person."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.ages import age_words
from vaxpass.desks._shared.chips import chip_html
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi, number
from vaxpass.desks.province.words import CLASS_WORDS
from vaxpass.offices.queries import delegations_of, get_office, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.units import scheme_on
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight import figures, queries
from vaxpass.oversight.lateness import Lateness, late_offices, lateness
from vaxpass.oversight.measures import CauseFigures, Figures, Measure
from vaxpass.oversight.queries import FacilityProgress, Waiting
from vaxpass.records.states import State
from vaxpass.reports.queries import count_open

LATEST_SHOWN = 5
_WEEK, _MONTH = 2, 3
"""Where ages of more than a week, of more than a month begin among the buckets of rules.AGE_EDGES."""


def _link(row: FacilityProgress) -> str:
    return reverse("province:facility", args=[row.facility.id])


def _name(row: FacilityProgress) -> str:
    return row.facility.name(get_language() or "vi")


def _oldest(row: FacilityProgress) -> str:
    if row.oldest is None:
        return "–"
    words = age_words(timedelta(seconds=row.oldest_age))
    return format_html("<strong>{}</strong>", words) if row.behind else words


_WAITS_FOR: dict[str, Callable[[FacilityProgress], bool]] = {
    "behind": lambda row: row.behind,
    "mend": lambda row: row.to_mend > 0,
    "sign": lambda row: row.to_sign > 0,
    "unanswered": lambda row: row.unanswered > 0,
}


def _waits_for(rows: Sequence[FacilityProgress], what: str) -> list[FacilityProgress]:
    return [row for row in rows if _WAITS_FOR[what](row)]


FACILITIES: Table[FacilityProgress] = Table(
    "facilities",
    _("Facilities"),
    (
        Column("name", _("Facility"), _name, sort=("facility.name_vi",), link=_link),
        Column("code", _("Code"), lambda row: row.code, sort=("code",)),
        Column("entered", _("Doses entered"), lambda row: number(row.entered), sort=("entered",), numeric=True),
        Column("to_mend", _("To be mended"), lambda row: number(row.to_mend), sort=("to_mend",), numeric=True),
        Column("unanswered", _("Not compared yet"), lambda r: number(r.unanswered), sort=("unanswered",), numeric=True),
        Column("to_sign", _("To be signed"), lambda row: number(row.to_sign), sort=("to_sign",), numeric=True),
        Column("signed", _("Signed"), lambda r: f"{r.signed_percent} %", sort=("signed_percent",), numeric=True),
        Column("oldest", _("Oldest waits"), _oldest, sort=("oldest_age",), numeric=True),
    ),
    default_sort="-oldest",
    filters=(
        Filter(
            "waits",
            _("What waits"),
            _waits_for,
            choices=(
                ("behind", _("Behind the deadlines")),
                ("mend", _("Doses to be mended")),
                ("sign", _("Doses to be signed")),
                ("unanswered", _("Doses not compared yet")),
            ),
        ),
        Filter(
            "class",
            _("Kind of facility"),
            lambda rows, value: [row for row in rows if row.facility.facility_class == value],
            choices=tuple(CLASS_WORDS.items()),
        ),
    ),
    empty=_("No facility in your reach yet."),
    tie="code",
)

WAITS: Table[Waiting] = Table(
    "waits",
    _("How long doses wait"),
    (
        Column("state", _("State"), lambda wait: chip_html(wait.state), sort=("state",)),
        Column("count", _("Doses"), lambda wait: number(wait.count), sort=("count",), numeric=True),
        Column("week", _("Longer than a week"), lambda wait: number(sum(wait.ages[_WEEK:])), numeric=True),
        Column("month", _("Longer than 30 days"), lambda wait: number(sum(wait.ages[_MONTH:])), numeric=True),
        Column("oldest", _("Oldest since"), lambda wait: moment_vi(wait.oldest), sort=("oldest",), numeric=True),
    ),
    default_sort="state",
    empty=_("Nothing waits."),
)


@needs(Permission.PROGRESS_SEE, Permission.DOSES_ATTEST)
@require_GET
def home(request: DeskRequest) -> HttpResponseBase:
    """Show what waits in the province. Who only signs is led to where signing happens."""
    if not request.actor.may(Permission.PROGRESS_SEE):
        return redirect("facility:ready")
    if _belongs_elsewhere(request):
        return redirect("oversight:home")
    with figures.reading():
        unit = figures.home_unit(request.actor, scheme_on(day_in_vietnam(request.now)))
        counts = figures.totals(request.actor, unit)
        late = lateness(request.actor, unit, now=request.now)
        as_of = figures.as_of(now=request.now)
        waits = figures.causes(request.actor, unit)
        latest = late_offices(request.actor, unit, now=request.now, limit=LATEST_SHOWN)
    line = queries.line(request.actor)
    context = {
        "cards": _cards(counts, late, waits),
        "latest": latest,
        "may_answer": request.actor.may(Permission.REPORT_ANSWER),
        "reports_to_answer": count_open(request.actor),
        "line": line,
        "line_paused": line.is_paused(request.now),
        "as_of": as_of,
        "language": get_language() or "vi",
        "office": get_office(request.actor.office_id).name(get_language() or "vi"),
    }
    return render(request, "province/home.html", context)


def _belongs_elsewhere(request: DeskRequest) -> bool:
    """Say whether these pages are not the officer's: they list one province's facilities, with exact numbers."""
    return request.actor.office_kind == "ministry" or not request.actor.may(Permission.RECORD_SEE)


def _cards(counts: Figures, late: Lateness, waits: Sequence[CauseFigures]) -> list[dict[str, object]]:
    """Give the cards of what waits, most pressing first."""
    to_mend = counts.count(Measure.MISMATCHED) + counts.count(Measure.INCOMPLETE)
    not_compared = counts.count(Measure.RECEIVED) + counts.count(Measure.UNANSWERED)
    oldest = (one.oldest for one in waits if one.state in {State.RECEIVED, State.UNANSWERED})
    return [
        _card(late.behind, _("units behind the deadlines"), "", None),
        _card(to_mend, _("doses to be mended by facilities"), "mend", late.mend_since),
        _card(counts.count(Measure.TO_SIGN), _("doses ready to be signed"), "sign", late.sign_since),
        _card(
            not_compared,
            _("doses not compared with the population database yet"),
            "unanswered",
            min(oldest, default=None),
        ),
    ]


def _card(count: int, sentence: object, what: str, since: datetime | None) -> dict[str, object]:
    url = f"{reverse('province:facilities')}?waits={what}" if what else reverse("oversight:late")
    return {"count": count, "sentence": sentence, "url": url, "since": since}


@needs(Permission.PROGRESS_SEE)
@require_GET
def facilities(request: DeskRequest) -> HttpResponseBase:
    """List the facilities in reach with their counts and ages."""
    if _belongs_elsewhere(request):
        return redirect("oversight:units")
    rows = queries.facility_progress(request.actor, now=request.now)
    return render(request, "province/facilities.html", {"table": FACILITIES.show(request, rows)})


@needs(Permission.PROGRESS_SEE)
@require_GET
def facility(request: DeskRequest, facility_id: int) -> HttpResponseBase:
    """Show one facility: its doses by state, how long they wait, and who signs for it."""
    if not request.actor.may(Permission.RECORD_SEE):
        return redirect("oversight:home")
    row = queries.progress_of(request.actor, facility_id, now=request.now)
    delegation = delegations_of({facility_id}).get(facility_id)
    context = {
        "row": row,
        "name": _name(row),
        "class_words": CLASS_WORDS.get(row.facility.facility_class, ""),
        "states": [(chip_html(state), row.progress.count(state)) for state in State if row.progress.count(state)],
        "waits": WAITS.show(request, queries.backlog(request.actor, facility_id)),
        "delegation": delegation,
        "unit": delegation.unit.name(get_language() or "vi") if delegation else "",
        "named_by": officer_names({delegation.named_by}).get(delegation.named_by, "") if delegation else "",
        "may_delegate": request.actor.may(Permission.SIGNING_DELEGATE),
    }
    return render(request, "province/facility.html", context)
