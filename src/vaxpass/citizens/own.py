"""The narrow door to a citizen's own records: what a proven citizen may read, and of nobody else.

No officer is involved and no look is written: the visit itself is a row (citizens.Visit). Every function takes the
`Citizen` and reads only the people whom that citizen showed to be; ids from a form are compared with them here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from vaxpass.citizens.rules import Citizen
from vaxpass.corrections import queries as corrections
from vaxpass.ministry_signing.queries import counted_versions
from vaxpass.ministry_signing.rules import COUNTED, NotReady, Series, judge
from vaxpass.offices.scope import Refused
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.queries import find_passport, passports_of
from vaxpass.passports.rules import Shown, shown_status
from vaxpass.records import queries as records
from vaxpass.records import series
from vaxpass.records.facts import IdentityFacts, SeriesDose, VersionFacts
from vaxpass.records.states import State
from vaxpass.reports import queries as reports

LATER_DOSE_WAITS: Final = "LATER_DOSE_WAITS"
"""Beside the ministry's reasons (NotReady): the series is short of a dose that is recorded and not signed yet."""


@dataclass(frozen=True, slots=True)
class Steps:
    """When a dose version did its steps (aware, UTC); None for a step that is still to come."""

    entered: datetime
    checked: datetime | None = None
    signed: datetime | None = None
    certified: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnDose:
    """One dose as its newest version says. `mended`: how many versions came before it."""

    version: VersionFacts
    steps: Steps
    mended: int


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """One human of a visit: the citizen, or a child.

    `identity`: as the newest version declares it; `doses` in order of day, ended ones included; `passports` newest
    first; `not_ready`: why the ministry issues no passport for the signed doses yet (NotReady, LATER_DOSE_WAITS).
    """

    person_id: int
    identity: IdentityFacts
    doses: tuple[OwnDose, ...]
    passports: tuple[PassportFacts, ...] = ()
    not_ready: frozenset[str] = field(default_factory=frozenset)
    is_reported: bool = False


@dataclass(frozen=True, slots=True)
class OwnHolder:
    """One human of a visit with the name as the newest version declares it, and the passports, newest first."""

    person_id: int
    full_name: str
    passports: tuple[PassportFacts, ...]


@dataclass(frozen=True, slots=True)
class OwnLook:
    """One look of an officer at one of the citizen's people: when, from which office, on which page."""

    at: datetime
    person_id: int
    office_id: int
    purpose: str


def own_records(citizen: Citizen) -> list[OwnRecord]:
    """Give the records of the people of a visit, each human once.

    A corrected identity is another row of people, so two rows may be one human: a row that has no dose of its own any
    more belongs to the row that took its doses over.
    """
    versions = records.versions_of_people(sorted(citizen.person_ids))
    heads = _newest_versions(versions)
    owner = _owners(versions, heads)
    steps = _steps_of([version.version_id for version in heads.values()])
    waiting, reported = _waits(citizen)
    found = []
    for person_id in sorted({version.person_id for version in heads.values()}):
        doses = _doses_of(person_id, heads, steps)
        passports = _passports_of(person_id, owner)
        not_ready = waiting.get(person_id, frozenset())
        identity = max(doses, key=lambda dose: dose.version.entered_at).version.identity
        found.append(OwnRecord(person_id, identity, doses, passports, not_ready, person_id in reported))
    return found


def own_holders(citizen: Citizen) -> list[OwnHolder]:
    """Give the people of a visit, each human once, with their passports alone: half of what own_records reads."""
    versions = records.versions_of_people(sorted(citizen.person_ids))
    heads = _newest_versions(versions)
    owner = _owners(versions, heads)
    names = {head.person_id: head.identity.full_name for head in sorted(heads.values(), key=attrgetter("entered_at"))}
    return [OwnHolder(person_id, names[person_id], _passports_of(person_id, owner)) for person_id in sorted(names)]


def _passports_of(person_id: int, owner: Mapping[int, int]) -> tuple[PassportFacts, ...]:
    """The passports of a human's rows of people, newest first."""
    rows = sorted(row for row, human in owner.items() if human == person_id)
    return tuple(sorted((one for row in rows for one in passports_of(row)), key=lambda one: -one.id))


def own_passport(citizen: Citizen, passport_id: int) -> PassportFacts:
    """Give one passport of the citizen's people; refuses PASSPORT_UNKNOWN alike for what is absent and not theirs."""
    passport = find_passport(passport_id)
    if passport is None or passport.person_id not in citizen.person_ids:
        raise Refused("PASSPORT_UNKNOWN")
    return passport


def own_live_passport(citizen: Citizen, passport_id: int, now: datetime) -> PassportFacts:
    """Give one passport in force; refuses PASSPORT_UNKNOWN, and PASSPORT_NOT_LIVE for what has ended."""
    passport = own_passport(citizen, passport_id)
    if shown_status(passport.status, passport.expires_at, now) is not Shown.LIVE:
        raise Refused("PASSPORT_NOT_LIVE")
    return passport


def nationality_on(passport: PassportFacts) -> str:
    """Give the holder's nationality (ISO 3166-1 alpha-2), which the signed code does not hold."""
    (version,) = records.get_versions([passport.version_id])
    return version.identity.nationality


def doses_counted(passport: PassportFacts) -> set[int]:
    """Give the dose versions that a passport counts."""
    return counted_versions([passport.id]).get(passport.id, set())


def own_looks(citizen: Citizen, limit: int = 200) -> list[OwnLook]:
    """Give who looked at the citizen's people, newest first; an officer is an office and a purpose here, no name."""
    rows = [look for person_id in citizen.person_ids for look in records.looks_at(person_id, limit)]
    found = [OwnLook(row.at, row.person_id, row.office_id, row.purpose) for row in rows]
    return sorted(found, key=lambda look: look.at, reverse=True)[:limit]


def _newest_versions(versions: Sequence[VersionFacts]) -> dict[int, VersionFacts]:
    """The newest version of each dose, by dose."""
    heads: dict[int, VersionFacts] = {}
    for version in versions:
        if version.dose_id not in heads or heads[version.dose_id].version_no < version.version_no:
            heads[version.dose_id] = version
    return heads


def _owners(versions: Sequence[VersionFacts], heads: Mapping[int, VersionFacts]) -> dict[int, int]:
    """The human of each row of people."""
    owner = {version.person_id: version.person_id for version in heads.values()}
    for version in versions:
        owner.setdefault(version.person_id, heads[version.dose_id].person_id)
    return owner


def _doses_of(person_id: int, heads: Mapping[int, VersionFacts], steps: Mapping[int, Steps]) -> tuple[OwnDose, ...]:
    mine = sorted(
        (head for head in heads.values() if head.person_id == person_id),
        key=lambda head: (head.dose.given_on, head.version_id),
    )
    return tuple(
        OwnDose(head, steps.get(head.version_id, Steps(head.entered_at)), head.version_no - 1) for head in mine
    )


_CHECKED = frozenset({int(State.VERIFIED), int(State.EXEMPT)})


def _steps_of(version_ids: Sequence[int]) -> dict[int, Steps]:
    found: dict[int, dict[str, datetime]] = {}
    for step in records.history_of(version_ids):
        times = found.setdefault(step.version_id, {})
        times.setdefault("entered", step.at)
        if step.to_state in _CHECKED:
            times["checked"] = step.at
        elif step.to_state == State.ATTESTED:
            times["signed"] = step.at
        elif step.to_state == State.CERTIFIED:
            times["certified"] = step.at
    return {version_id: Steps(**times) for version_id, times in found.items()}


def _waits(citizen: Citizen) -> tuple[dict[int, frozenset[str]], set[int]]:
    """Why no passport is issued yet, by person; and about whom a report or a request is open."""
    people = sorted(citizen.person_ids)
    reported = corrections.people_with_open_report(people) | reports.people_with_open_report(people)
    waiting: dict[int, frozenset[str]] = {}
    for person_id, group in groupby(series.live_doses_of(people), key=attrgetter("person_id")):
        doses = list(group)
        if any(dose.state in COUNTED for dose in doses):
            verdict = judge(doses, has_open_report=person_id in reported)
            waiting[person_id] = frozenset() if isinstance(verdict, Series) else _codes(verdict, doses)
    return waiting, reported


def _codes(verdict: Collection[str], doses: Sequence[SeriesDose]) -> frozenset[str]:
    codes = {str(code) for code in verdict}
    if NotReady.SERIES_INCOMPLETE in codes and any(dose.state not in COUNTED for dose in doses):
        codes = codes - {NotReady.SERIES_INCOMPLETE} | {LATER_DOSE_WAITS}
    return frozenset(codes)
