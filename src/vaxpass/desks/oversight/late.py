"""Who is late: the offices that are behind, the latest first, with what waits there and whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.ages import age_words
from vaxpass.desks._shared.chips import TURN_WORDS
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.tables import Column, Table
from vaxpass.desks.oversight.cells import HIDDEN, sorted_by, text_of
from vaxpass.desks.oversight.exports import sheet_url, table_sheet, wants_sheet
from vaxpass.desks.oversight.place import Place, address, read_place
from vaxpass.offices.roles import Permission
from vaxpass.offices.units import Level, unit_names
from vaxpass.oversight import figures
from vaxpass.oversight.lateness import LateOffice, late_offices
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.reach import sees_small_numbers
from vaxpass.oversight.rules import MEND_WITHIN, SIGN_WITHIN
from vaxpass.oversight.suppression import SMALL
from vaxpass.records.states import Turn

_LISTED: Final = 500
"""More late units than this are provinces to compare, not a list to telephone."""
_ANSWERS: Final = _("The office in charge answers")


@dataclass(frozen=True, slots=True)
class LateRow:
    """A late office as the table shows it; the plain numbers are what the table sorts by."""

    code: str
    name: str
    province: str
    url: str
    turns: str
    late: str
    late_seconds: float
    to_sign: int
    to_mend: int
    overdue: int
    exact: bool

    def shown(self, count: int) -> str:
        """Write a count; small ones are kept from whoever may not see the records."""
        return text_of(count) if self.exact or count not in SMALL else HIDDEN


LATEST: Table[LateRow] = Table(
    "late",
    _("The latest units"),
    (
        Column("name", _("Unit"), lambda row: row.name, sort=("name",), link=lambda row: row.url),
        Column("late", _("Late by"), lambda row: row.late, sort=("late_seconds",), numeric=True),
        Column("to_sign", _("To be signed"), lambda r: r.shown(r.to_sign), sort=("to_sign",), numeric=True),
        Column("to_mend", _("To be mended"), lambda r: r.shown(r.to_mend), sort=("to_mend",), numeric=True),
        Column("overdue", _("Reports overdue"), lambda r: r.shown(r.overdue), sort=("overdue",), numeric=True),
        Column("turn", _("Whose turn"), lambda row: row.turns),
    ),
    default_sort="-late",
    empty=_("Nobody is late."),
    tie="code",
)
_PROVINCE: Final[Column[LateRow]] = Column("province", _("Province"), lambda row: row.province, sort=("province",))


def late_table(place: Place) -> Table[LateRow]:
    """Give the table of late units: where they are of more than one province, with the province."""
    if place.unit.level not in {Level.COUNTRY, Level.CLASS}:
        return LATEST
    return replace(LATEST, columns=(LATEST.columns[0], _PROVINCE, *LATEST.columns[1:]))


@needs(Permission.PROGRESS_SEE)
@require_GET
def late(request: DeskRequest) -> HttpResponse:
    """List the late offices of a unit. Refuses OFFICE_UNKNOWN."""
    with figures.reading():
        place = read_place(request, "late")
        found = late_offices(request.actor, place.unit, now=request.now, limit=_LISTED)
    rows = late_rows(request, place, found)
    if wants_sheet(request):
        return table_sheet(request, late_table(place), rows, now=request.now, as_of=place.as_of, unit=place.name)
    context = {
        "place": place,
        "table": late_table(place).show(request, rows),
        "cut": len(found) == _LISTED,
        "limit": _LISTED,
        "sheet_url": sheet_url(request),
    }
    return render(request, "oversight/late.html", context)


def late_rows(request: DeskRequest, place: Place, found: Sequence[LateOffice]) -> list[LateRow]:
    """Give late offices as rows; each leads to the office's own page."""
    language, exact = get_language() or "vi", sees_small_numbers(request.actor)
    provinces = unit_names(Level.PROVINCE, {one.province_code for one in found}, place.unit.scheme)
    return [
        LateRow(
            code=one.code,
            name=one.name(language),
            province=provinces[one.province_code].name(language),
            url=address("home", Unit(Level.OFFICE, one.code, place.unit.scheme)) if exact else "",
            turns=_turns(one, request.now),
            late=age_words(request.now - one.late_since) if one.late_since else gettext("reports"),
            late_seconds=(request.now - one.late_since).total_seconds() if one.late_since else 0.0,
            to_sign=sorted_by(one.to_sign, exact=exact),
            to_mend=sorted_by(one.to_mend, exact=exact),
            overdue=sorted_by(one.reports_overdue, exact=exact),
            exact=exact,
        )
        for one in found
    ]


def _turns(one: LateOffice, now: datetime) -> str:
    signs = one.sign_since is not None and now - one.sign_since > SIGN_WITHIN
    mends = one.mend_since is not None and now - one.mend_since > MEND_WITHIN
    turns = (
        (signs, TURN_WORDS[Turn.FACILITY_SIGNER]),
        (mends, TURN_WORDS[Turn.FACILITY]),
        (one.reports_overdue > 0, _ANSWERS),
    )
    return "; ".join(str(words) for applies, words in turns if applies)
