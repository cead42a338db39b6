"""How long it takes: half of all, nineteen of twenty, and the share in time, for a unit and for each of its parts."""

from datetime import timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.templatetags.desk import HANOI
from vaxpass.desks.oversight.charts import Chart, Kind, Line, Point, Series, count_point, percent_point
from vaxpass.desks.oversight.exports import chart_sheet, sheet_url, wants_sheet
from vaxpass.desks.oversight.figure_words import BY_WORDS, LEVEL_WORDS
from vaxpass.desks.oversight.place import Link, Place, address, read_part, read_place
from vaxpass.desks.oversight.time_words import SPAN_WORDS, WITHIN_WORDS, count_of, length_words, percent_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.units import Level
from vaxpass.oversight import figures
from vaxpass.oversight import times as read
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.reach import opens
from vaxpass.oversight.times import Span, Times

_DAYS: Final = {"30": 30, "90": 90, "365": 365}
_DAYS_WORDS: Final[dict[str, Words]] = {"30": _("30 days"), "90": _("90 days"), "365": _("A year")}
_LEVELS: Final = (Level.PROVINCE, Level.CLASS)
"""By these a country is compared; its districts and communes would be thousands of sums."""


@needs(Permission.PROGRESS_SEE)
@require_GET
def times(request: DeskRequest) -> HttpResponse:
    """Show how long it takes in a unit. Refuses OFFICE_UNKNOWN."""
    days = request.GET.get("days", "")
    days = days if days in _DAYS else "90"
    span = request.GET.get("span", "")
    chosen = Span(span) if span in set(Span) else Span.REPORT_TO_PASSPORT
    until = request.now.astimezone(HANOI).date()
    since = until - timedelta(days=_DAYS[days] - 1)
    with figures.reading():
        place = read_place(request, "times")
        whole = {one: read.of(request.actor, place.unit, one, since, until) for one in Span}
        by = _by(request, place)
        found = read.by(request.actor, place.unit, by, chosen, since, until) if by else []
        names = figures.names_of([unit for unit, _times in found])
    overview, parts = _overview(request, place, whole), None
    if by:
        parts = _parts(request, place, by, chosen, [(names[unit], unit, one) for unit, one in found])
    if wants_sheet(request):
        wanted = overview if parts is None or request.GET.get("chart") == overview.name else parts
        return chart_sheet(wanted, request.now)
    kept = {"days": days, "span": chosen.value, "by": by.value if by else ""}
    context = {
        "place": place,
        "overview": overview,
        "parts": parts,
        "backs": _links(place, _DAYS_WORDS, days, "days", kept),
        "spans": _links(place, {one.value: SPAN_WORDS[one] for one in Span}, chosen.value, "span", kept) if by else [],
        "bys": _links(place, {one.value: BY_WORDS[one] for one in _levels(place)}, kept["by"], "by", kept),
    }
    return render(request, "oversight/times.html", context)


def _levels(place: Place) -> tuple[Level, ...]:
    return tuple(one for one in place.parts if place.unit.level is not Level.COUNTRY or one in _LEVELS)


def _by(request: DeskRequest, place: Place) -> Level | None:
    levels = _levels(place)
    by = read_part(request, place) if levels else None
    return by if by in levels else next(iter(levels), None)


def _links(place: Place, words: dict[str, Words], current: str, name: str, kept: dict[str, str]) -> list[Link]:
    return [
        Link(word, address("times", place.unit, **{**kept, name: value}), value == current)
        for value, word in words.items()
    ]


def _points(span: Span, one: Times) -> list[Point]:
    return [
        count_point(count_of(one)),
        Point(one.p50, length_words(span, one.p50)),
        Point(one.p95, length_words(span, one.p95)),
        percent_point(percent_of(one)),
    ]


def _series(within: Words) -> list[Series]:
    return [
        Series(_("How many"), drawn=False),
        Series(_("Half took at most"), drawn=False),
        Series(_("19 of 20 took at most"), drawn=False),
        Series(within, percent=True),
    ]


def _overview(request: DeskRequest, place: Place, found: dict[Span, Times]) -> Chart:
    return Chart(
        name="times",
        kind=Kind.BAR,
        title=_("How long it takes"),
        row_label=_("From when until when"),
        series=_series(_("In time")),
        lines=[Line(f"{SPAN_WORDS[span]} ({WITHIN_WORDS[span]})", _points(span, one)) for span, one in found.items()],
        unit=place.name,
        as_of=place.as_of,
        sheet_url=sheet_url(request, chart="times"),
    )


def _parts(
    request: DeskRequest, place: Place, by: Level, span: Span, found: list[tuple[tuple[str, str], Unit, Times]]
) -> Chart:
    """Give the parts of a unit, those that are least in time first."""
    language = get_language() or "vi"
    worst = sorted(found, key=lambda row: (percent_of(row[2]) is None, percent_of(row[2]) or 0, row[1].code))
    return Chart(
        name="units",
        kind=Kind.BAR,
        title=SPAN_WORDS[span],
        row_label=LEVEL_WORDS[by],
        series=_series(WITHIN_WORDS[span]),
        lines=[
            Line(
                names[1] if language == "en" else names[0],
                _points(span, one),
                url=address("times", unit)
                if unit.code and by is not Level.CLASS and opens(request.actor, unit)
                else "",
            )
            for names, unit, one in worst
        ],
        unit=place.name,
        as_of=place.as_of,
        sheet_url=sheet_url(request, chart="units"),
    )
