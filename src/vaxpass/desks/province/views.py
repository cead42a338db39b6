"""The province's pages: what waits, every facility's progress, one facility. Counts and ages, no person."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.http import HttpResponse, HttpResponseBase
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
from vaxpass.desks._shared.templatetags.desk import date_vi, moment_vi, number
from vaxpass.desks.province.words import CLASS_WORDS
from vaxpass.identity.ports import Outcome
from vaxpass.offices.queries import delegations_of, get_office, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.oversight import queries
from vaxpass.oversight.queries import FacilityProgress
from vaxpass.oversight.rules import TO_MEND, TO_SIGN
from vaxpass.records.states import State
from vaxpass.records.summaries import Wait
from vaxpass.reports.queries import count_open

DAYS_SHOWN = 7


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

WAITS: Table[Wait] = Table(
    "waits",
    _("How long doses wait"),
    (
        Column("state", _("State"), lambda wait: chip_html(wait.state), sort=("state",)),
        Column("count", _("Doses"), lambda wait: number(wait.count), sort=("count",), numeric=True),
        Column("median", _("Half wait longer than"), lambda w: age_words(w.median), sort=("median",), numeric=True),
        Column("oldest", _("Oldest since"), lambda wait: moment_vi(wait.oldest), sort=("oldest",), numeric=True),
    ),
    default_sort="state",
    empty=_("Nothing waits."),
)

Day = tuple[date, Mapping[str, int]]


def _outcome(outcome: Outcome) -> Column[Day]:
    words = {
        Outcome.MATCH: _("Match"),
        Outcome.NO_MATCH: _("Do not match"),
        Outcome.NO_SUCH_PERSON: _("Number unknown"),
        Outcome.NO_ANSWER: _("No answer"),
    }
    return Column(outcome.value, words[outcome], lambda day: number(day[1].get(outcome.value, 0)), numeric=True)


def _day(row: Day) -> str:
    return date_vi(row[0])


@needs(Permission.PROGRESS_SEE, Permission.DOSES_ATTEST)
@require_GET
def home(request: DeskRequest) -> HttpResponseBase:
    """Show what waits in the province. Who only signs is led to where signing happens."""
    if not request.actor.may(Permission.PROGRESS_SEE):
        return redirect("facility:ready")
    rows = queries.facility_progress(request.actor, now=request.now)
    waits = {wait.state: wait for wait in queries.backlog(request.actor, now=request.now)}
    outcomes = queries.identity_outcomes(request.actor, since=request.now - timedelta(days=DAYS_SHOWN))
    context = {
        "cards": _cards(rows),
        "may_answer": request.actor.may(Permission.REPORT_ANSWER),
        "reports_to_answer": count_open(request.actor),
        "line": queries.line(request.actor),
        "line_paused": queries.line(request.actor).is_paused(request.now),
        "waits": WAITS.show(request, list(waits.values())),
        "outcome_columns": [_outcome(outcome) for outcome in Outcome],
        "outcomes": [(_day(row), [_outcome(outcome).cell(row) for outcome in Outcome]) for row in outcomes],
        "office": get_office(request.actor.office_id).name(get_language() or "vi"),
    }
    return render(request, "province/home.html", context)


def _cards(rows: Sequence[FacilityProgress]) -> list[dict[str, object]]:
    """Give the cards of what waits, most pressing first."""
    return [
        _card(sum(row.behind for row in rows), _("facilities behind the deadlines"), "behind", None),
        _card(sum(row.to_mend for row in rows), _("doses to be mended by facilities"), "mend", _first(rows, *TO_MEND)),
        _card(sum(row.to_sign for row in rows), _("doses ready to be signed"), "sign", _first(rows, *TO_SIGN)),
        _card(
            sum(row.unanswered for row in rows),
            _("doses not compared with the population database yet"),
            "unanswered",
            _first(rows, State.RECEIVED, State.UNANSWERED),
        ),
    ]


def _card(count: int, sentence: object, what: str, since: datetime | None) -> dict[str, object]:
    url = f"{reverse('province:facilities')}?waits={what}"
    return {"count": count, "sentence": sentence, "url": url, "since": since}


def _first(rows: Sequence[FacilityProgress], *states: State) -> datetime | None:
    return min((since for row in rows if (since := row.progress.since(*states))), default=None)


@needs(Permission.PROGRESS_SEE)
@require_GET
def facilities(request: DeskRequest) -> HttpResponse:
    """List the facilities in reach with their counts and ages."""
    rows = queries.facility_progress(request.actor, now=request.now)
    return render(request, "province/facilities.html", {"table": FACILITIES.show(request, rows)})


@needs(Permission.PROGRESS_SEE)
@require_GET
def facility(request: DeskRequest, facility_id: int) -> HttpResponse:
    """Show one facility: its doses by state, how long they wait, and who signs for it."""
    row = queries.progress_of(request.actor, facility_id, now=request.now)
    delegation = delegations_of({facility_id}).get(facility_id)
    context = {
        "row": row,
        "name": _name(row),
        "class_words": CLASS_WORDS.get(row.facility.facility_class, ""),
        "states": [(chip_html(state), row.progress.count(state)) for state in State if row.progress.count(state)],
        "waits": WAITS.show(request, queries.backlog(request.actor, now=request.now, facility_id=facility_id)),
        "delegation": delegation,
        "unit": delegation.unit.name(get_language() or "vi") if delegation else "",
        "named_by": officer_names({delegation.named_by}).get(delegation.named_by, "") if delegation else "",
        "may_delegate": request.actor.may(Permission.SIGNING_DELEGATE),
    }
    return render(request, "province/facility.html", context)
