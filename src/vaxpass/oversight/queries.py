"""Reading progress and backlog within the reader's scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from vaxpass.identity.queries import LineFacts, get_line, outcomes_per_day
from vaxpass.offices.queries import OfficeFacts, facilities_in_scope, facility_names, offices_in_reach
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.oversight import rules
from vaxpass.oversight.rules import Progress
from vaxpass.records import summaries
from vaxpass.records.states import State
from vaxpass.records.summaries import Wait


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


def facility_progress(actor: Actor, *, now: datetime) -> list[FacilityProgress]:
    """Give the progress of each facility in reach, by code. Refuses RIGHT_MISSING."""
    ids = _reach(actor)
    counts = summaries.count_states(_narrowed(actor, ids))
    oldest = summaries.oldest_by_facility(_narrowed(actor, ids), rules.WAITING)
    facilities = sorted(facility_names(ids).values(), key=lambda facility: facility.code)
    return [_progress(one, Progress(counts.get(one.id, {}), oldest.get(one.id, {})), now=now) for one in facilities]


def progress_of(actor: Actor, facility_id: int, *, now: datetime) -> FacilityProgress:
    """Give the progress of one facility. Refuses RIGHT_MISSING, OFFICE_UNKNOWN (absent and out of reach alike)."""
    check_may(actor, Permission.PROGRESS_SEE)
    if not facilities_in_scope(actor).filter(pk=facility_id).exists():
        raise Refused("OFFICE_UNKNOWN")
    counts = summaries.count_states([facility_id]).get(facility_id, {})
    oldest = summaries.oldest_by_facility([facility_id], rules.WAITING).get(facility_id, {})
    return _progress(facility_names({facility_id})[facility_id], Progress(counts, oldest), now=now)


def backlog(actor: Actor, *, now: datetime, facility_id: int | None = None) -> list[Wait]:
    """Give how long doses wait, by state, over all facilities in reach or one of them."""
    reach = _reach(actor)
    if facility_id is not None and facility_id not in reach:
        raise Refused("OFFICE_UNKNOWN")
    return summaries.waits(_narrowed(actor, reach) if facility_id is None else [facility_id], rules.WAITING, now=now)


def identity_outcomes(actor: Actor, *, since: datetime) -> list[tuple[date, Mapping[str, int]]]:
    """Count the population database's answers by day and outcome, for the offices in reach, newest day first."""
    check_may(actor, Permission.PROGRESS_SEE)
    days: dict[date, dict[str, int]] = {}
    for day, outcome, number in outcomes_per_day(since, offices_in_reach(actor)):
        days.setdefault(day, {})[outcome] = number
    return sorted(days.items(), reverse=True)


def line(actor: Actor) -> LineFacts:
    """Give how the line to the population database is."""
    check_may(actor, Permission.PROGRESS_SEE)
    return get_line()


def _reach(actor: Actor) -> set[int]:
    check_may(actor, Permission.PROGRESS_SEE)
    return set(facilities_in_scope(actor).values_list("pk", flat=True))


def _narrowed(actor: Actor, ids: set[int]) -> set[int] | None:
    """Name the facilities only where they are not all: one scan is quicker than a thousand look-ups."""
    return None if actor.office_kind == "ministry" else ids


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
