"""Where are we: one unit at a glance. Who is late and what to do next stands first; then how far, how fast, where."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks.oversight import pictures
from vaxpass.desks.oversight.cells import NOT_COMPARED, SIGNED, TO_MEND, percent, text_of, told
from vaxpass.desks.oversight.charts import Chart
from vaxpass.desks.oversight.days import trend
from vaxpass.desks.oversight.exports import chart_sheet, sheet_url, wants_sheet
from vaxpass.desks.oversight.figure_words import MEASURE_WORDS
from vaxpass.desks.oversight.late import late_rows, late_table
from vaxpass.desks.oversight.next_steps import cards
from vaxpass.desks.oversight.place import Place, address, read_place
from vaxpass.desks.oversight.waits import waits
from vaxpass.offices.roles import Permission
from vaxpass.offices.units import Level
from vaxpass.oversight import figures
from vaxpass.oversight.lateness import Lateness, late_offices, late_parts, together
from vaxpass.oversight.measures import Figures, Measure

_WORST = 5


@needs(Permission.PROGRESS_SEE)
@require_GET
def overview(request: DeskRequest) -> HttpResponse:
    """Show a unit: the own one, or the one that the address names. Refuses OFFICE_UNKNOWN."""
    with figures.reading():
        place = read_place(request, "home")
        counts = figures.totals(request.actor, place.unit)
        causes = figures.causes(request.actor, place.unit)
        by = Level.PROVINCE if place.unit.level is Level.COUNTRY else Level.COUNTRY
        late = late_parts(request.actor, place.unit, by, now=request.now)
        worst = late_offices(request.actor, place.unit, now=request.now, limit=_WORST)
        charts = _charts(request, place, counts, late)
    if wants_sheet(request):
        asked = request.GET.get("chart", "")
        return chart_sheet(charts[asked if asked in charts else "way"], request.now)
    waiting = cards(request, place, counts, together(late.values()), causes)
    is_office = place.unit.level is Level.OFFICE
    context = {
        "place": place,
        "cards": waiting,
        "latest": None if is_office else late_table(place).show(request, late_rows(request, place, worst)),
        "waits": waits(request, place, causes) if is_office else None,
        "late_url": address("late", place.unit),
        "facts": _facts(counts),
        "charts": charts,
        "quiet": not any(card.count for card in waiting),
    }
    return render(request, "oversight/progress.html", context)


def _charts(request: DeskRequest, place: Place, counts: Figures, late: Mapping[str, Lateness]) -> dict[str, Chart]:
    charts = {"way": pictures.way(place, counts, sheet_url(request, chart="way"))}
    if place.unit.level is Level.COUNTRY:
        parts = figures.parts(request.actor, place.unit, Level.PROVINCE)
        charts["map"] = pictures.tile_map(place, parts, late, get_language() or "vi", sheet_url(request, chart="map"))
    charts["trend"] = trend(request, place, sheet_url(request, chart="trend"))
    return charts


def _facts(counts: Figures) -> list[tuple[object, str, str]]:
    """Give the measures in words, each with its count and, where it says something, its share of the doses entered."""
    doses = Measure.DOSES
    rows = (
        (MEASURE_WORDS[Measure.PEOPLE], (Measure.PEOPLE,), None),
        (MEASURE_WORDS[Measure.GIVEN], (Measure.GIVEN,), None),
        (MEASURE_WORDS[doses], (doses,), Measure.GIVEN),
        (gettext("Not compared yet"), NOT_COMPARED, doses),
        (gettext("To be mended"), TO_MEND, doses),
        (MEASURE_WORDS[Measure.CONFIRMED], (Measure.CONFIRMED,), doses),
        (MEASURE_WORDS[Measure.EXEMPT], (Measure.EXEMPT,), None),
        (MEASURE_WORDS[Measure.MENDED], (Measure.MENDED,), None),
        (gettext("Signed by facilities"), SIGNED, doses),
        (gettext("Signed by the ministry"), (Measure.CERTIFIED,), doses),
        (MEASURE_WORDS[Measure.PASSPORTS], (Measure.PASSPORTS,), None),
        (MEASURE_WORDS[Measure.REFUSED], (Measure.REFUSED,), None),
        (MEASURE_WORDS[Measure.REPORTS_OPEN], (Measure.REPORTS_OPEN,), None),
        (MEASURE_WORDS[Measure.REPORTS_OVERDUE], (Measure.REPORTS_OVERDUE,), None),
        (MEASURE_WORDS[Measure.REPORTS_IN_TIME], (Measure.REPORTS_IN_TIME,), Measure.REPORTS_ANSWERED),
    )
    return [(word, _told(counts, measures), _share(counts, measures, of)) for word, measures, of in rows]


def _told(counts: Figures, measures: tuple[Measure, ...]) -> str:
    """Write a count; that no province has stated the doses given is not the same as none."""
    count = told(counts, *measures)
    return gettext("not stated") if measures == (Measure.GIVEN,) and count == 0 else text_of(count)


def _share(counts: Figures, measures: tuple[Measure, ...], of: Measure | None) -> str:
    share = percent(counts, measures, of) if of else None
    if share is None or of is None:
        return ""
    return gettext("%(percent)s %% of %(whole)s") % {"percent": share, "whole": str(MEASURE_WORDS[of]).lower()}
