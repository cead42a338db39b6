"""What waits in a unit: each cause with how many, since when, whose turn it is, and by right the list of records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.ages import age_words
from vaxpass.desks._shared.causes import cause_words
from vaxpass.desks._shared.chips import chip_html
from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.tables import Column, Page, Table
from vaxpass.desks.oversight.cells import HIDDEN, text_of
from vaxpass.desks.oversight.figure_words import turn_words
from vaxpass.desks.oversight.next_steps import records_url
from vaxpass.desks.oversight.place import Place
from vaxpass.oversight.measures import CauseFigures
from vaxpass.records.states import State


@dataclass(frozen=True, slots=True)
class WaitRow:
    """A cause as the table shows it."""

    state: State
    cause: str
    url: str
    count: int
    shown: str
    oldest: datetime
    age: str


WAITS: Table[WaitRow] = Table(
    "waits",
    _("What waits, and whose turn it is"),
    (
        Column("cause", _("Why it waits"), lambda row: row.cause, sort=("cause",), link=lambda row: row.url),
        Column("state", _("State"), lambda row: chip_html(row.state), sort=("state",)),
        Column("turn", _("Whose turn"), lambda row: turn_words(row.state)),
        Column("count", _("Doses"), lambda row: row.shown, sort=("count",), numeric=True),
        Column("oldest", _("The oldest waits since"), lambda row: row.age, sort=("oldest",), numeric=True),
    ),
    default_sort="-count",
    empty=_("Nothing waits."),
    tie="cause",
)


def waits(request: DeskRequest, place: Place, found: Sequence[CauseFigures]) -> Page:
    """Give the table of a unit's causes, most first; a cause leads to its records where the officer may see them."""
    rows = [
        WaitRow(
            state=one.state,
            cause=cause_words(one.state, one.reason),
            url=records_url(request, place, one.state, one.reason),
            count=one.count or 0,
            shown=HIDDEN if one.count is None else text_of(one.count),
            oldest=one.oldest,
            age=age_words(request.now - one.oldest),
        )
        for one in found
    ]
    return WAITS.show(request, rows)
