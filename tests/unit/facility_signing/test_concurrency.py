"""Two signers at once, in two connections: no dose is ever in two batches, none is lost."""

import threading
from typing import Any

import pytest
from django.db import connection

from tests.factories import NOW
from vaxpass.facility_signing import actions, queries
from vaxpass.facility_signing.models import Attestation
from vaxpass.offices.scope import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def prepare_from(house, name, most, barrier, found):
    actor = house.actor(name)
    try:
        barrier.wait()
        found[name] = actions.prepare_batch(actor, house.facility, now=NOW, most=most)
    except Refused as refused:
        found[name] = refused.code
    finally:
        connection.close()


def prepare_both(house, most):
    found: dict[str, Any] = {}
    barrier = threading.Barrier(2)
    threads = [
        threading.Thread(target=prepare_from, args=(house, name, most, barrier, found)) for name in ("signer", "second")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_signers_take_different_doses(house):
    ids = house.store(12)
    found = prepare_both(house, most=6)
    taken = [queries.version_ids_of(batch.id) for batch in found.values()]
    assert sorted(taken[0] + taken[1]) == ids


def test_the_second_finds_nothing_where_the_first_took_all(house):
    house.store(12)
    found = prepare_both(house, most=100)
    assert "NOTHING_TO_SIGN" in found.values()
    assert Attestation.objects.count() == 12


def test_one_batch_is_recorded_once_though_asked_twice_at_once(house):
    house.store(3)
    batch = house.prepare()
    house.read_sample(batch)
    answers, barrier = [], threading.Barrier(2)

    def sign():
        try:
            barrier.wait()
            answers.append(house.sign(batch).jws)
        except Refused as refused:
            answers.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = queries.get_batch(house.actor(), batch.id).jws
    assert sorted(answers) == sorted([stored, "BATCH_NOT_PREPARED"])
