"""The key signs: outside any transaction, chunk by chunk, nothing but bytes that `preparing` wrote.

The only call of a ministry key's `sign` in the platform stands here. It takes a chunk's number and reads the
prepared payloads itself; no function takes a payload, a hash or a text to sign from outside.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection
from vaxproof import Algorithm, issue, read_certificate
from vaxproof.envelope import cose
from vaxproof.issue import Prepared

from vaxpass.facility_signing.ports import SigningKey
from vaxpass.ministry_signing.facts import ItemFacts, SignedChunk
from vaxpass.ministry_signing.models import Run, RunChunk
from vaxpass.ministry_signing.rules import RunState, check_is_same_key
from vaxpass.offices.scope import Refused, Unavailable

_CLAIMS = 5772 << 40  # our corner of the database's advisory locks

_ITEMS = """
SELECT i.id, i.run_id, i.person_id, i.facility_id, i.version_id, i.version_ids, i.dose_number, i.series_size,
       i.uvci, i.payload
FROM ministry_signing_runitem i
WHERE i.id BETWEEN %(first)s AND %(last)s AND i.run_id = %(run)s AND NOT EXISTS (
  SELECT FROM ministry_signing_runhold h WHERE h.item_id = i.id AND h.decision <> 'RELEASED')
ORDER BY i.id
"""


@contextmanager
def claim(chunk_id: int) -> Iterator[bool]:
    """Keep other workers away from a chunk; False: another has it.

    The lock belongs to the database session, so it ends with a killed worker and needs no time-out. It only saves
    work: what makes a chunk be recorded once is the row lock of `actions.lock_chunk`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_CLAIMS + chunk_id])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_CLAIMS + chunk_id])


def sign_chunk(chunk_id: int, key: SigningKey) -> SignedChunk | None:
    """Sign what was prepared and approved; None: the chunk is recorded already.

    The identifiers were fixed when the run was prepared, so signing again after a crash makes the same passports.
    Refuses RUN_NOT_APPROVED, RUN_KEY_CHANGED, SIGNATURE_WRONG (the key's first signature does not fit its
    certificate); Unavailable as the key says.
    """
    chunk = RunChunk.objects.select_related("run").get(pk=chunk_id)
    if chunk.recorded_at is not None:
        return None
    run = chunk.run
    _check_may_sign(run, key)
    items = _items_of(chunk)
    coses = _sign_all([item.payload for item in items], key)
    _check_first(coses, key)
    return _signed(chunk, run, items, coses)


def _signed(chunk: RunChunk, run: Run, items: list[ItemFacts], coses: list[bytes]) -> SignedChunk:
    if run.issued_at is None or run.expires_at is None or run.decided_by_id is None:
        raise Refused("RUN_NOT_APPROVED")
    return SignedChunk(
        chunk.pk, run.pk, run.decided_by_id, bytes(run.kid), run.algorithm, run.issued_at, run.expires_at, items, coses,
        run.kind, run.order_id,
    )  # fmt: skip


def _check_may_sign(run: Run, key: SigningKey) -> None:
    if run.state != RunState.APPROVED:
        raise Refused("RUN_NOT_APPROVED")
    check_is_same_key((bytes(run.kid), run.algorithm), (key.key_id, key.algorithm.value))


def _items_of(chunk: RunChunk) -> list[ItemFacts]:
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, {"first": chunk.first_item, "last": chunk.last_item, "run": chunk.run_id})
        return list(map(ItemFacts._make, cursor.fetchall()))


def _sign_all(payloads: Sequence[bytes], key: SigningKey) -> list[bytes]:
    protected = cose.encode_protected(Algorithm(key.algorithm), key.key_id)
    prepared = [Prepared(payload, protected, cose.to_be_signed(protected, payload)) for payload in payloads]
    return [issue.finish(one, key.sign(one.to_be_signed)) for one in prepared]


def _check_first(coses: Sequence[bytes], key: SigningKey) -> None:
    """A token with a swapped key would otherwise fill a whole run with worthless passports."""
    if not coses:
        return
    first = cose.decode(coses[0])
    if not read_certificate(key.certificates[0]).has_signed(first.to_be_signed, first.signature):
        raise Unavailable("SIGNATURE_WRONG", permanent=True)
