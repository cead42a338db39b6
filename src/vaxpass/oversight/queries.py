"""Reading the progress of single facilities within the reader's scope: what the province's pages show.

Everything comes from the last tally, so that no page counts records; a facility that no tally has met yet has nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vaxpass.identity.queries import LineFacts, get_line
from vaxpass.offices.queries import OfficeFacts, facilities_in_scope, facility_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.oversight import rules
from vaxpass.oversight.models import OfficeCause, OfficeFigures
from vaxpass.oversight.rules import Progress
from vaxpass.records.states import State


@dataclass(frozen=True, slots=True)
class FacilityProgress:
    """A facility and how far its doses are; the plain numbers are what tables sort by."""

    facility: OfficeFacts
    progress: Progress
    behind: bool
    code: str
    entered: int
    to_mend: int
    unanswered: int
    to_sign: int
    signed: int
    certified: int
    signed_percent: int
    oldest_age: float
    """Seconds since the oldest dose waits for the facility; 0 where none does."""

    @property
    def oldest(self) -> datetime | None:
        """Give since when the oldest dose waits for the facility."""
        return self.progress.since(*rules.TO_MEND, *rules.TO_SIGN)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many doses wait in a state, since when the oldest, and how many by age (the buckets of rules.AGE_EDGES)."""

    state: State
    count: int
    ages: tuple[int, ...]
    oldest: datetime


def facility_progress(actor: Actor, *, now: datetime) -> list[FacilityProgress]:
    """Give the progress of each facility in reach, by code. Refuses RIGHT_MISSING."""
    check_may(actor, Permission.PROGRESS_SEE)
    facilities = facility_names(set(facilities_in_scope(actor).values_list("pk", flat=True)))
    counted = _counted(list(facilities))
    return [_progress(one, counted[one.id], now=now) for one in sorted(facilities.values(), key=lambda one: one.code)]


def progress_of(actor: Actor, facility_id: int, *, now: datetime) -> FacilityProgress:
    """Give the progress of one facility. Refuses RIGHT_MISSING, OFFICE_UNKNOWN (absent and out of reach alike)."""
    _check_facility(actor, facility_id)
    return _progress(facility_names({facility_id})[facility_id], _counted([facility_id])[facility_id], now=now)


def backlog(actor: Actor, facility_id: int) -> list[Waiting]:
    """Give how long a facility's doses wait, by state. Refuses as progress_of."""
    _check_facility(actor, facility_id)
    rows = OfficeCause.objects.filter(office_id=facility_id, state__in=[int(state) for state in rules.WAITING])
    by_state: dict[int, list[OfficeCause]] = {}
    for row in rows.order_by("state"):
        by_state.setdefault(row.state, []).append(row)
    return [
        Waiting(
            State(state),
            sum(one.count for one in some),
            tuple(map(sum, zip(*(one.ages for one in some), strict=True))),
            min(one.oldest for one in some),
        )
        for state, some in by_state.items()
    ]


def line(actor: Actor) -> LineFacts:
    """Give how the line to the population database is."""
    check_may(actor, Permission.PROGRESS_SEE)
    return get_line()


def _check_facility(actor: Actor, facility_id: int) -> None:
    check_may(actor, Permission.PROGRESS_SEE)
    if not facilities_in_scope(actor).filter(pk=facility_id).exists():
        raise Refused("OFFICE_UNKNOWN")


def _counted(facility_ids: Sequence[int]) -> dict[int, Progress]:
    """Read the last tally: what waits stands by cause, what does not wait in the figures."""
    counted = {office_id: Progress({}, {}) for office_id in facility_ids}
    for row in OfficeCause.objects.filter(office_id__in=facility_ids):
        progress, state = counted[row.office_id], State(row.state)
        progress.counts[state] = progress.counts.get(state, 0) + row.count
        progress.oldest[state] = min(row.oldest, progress.oldest.get(state, row.oldest))
    for figures in OfficeFigures.objects.filter(office_id__in=facility_ids):
        ended = {State.CERTIFIED: figures.certified, State.REFUSED: figures.refused}
        counted[figures.office_id].counts.update({state: count for state, count in ended.items() if count})
    return counted


def _progress(facility: OfficeFacts, progress: Progress, *, now: datetime) -> FacilityProgress:
    waiting_since = progress.since(*rules.TO_MEND, *rules.TO_SIGN)
    return FacilityProgress(
        facility=facility,
        progress=progress,
        behind=rules.is_behind(progress, now=now),
        code=facility.code,
        entered=progress.entered,
        to_mend=progress.count(*rules.TO_MEND),
        unanswered=progress.count(State.UNANSWERED, State.RECEIVED),
        to_sign=progress.count(*rules.TO_SIGN),
        signed=progress.count(*rules.DONE),
        certified=progress.count(State.CERTIFIED),
        signed_percent=progress.signed_percent,
        oldest_age=(now - waiting_since).total_seconds() if waiting_since else 0.0,
    )
