"""Which unit a page of figures shows: read from the address, checked against the reach, named, with the way there.

What the address says wrongly is passed over; a unit that is out of reach is refused like one that does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.templatetags.desk import HANOI
from vaxpass.desks.oversight.figure_words import SCHEME_WORDS
from vaxpass.offices import units
from vaxpass.offices.scope import Refused
from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight import figures
from vaxpass.oversight.above import units_above
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.reach import sees_small_numbers

_LONGEST_CODE: Final = 12
_PARTS: Final[Mapping[Scheme, Mapping[Level, tuple[Level, ...]]]] = {
    Scheme.OLD: {
        Level.COUNTRY: (Level.PROVINCE, Level.DISTRICT, Level.CLASS),
        Level.PROVINCE: (Level.OFFICE, Level.DISTRICT, Level.COMMUNE, Level.CLASS),
        Level.DISTRICT: (Level.OFFICE, Level.COMMUNE, Level.CLASS),
        Level.COMMUNE: (Level.OFFICE, Level.CLASS),
        Level.CLASS: (Level.PROVINCE,),
    },
    Scheme.NEW: {
        Level.COUNTRY: (Level.PROVINCE, Level.CLASS),
        Level.PROVINCE: (Level.OFFICE, Level.COMMUNE, Level.CLASS),
        Level.COMMUNE: (Level.OFFICE, Level.CLASS),
        Level.CLASS: (Level.PROVINCE,),
    },
}
"""By which parts a unit can be read, the usual one first. Thirteen thousand facilities in one list help nobody:
`late_offices` shows the country's latest."""


PAGES: Final[Mapping[str, Words]] = {
    "home": _("Overview"),
    "late": _("Who is late"),
    "units": _("Compare the units"),
    "causes": _("Causes of the backlog"),
    "days": _("Day by day"),
    "times": _("How long it takes"),
}
"""The pages of figures: each shows any unit."""
_OF_PARTS: Final = {"late", "units"}


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere; `current` marks where one is."""

    word: Words
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The unit of a page: what it is called, the way down to it, and the same page in the other list of units."""

    unit: Unit
    name: str
    trail: list[Link]
    schemes: list[Link]
    as_of: datetime | None
    is_late: bool
    pages: list[Link] = field(default_factory=list)
    """The pages of figures of this unit."""

    one_table: bool = False
    """The reader may not see records: of two tables of parts one would tell what the other hides."""

    @property
    def parts(self) -> tuple[Level, ...]:
        """Say by which parts the unit can be read, the usual one first; a single office has none."""
        found = _PARTS[self.unit.scheme].get(self.unit.level, ())
        return found[:1] if self.one_table else found


def address(page: str, unit: Unit, **query: str) -> str:
    """Give the address of a page of figures (its name among the oversight pages) for a unit."""
    chosen = {"units": unit.scheme.value, "level": unit.level.value, "code": unit.code, **query}
    return f"{reverse(f'oversight:{page}')}?{urlencode(chosen)}"


def read_place(request: DeskRequest, page: str) -> Place:
    """Read which unit a page shows, the officer's own where the address names none. Refuses OFFICE_UNKNOWN."""
    scheme = read_scheme(request)
    unit = _read_unit(request, scheme)
    figures.check_reach(request.actor, unit)
    as_of = figures.as_of(now=request.now)
    trail = _trail(request, unit, page)
    return Place(
        unit=unit,
        name=str(trail[-1].word),
        trail=trail,
        schemes=[Link(SCHEME_WORDS[one], _turned(request, unit, one, page), one is scheme) for one in Scheme],
        as_of=as_of.at if as_of else None,
        is_late=as_of is not None and as_of.is_late,
        pages=[
            Link(words, address(one, unit), one == page)
            for one, words in PAGES.items()
            if one not in _OF_PARTS or unit.level is not Level.OFFICE
        ],
        one_table=not sees_small_numbers(request.actor),
    )


def read_scheme(request: DeskRequest) -> Scheme:
    """Read which list of units the page follows; without a word in the address the one that holds today."""
    asked = request.GET.get("units", "")
    today = request.now.astimezone(HANOI).date()
    return Scheme(asked) if asked in set(Scheme) else units.scheme_on(today)


def read_part(request: DeskRequest, place: Place) -> Level:
    """Read by which parts the unit is shown."""
    asked = request.GET.get("by", "")
    return next((level for level in place.parts if level.value == asked), place.parts[0])


def _read_unit(request: DeskRequest, scheme: Scheme) -> Unit:
    level, code = request.GET.get("level", ""), request.GET.get("code", "")
    home = figures.home_unit(request.actor, scheme)
    if level not in set(Level) or (level == Level.COUNTRY and code):
        return home
    if level == Level.DISTRICT and scheme is Scheme.NEW:
        return home
    if code and not (code.isascii() and code.isalnum() and len(code) <= _LONGEST_CODE):
        raise Refused("OFFICE_UNKNOWN")
    return Unit(Level(level), code, scheme)


def _trail(request: DeskRequest, unit: Unit, page: str) -> list[Link]:
    """Give the units from the officer's own down to this one; the last is this one."""
    home = figures.home_unit(request.actor, unit.scheme)
    above = [] if unit == home else units_above(unit)
    reached = above[: above.index(home) + 1] if home in above else []
    language = get_language() or "vi"
    return [
        Link(units.unit_name(one.level, one.code, one.scheme).name(language), address(page, one), one == unit)
        for one in [*reversed(reached), unit]
    ]


def _turned(request: DeskRequest, unit: Unit, scheme: Scheme, page: str) -> str:
    """Give the same page in a list of units; a unit that the other list does not have leads to the officer's own."""
    if scheme is unit.scheme:
        return address(page, unit)
    match unit.level:
        case Level.COUNTRY | Level.CLASS | Level.OFFICE:
            return address(page, Unit(unit.level, unit.code, scheme))
        case Level.PROVINCE | Level.COMMUNE:
            code = _other_code(unit)
            if code:
                return address(page, Unit(unit.level, code, scheme))
    return address(page, figures.home_unit(request.actor, scheme))


def _other_code(unit: Unit) -> str:
    if unit.scheme is Scheme.OLD:
        return units.successor(unit.code, unit.level)
    before = units.predecessors(unit.code, unit.level)
    return before[0] if len(before) == 1 else ""
