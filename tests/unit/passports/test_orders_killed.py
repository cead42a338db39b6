"""An order killed everywhere, and an order beside a run that records the same person at the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from tests.factories.killing import kill_everywhere
from tests.factories.signing import (
    Key,
    Ministry,
    approved_run,
    attest,
    attested_person,
    enter,
    make_key,
    make_ministry,
    sign_and_record,
)
from tests.unit.passports.test_orders import FACILITY, LATER, approved, drafted, mark
from vaxpass.jobs import revocations as jobs
from vaxpass.jobs.passports import after_recording
from vaxpass.ministry_signing import actions as runs
from vaxpass.ministry_signing import named, preparing, queries, signing
from vaxpass.passports.actions import record_signed
from vaxpass.passports.issuing import issue_chunk
from vaxpass.passports.models import LogLeaf, Passport, RevocationItem, RevocationOrder
from vaxpass.passports.orders import carrying
from vaxpass.passports.orders.rules import Holder, OrderState
from vaxpass.passports.rules import LeafKind, Status
from vaxpass.records.models import VersionState
from vaxpass.records.states import State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ministry(transactional_db: None) -> Iterator[Ministry]:
    yield make_ministry()
    connection.close()


@pytest.fixture
def key() -> Key:
    return make_key()


def _steps(order: carrying.Approved, key: Key) -> list[Callable[[], object]]:
    """What jobs.revocations.carry_out does, transaction by transaction, with the key of the test."""

    def run_id() -> int:
        return named.run_of_order(order.id) or 0

    def prepare() -> None:
        preparing.fix_key(run_id(), key, "Bộ Y tế", now=LATER)
        preparing.prepare_chunk(run_id(), now=LATER)

    def issue() -> None:
        for chunk_id in queries.open_chunks(run_id()):
            issue_chunk(chunk_id, lambda: key, lambda: LATER, after_recording(LATER))

    return [
        lambda: carrying.refuse_false_doses(order, jobs._tell, now=LATER, size=1),
        lambda: carrying.refuse_false_doses(order, jobs._tell, now=LATER, size=1),
        lambda: carrying.begin_reissue(order, now=LATER),
        prepare,
        lambda: runs.approve_of_order(run_id(), order.decided_by, now=LATER),
        issue,
        lambda: carrying.revoke_the_rest(order, jobs._tell, now=LATER),
        lambda: carrying.finish(order, now=LATER),
    ]


def test_an_order_killed_everywhere(ministry: Ministry, key: Key) -> None:
    """Whatever died: a dose is refused exactly when its passport is revoked, the honest holder has one passport."""
    false, honest = attested_person(ministry, 1), attested_person(ministry, 2)
    sign_and_record(approved_run(ministry, key)[1], key)
    order_id = drafted(ministry)
    mark(ministry, order_id, honest, Holder.HONEST)
    order = approved(ministry, order_id)
    liar, holder = (VersionState.objects.get(version_id=one[0]).person_id for one in (false, honest))

    def check() -> None:
        refused = VersionState.objects.get(version_id=false[0]).state == State.REFUSED
        live = Passport.objects.filter(status=Status.LIVE)
        assert live.filter(person_id=liar).count() == (0 if refused else 1)
        assert live.filter(person_id=holder).count() == 1
        assert not Passport.objects.filter(status=Status.SUPERSEDED).exists()
        revoked = Passport.objects.filter(status=Status.REVOKED).values_list("pk", flat=True)
        leaves = LogLeaf.objects.filter(kind=LeafKind.REVOKE).values_list("passport_id", flat=True)
        assert set(revoked) == set(leaves)
        assert len(revoked) == len(leaves)
        settled = RevocationItem.objects.exclude(outcome="").values_list("passport_id", flat=True)
        assert set(settled) == set(revoked)
        assert len(settled) == len(revoked)

    assert sum(kill_everywhere(step, check) for step in _steps(order, key)) > 100
    assert RevocationOrder.objects.get().state == OrderState.DONE
    assert Passport.objects.count() == 3


def test_an_order_while_a_run_records_the_same_people(ministry: Ministry, key: Key) -> None:
    """Whoever comes first: afterwards no passport counts a false dose, and every false dose is refused."""
    people = [attested_person(ministry, serial) for serial in range(1, 7)]
    sign_and_record(approved_run(ministry, key)[1], key)
    for serial in range(1, 7):
        attest(enter(ministry, serial, date(2022, 3, 1)))
    chunks = [signing.sign_chunk(chunk_id, key) for chunk_id in approved_run(ministry, key, size=2)[1]]
    order = approved(ministry, drafted(ministry, FACILITY))
    both = Barrier(2)

    def record() -> None:
        both.wait()
        for chunk in chunks:
            assert chunk is not None
            record_signed(chunk, now=LATER)
        connection.close()

    def refuse() -> None:
        both.wait()
        while carrying.refuse_false_doses(order, jobs._tell, now=LATER, size=2):
            pass
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(record), pool.submit(refuse)]:
            job.result(timeout=60)
    first_doses = VersionState.objects.filter(version_id__in=[versions[0] for versions in people])
    assert set(first_doses.values_list("state", flat=True)) == {State.REFUSED}
    assert not Passport.objects.exclude(status=Status.REVOKED).exists()
