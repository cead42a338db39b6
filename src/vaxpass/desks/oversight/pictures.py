"""The pictures of the overview: the way of doses as a funnel, the provinces as tiles. Each is drawn from its table."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.desks.oversight.cells import SIGNED, percent, point_of
from vaxpass.desks.oversight.charts import Chart, Kind, Line, Point, Series, percent_point
from vaxpass.desks.oversight.figure_words import MEASURE_WORDS
from vaxpass.desks.oversight.place import Place, address
from vaxpass.desks.oversight.tiles import tile_of
from vaxpass.oversight.lateness import Lateness
from vaxpass.oversight.measures import Figures, Measure, UnitFigures

_STEPS: Final = (
    (MEASURE_WORDS[Measure.GIVEN], (Measure.GIVEN,)),
    (MEASURE_WORDS[Measure.DOSES], (Measure.DOSES,)),
    (MEASURE_WORDS[Measure.CONFIRMED], (Measure.CONFIRMED,)),
    (_("Signed by facilities"), SIGNED),
    (_("Signed by the ministry"), (Measure.CERTIFIED,)),
)


def way(place: Place, counts: Figures, sheet_url: str) -> Chart:
    """Give the funnel from doses given to doses with the ministry's signature, and the share of those entered."""
    return Chart(
        name="way",
        kind=Kind.FUNNEL,
        title=_("How far the doses are"),
        row_label=_("Step"),
        series=(Series(_("Doses")), Series(_("Of the doses entered"), drawn=False, percent=True)),
        lines=[
            Line(word, [point_of(counts, *measures), percent_point(percent(counts, measures, Measure.DOSES))])
            for word, measures in _STEPS
            if measures != (Measure.GIVEN,) or counts.count(Measure.GIVEN) or counts.is_hidden(Measure.GIVEN)
        ],
        unit=place.name,
        as_of=place.as_of,
        sheet_url=sheet_url,
        notes=() if counts.count(Measure.GIVEN) else (_("Nobody has stated yet how many doses were given."),),
    )


def tile_map(
    place: Place, parts: Sequence[UnitFigures], late: Mapping[str, Lateness], language: str, sheet_url: str
) -> Chart:
    """Give the provinces as tiles, coloured by the share of their units that are behind."""
    return Chart(
        name="map",
        kind=Kind.TILES,
        title=_("Provinces: share of units that are behind"),
        row_label=_("Province"),
        series=(
            Series(_("Units behind, %"), percent=True),
            Series(_("Units behind"), drawn=False),
            Series(_("Signed by facilities, %"), drawn=False, percent=True),
            Series(MEASURE_WORDS[Measure.REPORTS_OVERDUE], drawn=False),
        ),
        lines=[_tile(part, late, language) for part in parts],
        unit=place.name,
        as_of=place.as_of,
        sheet_url=sheet_url,
    )


def _tile(part: UnitFigures, late: Mapping[str, Lateness], language: str) -> Line:
    tile = tile_of(part.unit.code, part.unit.scheme.value)
    counts = part.figures
    found = late.get(part.unit.code)
    behind, offices = (found.behind, found.offices) if found else (0, 0)
    return Line(
        gettext("Without a province") if part.is_own_office else part.name(language),
        [
            percent_point(100 * behind // offices if offices else None),
            Point(behind, number(behind)),
            percent_point(percent(counts, SIGNED, Measure.DOSES)),
            point_of(counts, Measure.REPORTS_OVERDUE),
        ],
        url=address("home", part.unit),
        x=tile.x if tile else None,
        y=tile.y if tile else None,
        short=tile.short if tile else "",
    )
