"""One step of going through the people with attested doses: read some thousand, judge each, remember nothing else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from vaxpass.corrections.queries import people_with_open_report as people_with_open_request
from vaxpass.ministry_signing.models import RunItem
from vaxpass.ministry_signing.rules import (
    BURST_FLOOR,
    COUNTED,
    OPEN_STATES,
    Brake,
    FacilityDay,
    Series,
    brakes_on,
    burst_days,
    judge,
)
from vaxpass.offices.queries import list_offices
from vaxpass.records import series
from vaxpass.records.facts import SeriesDose
from vaxpass.reports.queries import people_with_open_report


@dataclass(frozen=True, slots=True)
class Ready:
    """A person whose passport may be prepared, and the brakes on it."""

    series: Series
    brakes: tuple[Brake, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a person is not ready; `version_id`: the dose that shows it."""

    code: str
    person_id: int
    version_id: int


@dataclass(frozen=True, slots=True)
class Examined:
    """What one step found among `people`. `last_person`: where the next step begins; None: nobody is left."""

    last_person: int | None
    people: list[int]
    ready: list[Ready]
    findings: list[Finding]

    def at_most(self, room: int) -> "Examined":
        """Give the same as if the step had ended with the person who fills the room."""
        if len(self.ready) <= room:
            return self
        last = self.ready[room - 1].series.latest.person_id
        people = [person_id for person_id in self.people if person_id <= last]
        return Examined(last, people, self.ready[:room], [f for f in self.findings if f.person_id <= last])


def examine(people: Sequence[int], bursts: Collection[FacilityDay]) -> Examined:
    """Judge some people, in order of id; those who stand in an open run are passed over."""
    if not people:
        return Examined(None, [], [], [])
    free = sorted(set(people) - in_open_runs(people))
    reported = people_with_open_request(free) | people_with_open_report(free)
    ready: list[Ready] = []
    findings: list[Finding] = []
    for person_id, group in groupby(series.live_doses_of(free), key=attrgetter("person_id")):
        _judge_one(list(group), person_id in reported, bursts, ready, findings)
    return Examined(people[-1], free, ready, findings)


def _judge_one(
    doses: list[SeriesDose],
    has_open_report: bool,  # noqa: FBT001 -- one fact about one person
    bursts: Collection[FacilityDay],
    ready: list[Ready],
    findings: list[Finding],
) -> None:
    if not any(dose.state in COUNTED for dose in doses):
        return  # mended between the two reads: not a candidate any more
    verdict = judge(doses, has_open_report=has_open_report)
    if isinstance(verdict, Series):
        ready.append(Ready(verdict, brakes_on(verdict, bursts)))
    else:
        findings.extend(Finding(code, doses[-1].person_id, doses[-1].version_id) for code in verdict)


def in_open_runs(people: Sequence[int]) -> set[int]:
    """Give those of some people for whom a run has prepared something that is not decided or signed yet."""
    rows = RunItem.objects.raw(
        "SELECT i.id, i.person_id FROM ministry_signing_runitem i JOIN ministry_signing_run r ON r.id = i.run_id "
        "WHERE i.person_id = ANY (%s) AND r.state = ANY (%s)",
        [list(people), [state.value for state in OPEN_STATES]],
    )
    return {row.person_id for row in rows}


def find_bursts(facility_ids: Sequence[int] | None = None) -> set[FacilityDay]:
    """Name the days of facilities (every one, if none is named) with far more doses than usual; one pass."""
    found: set[FacilityDay] = set()
    for facility_id, days, doses in series.facilities_with_busy_days(BURST_FLOOR, facility_ids):
        found |= burst_days(facility_id, days, doses)
    return found


def facilities_of(province_code: str, facility_id: int | None) -> list[int] | None:
    """Give the facilities that a scope names; None: all of them."""
    if facility_id is not None:
        return [facility_id]
    if not province_code:
        return None
    return [office.id for office in list_offices("facility") if office.province_code == province_code]
