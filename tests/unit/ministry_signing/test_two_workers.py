"""Two workers on one run, each with its own connection: every person once, the log without a gap."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.factories import NOW
from tests.factories.signing import Key, Ministry, approved_run, attested_person, make_key, make_ministry
from vaxpass.ministry_signing import queries, signing
from vaxpass.ministry_signing.rules import RunState
from vaxpass.passports.actions import record_signed
from vaxpass.passports.issuing import issue_chunk
from vaxpass.passports.models import LogLeaf, Passport

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ministry(transactional_db: None) -> Iterator[Ministry]:
    yield make_ministry()
    with connection.cursor() as cursor:  # the flush between tests knows managed tables alone
        cursor.execute("TRUNCATE passports_logleaf")


def _work(chunks: list[int], key: Key, start: Barrier, *, claiming: bool) -> int:
    start.wait()
    recorded = 0
    try:
        for chunk_id in chunks:
            recorded += _issue(chunk_id, key, claiming=claiming)
    finally:
        connection.close()
    return recorded


def _issue(chunk_id: int, key: Key, *, claiming: bool) -> int:
    if claiming:
        return issue_chunk(chunk_id, lambda: key, lambda: NOW)
    signed = signing.sign_chunk(chunk_id, key)
    return 0 if signed is None else record_signed(signed, now=NOW) or 0


@pytest.mark.parametrize("claiming", [True, False])
def test_two_workers_record_each_person_once(ministry: Ministry, *, claiming: bool) -> None:
    """Without claims both sign everything, and still only one records it."""
    key = make_key()
    for serial in range(12):
        attested_person(ministry, serial + 1)
    run_id, chunks = approved_run(ministry, key, size=2)
    start = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(_work, chunks, key, start, claiming=claiming) for _ in range(2)]
        recorded = sum(job.result(timeout=60) for job in jobs)
    left = queries.open_chunks(run_id)  # a chunk that the other held when we came by
    recorded += _work(left, key, Barrier(1), claiming=True)
    assert recorded == Passport.objects.count() == 12
    assert Passport.objects.values("person_id").distinct().count() == 12
    positions = list(LogLeaf.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(12))
    run = queries.get_run(run_id)
    assert (run.state, run.recorded) == (RunState.DONE, 12)


def test_a_claim_ends_with_its_session(ministry: Ministry) -> None:
    def claim_and_die() -> bool:
        with signing.claim(1) as mine:
            connection.close()  # as a killed process does
            return mine

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(claim_and_die).result(timeout=60)
    _wait_until_no_session_holds_a_claim()
    with signing.claim(1) as mine:
        assert mine


def _wait_until_no_session_holds_a_claim() -> None:
    """The server learns of the closed line a moment after us; a lock that never ended would run into the time-out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT classid::bigint << 32 | objid::bigint FROM pg_locks WHERE locktype = 'advisory'")
        for (key,) in cursor.fetchall():
            cursor.execute("SET lock_timeout = '60s'")
            cursor.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [key, key])
            cursor.execute("RESET lock_timeout")
