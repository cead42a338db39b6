"""Units side by side: sorted by any column, worst first; filtered by what waits; the parts add up to the last line."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks.oversight.columns import SETS, CompareRow, sheet_columns, table_of
from vaxpass.desks.oversight.exports import sheet_response, sheet_url, wants_sheet
from vaxpass.desks.oversight.figure_words import BY_WORDS
from vaxpass.desks.oversight.place import Link, Place, address, read_part, read_place
from vaxpass.offices.roles import Permission
from vaxpass.offices.units import Level
from vaxpass.oversight import figures
from vaxpass.oversight.above import codes_of_class
from vaxpass.oversight.lateness import Lateness, late_parts, together
from vaxpass.oversight.measures import Figures, UnitFigures
from vaxpass.oversight.reach import opens

_NEVER: Final = Lateness("", 0, 0, None, None)


@needs(Permission.PROGRESS_SEE)
@require_GET
def units(request: DeskRequest) -> HttpResponseBase:
    """Show the parts of a unit side by side. Refuses OFFICE_UNKNOWN. A single facility has no parts."""
    chosen = request.GET.get("columns", "")
    chosen = chosen if chosen in SETS else "late"
    with figures.reading():
        place = read_place(request, "units")
        if not place.parts:
            return redirect(address("home", place.unit))
        by = read_part(request, place)
        late = late_parts(request.actor, place.unit, by, now=request.now)
        rows = _rows(request, place, by, late)
        total = _total(request, place, together(late.values()))
    if wants_sheet(request):
        return _sheet(request, place, by, [*sorted(rows, key=lambda row: row.name), total])
    table = table_of(chosen, by).show(request, rows, total=total)
    context = {
        "place": place,
        "table": table,
        "bys": [Link(BY_WORDS[one], _here(place, one, chosen), one is by) for one in place.parts],
        "sets": [Link(words, _here(place, by, name), name == chosen) for name, words in SETS.items()],
        "sheet_url": sheet_url(request),
    }
    return render(request, "oversight/units.html", context)


def _here(place: Place, by: Level, columns: str) -> str:
    return address("units", place.unit, by=by.value, columns=columns)


def _rows(request: DeskRequest, place: Place, by: Level, late: Mapping[str, Lateness]) -> list[CompareRow]:
    found = figures.parts(request.actor, place.unit, by)
    if by is Level.OFFICE and "class" in request.GET:
        of_class = codes_of_class(request.GET["class"])
        found = [part for part in found if part.unit.code in of_class]
    return [_row(request, place, part, late.get(part.unit.code, _NEVER)) for part in found]


def _row(request: DeskRequest, place: Place, part: UnitFigures, late: Lateness) -> CompareRow:
    return _shown(
        request, part.name(get_language() or "vi"), part.unit.code, _url(request, place, part), (part.figures, late)
    )


def _total(request: DeskRequest, place: Place, late: Lateness) -> CompareRow:
    counts = figures.totals(request.actor, place.unit)
    return _shown(request, gettext("Total: %(unit)s") % {"unit": place.name}, "", "", (counts, late))


def _shown(request: DeskRequest, name: str, code: str, url: str, counted: tuple[Figures, Lateness]) -> CompareRow:
    return CompareRow(name=name, code=code, url=url, figures=counted[0], late=counted[1], now=request.now)


def _url(request: DeskRequest, place: Place, part: UnitFigures) -> str:
    """Give where a part leads; what lies with no part of a narrower unit cannot be named alone."""
    by, code = part.unit.level, part.unit.code
    if by is Level.CLASS and place.unit.level is not Level.COUNTRY:
        return address("units", place.unit, by=Level.OFFICE.value, **{"class": code})
    if not code and place.unit.level is not Level.COUNTRY:
        return ""
    return address("home", part.unit) if opens(request.actor, part.unit) else ""


def _sheet(request: DeskRequest, place: Place, by: Level, rows: Sequence[CompareRow]) -> HttpResponse:
    columns = sheet_columns()
    return sheet_response(
        gettext("Figures of units: %(by)s") % {"by": str(BY_WORDS[by]).lower()},
        place.as_of,
        [gettext("Unit"), gettext("Code"), *(label for label, _ in columns)],
        [[row.name, row.code, *(read(row) for _, read in columns)] for row in rows],
        unit=place.name,
        now=request.now,
        totals=1,
    )
