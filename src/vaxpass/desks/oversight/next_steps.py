"""What presses in a unit: how many, whose turn it is, since when, and the page where this officer can do something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from vaxpass.desks._shared.chips import TURN_WORDS
from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.desks.oversight.cells import NOT_COMPARED, TO_MEND, text_of, told
from vaxpass.desks.oversight.place import Place, address
from vaxpass.offices.roles import Permission
from vaxpass.offices.units import Level
from vaxpass.oversight import figures
from vaxpass.oversight.lateness import Lateness
from vaxpass.oversight.measures import CauseFigures, Figures, Measure
from vaxpass.oversight.rules import MEND_WITHIN, SIGN_WITHIN
from vaxpass.records.states import State, Turn

_REPORT_LISTS = {
    "facility": "facility:reports",
    "commune": "facility:reports",
    "district": "province:reports",
    "province": "province:reports",
    "ministry": "ministry:reports",
}
_SIGN_TURN = TURN_WORDS[Turn.FACILITY_SIGNER]


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that waits. `is_late`: longer than it should; `count` 0 where nothing waits, else its text is shown."""

    count: int | str
    sentence: str
    turn: str
    url: str
    action: str
    since: datetime | None = None
    is_late: bool = False

    @property
    def text(self) -> str:
        """Give the count as people read it."""
        return text_of(self.count)


def cards(
    request: DeskRequest, place: Place, counts: Figures, late: Lateness, causes: Sequence[CauseFigures]
) -> list[Card]:
    """Give what waits in a unit: what is late first, what does not wait at all last."""
    found = [
        *_behind(place, late),
        _overdue(request, place, counts),
        _to_sign(request, place, counts, late, causes),
        _to_mend(request, place, counts, late),
        _for_the_ministry(request, place, counts, causes),
        _not_compared(request, place, counts, causes),
        *_not_entered(place, counts),
    ]
    return sorted(found, key=lambda card: (not card.is_late, card.count == 0))


def records_url(request: DeskRequest, place: Place, state: State, reason: str = "") -> str:
    """Give the list of records that wait so, where the officer may open it and it can be narrowed to the unit."""
    is_office = place.unit.level is Level.OFFICE
    if not request.actor.may(Permission.RECORD_SEE):
        return ""
    if not is_office and place.unit != figures.home_unit(request.actor, place.unit.scheme):
        return ""
    query = {"state": str(int(state))}
    if reason:
        query["reason"] = reason
    if is_office:
        query["office"] = place.unit.code
    return f"{reverse('facility:records')}?{urlencode(query)}"


def reports_url(request: DeskRequest, place: Place, status: str) -> str:
    """Give the list of reports of a status, of one office where the unit is one; "" without the right."""
    page = _REPORT_LISTS.get(request.actor.office_kind, "")
    if not page or not request.actor.may(Permission.REPORT_SEE):
        return ""
    query = {"status": status, **({"office": place.unit.code} if place.unit.level is Level.OFFICE else {})}
    return f"{reverse(page)}?{urlencode(query)}"


def _behind(place: Place, late: Lateness) -> list[Card]:
    if place.unit.level is Level.OFFICE:
        return []
    sentence = gettext("of %(all)s units that have work are behind") % {"all": number(late.offices)}
    return [
        Card(
            count=late.behind,
            sentence=sentence,
            turn=gettext("Direct them: a dose is signed within a day, mended within a week"),
            url=address("late", place.unit),
            action=gettext("See who is late"),
            is_late=late.behind > 0,
        )
    ]


def _overdue(request: DeskRequest, place: Place, counts: Figures) -> Card:
    count = told(counts, Measure.REPORTS_OVERDUE)
    url = reports_url(request, place, "overdue")
    answers = request.actor.may(Permission.REPORT_ANSWER)
    return Card(
        count=count,
        sentence=gettext("citizens' reports are overdue"),
        turn=gettext("The office in charge answers, within 48 working hours"),
        url=url or _compared(place, "-reports_overdue"),
        action=gettext("Answer them") if url and answers else gettext("See them"),
        is_late=count != 0,
    )


def _to_sign(
    request: DeskRequest, place: Place, counts: Figures, late: Lateness, causes: Sequence[CauseFigures]
) -> Card:
    listed = _list_of(request, place, causes, State.VERIFIED, State.EXEMPT)
    return Card(
        count=told(counts, Measure.TO_SIGN),
        sentence=gettext("doses wait for a facility's signature"),
        turn=str(_SIGN_TURN),
        url=_compared(place, "-to_sign") if place.parts else listed,
        action=gettext("See where") if place.parts else gettext("See them"),
        since=late.sign_since,
        is_late=_is_over(late.sign_since, SIGN_WITHIN, request.now),
    )


def _to_mend(request: DeskRequest, place: Place, counts: Figures, late: Lateness) -> Card:
    return Card(
        count=told(counts, *TO_MEND),
        sentence=gettext("doses wait to be mended"),
        turn=str(TURN_WORDS[Turn.FACILITY]),
        url=address("causes", place.unit),
        action=gettext("See the causes"),
        since=late.mend_since,
        is_late=_is_over(late.mend_since, MEND_WITHIN, request.now),
    )


def _for_the_ministry(request: DeskRequest, place: Place, counts: Figures, causes: Sequence[CauseFigures]) -> Card:
    prepares = request.actor.may(Permission.RUN_PREPARE)
    return Card(
        count=told(counts, Measure.ATTESTED),
        sentence=gettext("doses wait for the ministry's signature"),
        turn=str(TURN_WORDS[Turn.MINISTRY]),
        url=reverse("ministry:eligibility") if prepares else records_url(request, place, State.ATTESTED),
        action=gettext("Prepare a run") if prepares else gettext("See them"),
        since=_oldest(causes, State.ATTESTED),
    )


def _not_compared(request: DeskRequest, place: Place, counts: Figures, causes: Sequence[CauseFigures]) -> Card:
    return Card(
        count=told(counts, *NOT_COMPARED),
        sentence=gettext("doses not compared with the population database yet"),
        turn=str(TURN_WORDS[Turn.SYSTEM]),
        url=_list_of(request, place, causes, State.UNANSWERED, State.RECEIVED),
        action=gettext("See them"),
        since=_oldest(causes, State.RECEIVED, State.UNANSWERED),
    )


def _not_entered(place: Place, counts: Figures) -> list[Card]:
    given, entered = told(counts, Measure.GIVEN), told(counts, Measure.DOSES)
    if isinstance(given, str) or isinstance(entered, str) or given <= entered:
        return []
    return [
        Card(
            count=given - entered,
            sentence=gettext("doses were given but are not entered"),
            turn=gettext("Facilities enter them"),
            url=address("days", place.unit),
            action=gettext("See the days"),
        )
    ]


def _compared(place: Place, sort: str) -> str:
    return address("units", place.unit, sort=sort) if place.parts else ""


def _list_of(request: DeskRequest, place: Place, causes: Sequence[CauseFigures], *states: State) -> str:
    """Give the list with as many records as the card says; the causes, each with its own, where several states wait."""
    waiting = [state for state in states if any(one.state is state for one in causes)]
    return address("causes", place.unit) if len(waiting) > 1 else records_url(request, place, (*waiting, *states)[0])


def _oldest(causes: Sequence[CauseFigures], *states: State) -> datetime | None:
    return min((one.oldest for one in causes if one.state in states), default=None)


def _is_over(since: datetime | None, limit: timedelta, now: datetime) -> bool:
    return since is not None and now - since > limit
