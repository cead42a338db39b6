"""Why doses wait: causes with their ages and whose turn it is, and causes × units, so that the darkest cell is seen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.causes import cause_words
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.desks.oversight.cells import HIDDEN, HIDDEN_AGE, ages_told
from vaxpass.desks.oversight.charts import Chart, Kind, Line, Point, Series
from vaxpass.desks.oversight.exports import chart_sheet, sheet_url, wants_sheet
from vaxpass.desks.oversight.figure_words import BY_WORDS, LEVEL_WORDS
from vaxpass.desks.oversight.next_steps import records_url
from vaxpass.desks.oversight.place import Link, Place, address, read_part, read_place
from vaxpass.desks.oversight.waits import waits
from vaxpass.offices.roles import Permission
from vaxpass.offices.units import Level
from vaxpass.oversight import figures
from vaxpass.oversight.measures import CauseFigures, Unit
from vaxpass.oversight.reach import opens, sees_small_numbers
from vaxpass.oversight.rules import AGE_EDGES
from vaxpass.oversight.suppression import SMALL
from vaxpass.records.states import State

_SHOWN: Final = 40
"""Rows of the heat table on a page, the fullest first; the sheet has all."""
_OLDER: Final = ("0", *(str(days) for days in AGE_EDGES))
Cause = tuple[State, str]
Counts = dict[Cause, int | None]


@needs(Permission.PROGRESS_SEE)
@require_GET
def causes(request: DeskRequest) -> HttpResponse:
    """Show what waits in a unit by cause, and by cause and part. Refuses OFFICE_UNKNOWN."""
    older = request.GET.get("older", "")
    older = older if older in _OLDER else "0"
    with figures.reading():
        place = read_place(request, "causes")
        whole = figures.causes(request.actor, place.unit)
        by = read_part(request, place) if place.parts else None
        found = figures.causes(request.actor, place.unit, by) if by else []
    everything = wants_sheet(request)
    heat = _heat(request, place, found, int(older), limit=None if everything else _SHOWN) if by else None
    if everything:
        of_ages = request.GET.get("chart") == "ages" or heat is None
        return chart_sheet(_ages(request, place, whole) if of_ages or heat is None else heat, request.now)
    context = {
        "place": place,
        "waits": waits(request, place, whole),
        "ages": _ages(request, place, whole),
        "heat": heat,
        "bys": [Link(BY_WORDS[one], _here(place, one, older), one is by) for one in place.parts],
        "olders": [Link(_older_words(one), _here(place, by, one), one == older) for one in _OLDER] if by else [],
    }
    return render(request, "oversight/causes.html", context)


def _here(place: Place, by: Level | None, older: str) -> str:
    return address("causes", place.unit, by=by.value if by else "", older=older)


def _older_words(days: str) -> str:
    if days == "0":
        return gettext("All")
    return ngettext("Longer than a day", "Longer than %(n)s days", int(days)) % {"n": days}


def _ages(request: DeskRequest, place: Place, found: Sequence[CauseFigures]) -> Chart:
    """Give the backlog by cause and age."""
    exact = sees_small_numbers(request.actor)
    return Chart(
        name="ages",
        kind=Kind.BAR,
        title=_("How long doses wait, by cause"),
        row_label=_("Cause"),
        series=[Series(_bucket(place_of)) for place_of in range(len(AGE_EDGES) + 1)],
        lines=[
            Line(
                cause_words(one.state, one.reason),
                _age_points(one, exact=exact),
                url=records_url(request, place, *_key(one)),
            )
            for one in _merged(found)
        ],
        unit=place.name,
        as_of=place.as_of,
        sheet_url=sheet_url(request, chart="ages"),
        stacked=True,
        folded=True,
    )


def _bucket(place: int) -> str:
    if place == len(AGE_EDGES):
        return gettext("longer than %(n)s days") % {"n": AGE_EDGES[-1]}
    if place == 0:
        return gettext("up to a day")
    return gettext("%(n)s–%(m)s days") % {"n": AGE_EDGES[place - 1], "m": AGE_EDGES[place]}


def _age_points(one: CauseFigures, *, exact: bool) -> list[Point]:
    if one.ages is None:
        return [Point(None, HIDDEN)] * (len(AGE_EDGES) + 1)
    told = ages_told(one.ages, exact=exact)
    return [Point(None, HIDDEN_AGE) if count is None else Point(count, number(count)) for count in told]


def _merged(found: Sequence[CauseFigures]) -> list[CauseFigures]:
    """Give the causes by state, so that whose turn it is stays together."""
    return sorted(found, key=lambda one: (one.state, -(one.count or 0)))


def _key(one: CauseFigures) -> Cause:
    return one.state, one.reason


def _heat(request: DeskRequest, place: Place, found: Sequence[CauseFigures], older: int, *, limit: int | None) -> Chart:
    """Give causes × parts, the fullest rows first, and below them the sums of all rows."""
    rows, names = _rows(found, older, exact=sees_small_numbers(request.actor))
    columns = sorted({cause for counts in rows.values() for cause in counts})
    fullest = sorted(rows, key=lambda unit: -_sum(rows[unit].values()))
    shown = fullest if limit is None else fullest[:limit]
    lines = [_line(request, place, unit, names[unit], rows[unit], columns) for unit in shown]
    cut = gettext("The fullest %(shown)s of %(all)s; the Excel file has all.")
    return Chart(
        name="heat",
        kind=Kind.HEAT,
        title=_("Causes by unit"),
        row_label=LEVEL_WORDS[shown[0].level] if shown else _("Unit"),
        series=[*(Series(cause_words(*cause)) for cause in columns), Series(_("Sum"), drawn=False)],
        lines=[*lines, _total(rows, columns)] if rows else [],
        unit=place.name,
        as_of=place.as_of,
        sheet_url=sheet_url(request, chart="heat"),
        notes=[cut % {"shown": len(shown), "all": len(rows)}] if len(shown) < len(rows) else (),
    )


def _rows(found: Sequence[CauseFigures], older: int, *, exact: bool) -> tuple[dict[Unit, Counts], dict[Unit, str]]:
    rows: dict[Unit, Counts] = defaultdict(dict)
    names: dict[Unit, str] = {}
    for one in found:
        count = _older_than(one, older, exact=exact)
        if one.unit is not None and count != 0:
            rows[one.unit][_key(one)] = count
            names[one.unit] = one.name_en if get_language() == "en" else one.name_vi
    return rows, names


def _older_than(one: CauseFigures, days: int, *, exact: bool) -> int | None:
    """Count what waits longer than some days (an edge of age, or 0); None where the number is hidden."""
    if days == 0 or one.ages is None:
        return one.count
    count = sum(one.ages[AGE_EDGES.index(days) + 1 :])
    rest = (one.count or 0) - count
    return None if not exact and (count in SMALL or rest in SMALL) else count


def _line(  # noqa: PLR0913 -- a row of the heat table: whose, where, which unit, its counts
    request: DeskRequest, place: Place, unit: Unit, name: str, counts: Counts, columns: Sequence[Cause]
) -> Line:
    is_office = unit.level is Level.OFFICE
    within = Place(unit, name, [], [], place.as_of, place.is_late)
    points = [
        _point(counts, cause, records_url(request, within, *cause) if is_office and cause in counts else "")
        for cause in columns
    ]
    return Line(name, [*points, _sum_point(counts.values())], url=_url(request, place, unit))


def _url(request: DeskRequest, place: Place, unit: Unit) -> str:
    if not opens(request.actor, unit) or (unit.level is Level.CLASS and place.unit.level is not Level.COUNTRY):
        return ""
    return address("causes", unit) if unit.code or place.unit.level is Level.COUNTRY else ""


def _point(counts: Counts, cause: Cause, url: str) -> Point:
    count = counts.get(cause, 0)
    return Point(None, HIDDEN, url) if count is None else Point(count, number(count), url)


def _total(rows: Mapping[Unit, Counts], columns: Sequence[Cause]) -> Line:
    sums = [_sum_point([counts.get(cause, 0) for counts in rows.values()]) for cause in columns]
    everything = _sum_point([count for counts in rows.values() for count in counts.values()])
    return Line(gettext("All units"), [*sums, everything], is_total=True)


def _sum(counts: Iterable[int | None]) -> int:
    return sum(count or 0 for count in counts)


def _sum_point(counts: Iterable[int | None]) -> Point:
    """Add what is known; where something is hidden the sum says so."""
    listed = list(counts)
    known = _sum(listed)
    if None not in listed:
        return Point(known, number(known))
    return Point(known, f"≥{number(known)}") if known else Point(None, HIDDEN)
