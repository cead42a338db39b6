"""The verbs of passports: record what the key signed, revoke what lies. One transaction each, log leaves included."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from django.db import connection, transaction

from vaxpass.corrections.queries import people_with_open_report
from vaxpass.ministry_signing.actions import DropRow, close_chunk, lock_chunk
from vaxpass.ministry_signing.facts import ItemFacts, SignedChunk
from vaxpass.ministry_signing.queries import counted_versions
from vaxpass.ministry_signing.rules import why_dropped
from vaxpass.passports.models import Passport
from vaxpass.passports.rules import DISEASE, LeafKind, Status, cose_digest, leaf_hash_of
from vaxpass.records import series
from vaxpass.records.actions import move_all
from vaxpass.records.copying import copy_rows
from vaxpass.records.facts import LiveState
from vaxpass.records.states import State, Verb

_PASSPORT = {
    "id": "int8", "uvci": "varchar", "person_id": "int8", "disease": "varchar", "version_id": "int8",
    "facility_id": "int8", "dose_number": "int2", "series_size": "int2", "kid": "bytea", "algorithm": "varchar",
    "cose": "bytea", "issued_at": "timestamptz", "expires_at": "timestamptz", "recorded_at": "timestamptz",
    "status": "int2", "status_since": "timestamptz", "status_reason": "varchar",
}  # fmt: skip
_LEAF = {
    "position": "int8", "at": "timestamptz", "kind": "int2", "kid": "bytea", "day": "date", "digest": "bytea",
    "hash": "bytea", "passport_id": "int8",
}  # fmt: skip
Signed = tuple[ItemFacts, bytes]


def record_signed(chunk: SignedChunk, *, now: datetime) -> int | None:
    """Record a signed chunk: passports, dose states, superseded passports, log leaves, counters; all or nothing.

    What changed since the preparing leaves the run with a code instead. None: somebody recorded the chunk already.
    """
    with transaction.atomic():
        if not lock_chunk(chunk.chunk_id):
            return None
        live = _by_person(series.lock_live_doses([item.person_id for item in chunk.items]))
        good, drops = _recheck(chunk, live)
        _supersede([item.person_id for item, _ in good], now)
        _copy_passports(chunk, good, now)
        move_all(_attested(good, live), Verb.CERTIFY, now=now, officer_id=chunk.approved_by)
        close_chunk(chunk.chunk_id, chunk.run_id, recorded=len(good), drops=drops, now=now)
        _append_leaves(LeafKind.ISSUE, [(item.item_id, chunk.key_id, cose) for item, cose in good], now)
    return len(good)


def _by_person(states: Iterable[LiveState]) -> dict[int, list[LiveState]]:
    people: dict[int, list[LiveState]] = {}
    for state in states:
        people.setdefault(state.person_id, []).append(state)
    return people


def _recheck(chunk: SignedChunk, live: dict[int, list[LiveState]]) -> tuple[list[Signed], list[DropRow]]:
    reported = people_with_open_report([item.person_id for item in chunk.items])
    good: list[Signed] = []
    drops: list[DropRow] = []
    for item, cose in zip(chunk.items, chunk.coses, strict=True):
        doses = live.get(item.person_id, [])
        drop = why_dropped(item.version_ids, doses, has_open_report=item.person_id in reported)
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


_SUPERSEDE = """
UPDATE passports_passport SET status = %(superseded)s, status_since = %(now)s
WHERE person_id = ANY (%(people)s) AND disease = %(disease)s AND status = %(live)s
"""


def _supersede(person_ids: Sequence[int], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _SUPERSEDE,
            {
                "people": list(person_ids),
                "disease": DISEASE,
                "live": int(Status.LIVE),
                "superseded": int(Status.SUPERSEDED),
                "now": now,
            },
        )


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


def revoke_of_versions(version_ids: Collection[int], *, reason: str, now: datetime) -> list[int]:
    """Revoke every passport that counts one of these dose versions and still verifies; give the passports' ids.

    A superseded one too: its code is in somebody's pocket, and offline it looks like a live one.
    The revocation's log leaf is written in the same transaction. Doing it twice changes nothing.
    `reason`: rules.Revocation.
    """
    people = set(series.people_of(list(version_ids)).values())
    with transaction.atomic():
        still_signed = Passport.objects.select_for_update().filter(
            person_id__in=people, disease=DISEASE, status__in=[Status.LIVE, Status.SUPERSEDED]
        )
        found = {passport.pk: passport for passport in still_signed.order_by("pk")}
        lying = [id_ for id_, counted in counted_versions(list(found)).items() if counted & set(version_ids)]
        Passport.objects.filter(pk__in=lying).update(status=Status.REVOKED, status_since=now, status_reason=reason)
        _append_leaves(LeafKind.REVOKE, [(id_, bytes(found[id_].kid), bytes(found[id_].cose)) for id_ in lying], now)
    return lying


def _append_leaves(kind: LeafKind, signed: Sequence[tuple[int, bytes, bytes]], at: datetime) -> None:
    """Append one leaf for each (passport, kid, COSE). Comes last: the counter stays locked until the commit."""
    if not signed:
        return
    day = at.astimezone(UTC).date()
    digests = [cose_digest(cose) for _, _, cose in signed]
    hashes = [leaf_hash_of(digest, kind, kid, day) for digest, (_, kid, _) in zip(digests, signed, strict=True)]
    position = _grow_log(len(signed))
    copy_rows(
        "passports_logleaf",
        _LEAF,
        (
            (position + place, at, int(kind), kid, day, digests[place], hashes[place], passport_id)
            for place, (passport_id, kid, _) in enumerate(signed)
        ),
    )


_GROW = """
INSERT INTO passports_logcounter AS c (id, size)
VALUES (1, (SELECT coalesce(max(position) + 1, 0) FROM passports_logleaf) + %s)
ON CONFLICT (id) DO UPDATE SET size = c.size + %s RETURNING size
"""


def _grow_log(leaves: int) -> int:
    """Take the next positions; whoever comes after waits for our commit, so a position once given is never lost."""
    with connection.cursor() as cursor:
        cursor.execute(_GROW, [leaves, leaves])
        return int(cursor.fetchone()[0]) - leaves
