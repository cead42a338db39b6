"""The verb of passports: record what the key signed, end what it takes the place of; log leaves included."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from vaxpass.corrections.queries import people_with_open_report as people_with_open_request
from vaxpass.ministry_signing.actions import DropRow, close_chunk, lock_chunk
from vaxpass.ministry_signing.facts import ItemFacts, SignedChunk
from vaxpass.ministry_signing.rules import AGAIN, Drop, RunKind, why_dropped
from vaxpass.passports.ending import Ended, make_room, revoke, revoke_of_versions
from vaxpass.passports.leaves import append_leaves
from vaxpass.passports.orders import carrying
from vaxpass.passports.renewal import who_is_due
from vaxpass.passports.rules import DISEASE, LeafKind, Revocation, Status
from vaxpass.records import series
from vaxpass.records.actions import move_all
from vaxpass.records.copying import copy_rows
from vaxpass.records.facts import LiveState
from vaxpass.records.states import State, Verb
from vaxpass.reports.queries import people_with_open_report

__all__ = ["Recorded", "record_signed", "revoke_of_versions"]

_PASSPORT = {
    "id": "int8", "uvci": "varchar", "person_id": "int8", "disease": "varchar", "version_id": "int8",
    "facility_id": "int8", "dose_number": "int2", "series_size": "int2", "kid": "bytea", "algorithm": "varchar",
    "cose": "bytea", "issued_at": "timestamptz", "expires_at": "timestamptz", "recorded_at": "timestamptz",
    "status": "int2", "status_since": "timestamptz", "status_reason": "varchar",
}  # fmt: skip
Signed = tuple[ItemFacts, bytes]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one transaction recorded: the new passports, the ones they superseded, the ones that were revoked."""

    run_id: int
    kind: str
    order_id: int | None
    items: list[ItemFacts]
    superseded: list[int]
    revoked: list[Ended]


def _tell_nobody(recorded: Recorded) -> None:
    """Where nothing follows from a recording."""


def record_signed(chunk: SignedChunk, *, now: datetime, tell: Callable[[Recorded], None] = _tell_nobody) -> int | None:
    """Record a signed chunk: passports, dose states, what they supersede and revoke, log leaves; all or nothing.

    What changed since the preparing leaves the run with a code instead. None: somebody recorded the chunk already.
    `tell` is called in the same transaction: jobs that follow from it are deferred there.
    """
    with transaction.atomic():
        if not lock_chunk(chunk.chunk_id):
            return None
        live = _by_person(series.lock_live_doses([item.person_id for item in chunk.items]))
        good, drops = _recheck(chunk, live, now)
        items = [item for item, _ in good]
        people = [item.person_id for item in items]
        superseded, lying = make_room(people, [id_ for item in items for id_ in item.version_ids], now=now)
        listed, why = carrying.lock_listed(chunk.order_id, people) if chunk.order_id else ([], "")
        _copy_passports(chunk, good, now)
        move_all(_attested(good, live), Verb.CERTIFY, now=now, officer_id=chunk.approved_by)
        close_chunk(chunk.chunk_id, chunk.run_id, recorded=len(good), drops=drops, now=now)
        append_leaves(LeafKind.ISSUE, [(item.item_id, chunk.key_id, cose) for item, cose in good], now)
        revoked = revoke(listed, reason=why, now=now)
        revoked += revoke(lying, reason=Revocation.DOSE_REPLACED.value, now=now)
        if chunk.order_id:
            carrying.note_reissued(chunk.order_id, listed, now=now)
        tell(Recorded(chunk.run_id, chunk.kind, chunk.order_id, items, superseded, revoked))
    return len(good)


def _by_person(states: Iterable[LiveState]) -> dict[int, list[LiveState]]:
    people: dict[int, list[LiveState]] = {}
    for state in states:
        people.setdefault(state.person_id, []).append(state)
    return people


def _recheck(chunk: SignedChunk, live: dict[int, list[LiveState]], now: datetime) -> tuple[list[Signed], list[DropRow]]:
    people = [item.person_id for item in chunk.items]
    reported = people_with_open_request(people) | people_with_open_report(people)
    again = chunk.kind in AGAIN
    due = who_is_due(people, now=now) if chunk.kind == RunKind.REISSUE else set(people)
    good: list[Signed] = []
    drops: list[DropRow] = []
    for item, cose in zip(chunk.items, chunk.coses, strict=True):
        doses = live.get(item.person_id, [])
        drop = why_dropped(item.version_ids, doses, has_open_report=item.person_id in reported, again=again)
        drop = Drop.NOT_DUE if drop is None and item.person_id not in due else drop
        if drop is None:
            good.append((item, cose))
        else:
            drops.append((item.item_id, item.version_id, drop))
    return good, drops


def _attested(good: Sequence[Signed], live: dict[int, list[LiveState]]) -> list[int]:
    """The counted versions that are not certified yet."""
    return [
        dose.version_id
        for item, _ in good
        for dose in live[item.person_id]
        if dose.state == State.ATTESTED and dose.version_id in item.version_ids
    ]


def _copy_passports(chunk: SignedChunk, good: Sequence[Signed], now: datetime) -> None:
    before = (chunk.key_id, chunk.algorithm)
    after = (chunk.issued_at, chunk.expires_at, now, int(Status.LIVE), now, "")
    copy_rows(
        "passports_passport",
        _PASSPORT,
        (
            (
                item.item_id, item.uvci, item.person_id, DISEASE, item.version_id, item.facility_id,
                item.dose_number, item.series_size, *before, cose, *after,
            )
            for item, cose in good
        ),
    )  # fmt: skip
