"""What happened day by day, and added up, against the doses that provinces say were given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.templatetags.desk import HANOI, date_vi, number
from vaxpass.desks.oversight.cells import HIDDEN
from vaxpass.desks.oversight.charts import Chart, Kind, Line, Point, Series
from vaxpass.desks.oversight.exports import chart_sheet, sheet_url, wants_sheet
from vaxpass.desks.oversight.figure_words import DAY_WORDS
from vaxpass.desks.oversight.place import Link, Place, address, read_place
from vaxpass.offices.roles import Permission
from vaxpass.oversight import figures
from vaxpass.oversight.measures import DayFigures, DayMeasure

_SHOWN: Final = (
    DayMeasure.GIVEN,
    DayMeasure.ENTERED,
    DayMeasure.ATTESTED,
    DayMeasure.CERTIFIED,
    DayMeasure.PASSPORTS,
    DayMeasure.MENDED,
    DayMeasure.REPORTS,
    DayMeasure.ANSWERED,
)
_DRAWN: Final = (DayMeasure.GIVEN, DayMeasure.ENTERED, DayMeasure.ATTESTED, DayMeasure.CERTIFIED)
_SPANS: Final = {"30": 30, "90": 90, "365": 364, "all": 366 * 6}
"""Days back from today; six years reach back beyond the first dose of the campaign."""
_SPAN_WORDS: Final[dict[str, Words]] = {
    "30": _("30 days"),
    "90": _("90 days"),
    "365": _("A year, by week"),
    "all": _("From the beginning, by month"),
}
_SHOW_WORDS: Final[dict[str, Words]] = {"day": _("Each on its own"), "sum": _("Added up")}


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the address asks for: how far back, in which steps, each on its own or added up."""

    span: str
    show: str
    since: date
    until: date

    @property
    def is_summed(self) -> bool:
        """Say whether running totals are asked for."""
        return self.show == "sum"


@needs(Permission.PROGRESS_SEE)
@require_GET
def days(request: DeskRequest) -> HttpResponse:
    """Show a unit's days, or its running totals. Refuses OFFICE_UNKNOWN."""
    wish = _read_wish(request)
    with figures.reading():
        place = read_place(request, "days")
        found = figures.days(request.actor, place.unit, None if wish.is_summed else wish.since, wish.until)
    chart = _chart(place, found, wish, sheet_url(request))
    if wants_sheet(request):
        return chart_sheet(chart, request.now)
    context = {
        "place": place,
        "chart": chart,
        "spans": _links(place, _SPAN_WORDS, wish.span, "span", show=wish.show),
        "shows": _links(place, _SHOW_WORDS, wish.show, "show", span=wish.span),
    }
    return render(request, "oversight/days.html", context)


def trend(request: DeskRequest, place: Place, sheet: str) -> Chart:
    """Give the last thirty days as lines, for the overview. Refuses as figures.days."""
    wish = _wish("30", "day", request.now)
    return _chart(place, figures.days(request.actor, place.unit, wish.since, wish.until), wish, sheet)


def _read_wish(request: DeskRequest) -> _Wish:
    span, show = request.GET.get("span", ""), request.GET.get("show", "")
    return _wish(span if span in _SPANS else "30", show if show in _SHOW_WORDS else "day", request.now)


def _wish(span: str, show: str, now: datetime) -> _Wish:
    until = now.astimezone(HANOI).date()
    return _Wish(span, show, until - timedelta(days=_SPANS[span] - 1), until)


def _links(place: Place, words: dict[str, Words], current: str, name: str, **kept: str) -> list[Link]:
    return [
        Link(word, address("days", place.unit, **{**kept, name: value}), value == current)
        for value, word in words.items()
    ]


def _chart(place: Place, found: Sequence[DayFigures], wish: _Wish, sheet: str) -> Chart:
    return Chart(
        name="days",
        kind=Kind.LINE,
        title=_("Added up since the beginning") if wish.is_summed else _SPAN_TITLES[wish.span],
        row_label=_("Day") if wish.span in {"30", "90"} else _("From the day"),
        series=[
            Series(DAY_WORDS[measure], drawn=measure in _DRAWN and _happened(found, measure)) for measure in _SHOWN
        ],
        lines=[Line(date_vi(step), points) for step, points in _steps(found, wish)],
        unit=place.name,
        as_of=place.as_of,
        sheet_url=sheet,
        folded=True,
        notes=(_("“≥”: days on which fewer than five things happened are left out of the sum."),)
        if wish.is_summed and any(one.hidden for one in found)
        else (),
    )


def _happened(found: Sequence[DayFigures], measure: DayMeasure) -> bool:
    """Say whether there is anything to draw: a province that states nothing has no line along the bottom."""
    return measure is not DayMeasure.GIVEN or any(one.count(measure) for one in found)


_SPAN_TITLES: Final[dict[str, Words]] = {
    "30": _("Day by day"),
    "90": _("Day by day"),
    "365": _("Week by week"),
    "all": _("Month by month"),
}


def _steps(found: Sequence[DayFigures], wish: _Wish) -> list[tuple[date, list[Point]]]:
    """Give every step from the first day that counts to today, also those in which nothing happened."""
    by_step: dict[date, list[DayFigures]] = {}
    for one in found:
        by_step.setdefault(_step_of(one.day, wish.span), []).append(one)
    sums = {measure: _Sum() for measure in _SHOWN}
    shown = []
    for step in _walk(min(by_step, default=_step_of(wish.until, wish.span)), wish):
        within = by_step.get(step, [])
        if not wish.is_summed:
            sums = {measure: _Sum() for measure in _SHOWN}
        points = [sums[measure].add(within, measure) for measure in _SHOWN]
        if step >= _step_of(wish.since, wish.span):
            shown.append((step, points))
    return shown


@dataclass(slots=True)
class _Sum:
    """A running total that knows whether hidden numbers are missing in it."""

    known: int = 0
    hides: bool = False

    def add(self, within: Sequence[DayFigures], measure: DayMeasure) -> Point:
        """Add some days, and give the total as a cell."""
        self.known += sum(one.count(measure) for one in within)
        self.hides = self.hides or any(measure in one.hidden for one in within)
        if not self.hides:
            return Point(self.known, number(self.known))
        return Point(self.known, f"≥{number(self.known)}") if self.known else Point(None, HIDDEN)


def _step_of(day: date, span: str) -> date:
    if span == "all":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if span == "365" else day


def _walk(first: date, wish: _Wish) -> Iterator[date]:
    step = first
    while step <= wish.until:
        yield step
        step = _step_of(step + timedelta(days=_LENGTHS[wish.span]), wish.span)


_LENGTHS: Final = {"30": 1, "90": 1, "365": 7, "all": 31}
"""Days from the first day of a step into the next one."""
