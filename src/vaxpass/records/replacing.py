"""Replacing many versions at once, by the same rules as one (actions.replace), set by set.

In: mended doses beside the versions they follow. Out: what became of each. Conflicts are reported row by row and
leave their old versions as they were; the others are replaced, all in the caller's one transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from uuid import UUID

from django.db import transaction

from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, check_may
from vaxpass.records import queries
from vaxpass.records.access import facilities_changed_by
from vaxpass.records.actions import move_all
from vaxpass.records.facts import Origin, ReceivedDose, VersionFacts
from vaxpass.records.models import VersionState
from vaxpass.records.receiving import Predecessor, receive_replacements
from vaxpass.records.states import State, Verb, states_left_by


@dataclass(frozen=True, slots=True)
class Replaced:
    """What became of mended doses: old version id to new one, and old version id to the code of its refusal."""

    new_ids: dict[int, int]
    refused: dict[int, str]


def refusals_to_replace(
    actor: Actor, mended: Mapping[int, ReceivedDose], *, states: Collection[State]
) -> tuple[dict[int, VersionFacts], dict[int, str]]:
    """Look which versions may be replaced; give their facts, and the code for each that may not.

    Codes: RECORD_UNKNOWN (absent and out of reach alike), VERB_NOT_IN_STATE, NOTHING_CHANGED.
    """
    return _judge(mended, facilities_changed_by(actor), states, {})


def _judge(
    mended: Mapping[int, ReceivedDose],
    reach: Collection[int] | None,
    states: Collection[State],
    facilities: Mapping[int, int],
) -> tuple[dict[int, VersionFacts], dict[int, str]]:
    old = {version.version_id: version for version in queries.get_versions(list(mended))}
    refused: dict[int, str] = {}
    for version_id, dose in mended.items():
        version = old.get(version_id)
        if version is None or (reach is not None and version.facility_id not in reach):
            refused[version_id] = "RECORD_UNKNOWN"
        elif version.state not in states:
            refused[version_id] = "VERB_NOT_IN_STATE"
        elif (version.identity, version.dose) == (dose.identity, dose.dose) and version_id not in facilities:
            refused[version_id] = "NOTHING_CHANGED"
    return {version_id: old[version_id] for version_id in mended if version_id not in refused}, refused


def replace_many(
    actor: Actor,
    mended: Mapping[int, ReceivedDose],
    *,
    now: datetime,
    states: Collection[State],
    upload_id: UUID | None = None,
) -> Replaced:
    """Replace versions that stand in one of `states` by mended ones; give what became of each.

    Refuses RIGHT_MISSING as a whole; each version by the codes above and DOSE_ALREADY_RECORDED.
    """
    check_may(actor, Permission.RECORD_MEND)
    with transaction.atomic():
        _lock(mended)
        old, refused = refusals_to_replace(actor, mended, states=states)
        return _replace(actor, old, refused, mended, now=now, upload_id=upload_id)


def replace_wherever(
    actor: Actor, mended: Mapping[int, ReceivedDose], *, now: datetime, facilities: Mapping[int, int]
) -> Replaced:
    """Replace versions at whatever facility, as on_request.py allows; `facilities`: where a dose goes to another one.

    The caller has checked the right. Each version may be refused by the codes above.
    """
    with transaction.atomic():
        _lock(mended)
        old, refused = _judge(mended, None, states_left_by(Verb.REPLACE), facilities)
        return _replace(actor, old, refused, mended, now=now, facilities=facilities)


def _replace(  # noqa: PLR0913 -- what, by whom, when, where to, and what is refused already
    actor: Actor,
    old: Mapping[int, VersionFacts],
    refused: dict[int, str],
    mended: Mapping[int, ReceivedDose],
    *,
    now: datetime,
    facilities: Mapping[int, int] = MappingProxyType({}),
    upload_id: UUID | None = None,
) -> Replaced:
    def place(version: VersionFacts) -> int:
        return facilities.get(version.version_id, version.facility_id)

    new_ids: dict[int, int] = {}
    for facility_id, versions in groupby(sorted(old.values(), key=place), key=place):
        origin = Origin(facility_id, actor.officer_id, actor.office_id, now, upload_id)
        new_ids |= _replace_at(actor, list(versions), mended, origin, refused)
    return Replaced(new_ids, refused)


def _lock(version_ids: Collection[int]) -> None:
    rows = VersionState.objects.select_for_update().filter(version_id__in=list(version_ids)).order_by("version_id")
    list(rows.values_list("version_id", flat=True))


def _replace_at(
    actor: Actor,
    versions: list[VersionFacts],
    mended: Mapping[int, ReceivedDose],
    origin: Origin,
    refused: dict[int, str],
) -> dict[int, int]:
    """Try all; those that met another live dose are left out and the rest is tried again until all fit."""
    while versions:
        new_ids, conflicts = _try(actor, versions, mended, origin)
        if not conflicts:
            return new_ids
        refused.update(dict.fromkeys(conflicts, "DOSE_ALREADY_RECORDED"))
        versions = [version for version in versions if version.version_id not in conflicts]
    return {}


class _Conflict(Exception):  # noqa: N818 -- carries a result out of a savepoint that must be undone
    pass


def _try(
    actor: Actor, versions: Sequence[VersionFacts], mended: Mapping[int, ReceivedDose], origin: Origin
) -> tuple[dict[int, int], set[int]]:
    conflicts: set[int] = set()
    new_ids: dict[int, int] = {}
    ids = [version.version_id for version in versions]
    try:
        with transaction.atomic():
            move_all(ids, Verb.REPLACE, now=origin.at, officer_id=actor.officer_id, office_id=actor.office_id)
            receipt = receive_replacements([_successor(version, mended) for version in versions], origin)
            conflicts = {ids[there.position] for there in receipt.already_there}
            new_ids = {ids[position]: version_id for position, version_id in receipt.version_ids.items()}
            if conflicts:
                raise _Conflict  # noqa: TRY301 -- leaving the block by an exception is what undoes it
    except _Conflict:
        return {}, conflicts
    return new_ids, set()


def _successor(version: VersionFacts, mended: Mapping[int, ReceivedDose]) -> tuple[ReceivedDose, Predecessor]:
    place = Predecessor(version.dose_id, version.version_no + 1, version.version_id)
    return mended[version.version_id], place
