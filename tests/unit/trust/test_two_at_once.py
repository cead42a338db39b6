"""Two connections at once: what one officer adds is no part of what another decides on; decisions see each other."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from packages.vaxproof.tests.pki import NOW
from tests.unit.trust.conftest import Country, Desk
from tests.unit.trust.test_room import accept, believed, fingerprint, propose
from vaxpass.offices.scope import Refused
from vaxpass.trust import actions
from vaxpass.trust.models import Decision, ProposalItem


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_added_while_the_other_officer_decides(desk: Desk, who: bytes) -> None:
    proposal = propose(desk, who)
    item = ProposalItem.objects.filter(proposal_id=proposal).values().first()
    assert item
    added = item | {"id": None, "fingerprint": "00" * 32}
    inserting = threading.Event()
    refused: list[bool] = []
    adding = threading.Thread(target=_add, args=(added, inserting, refused))
    with transaction.atomic():
        Decision.objects.create(
            proposal_id=proposal,
            approved=True,
            proposed_by_id=desk.operator.officer_id,
            decided_by_id=desk.approver.officer_id,
            at=NOW,
        )
        adding.start()
        assert inserting.wait(10)
        _until_somebody_waits(adding)
    adding.join(10)

    assert refused == [True]
    assert not ProposalItem.objects.filter(fingerprint="00" * 32).exists()


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_removed_while_the_other_officer_accepts_it_again(
    desk: Desk, who: bytes, germany: Country
) -> None:
    first, again = propose(desk, who), propose(desk, who)
    accept(desk, first)
    above = fingerprint(germany.authority.der)
    removal = actions.propose_removal(desk.operator, [above], words="Khóa bị lộ", now=NOW)
    refused: list[str] = []
    accepting = threading.Thread(target=_accept, args=(desk, again, refused))
    with transaction.atomic():
        accept(desk, removal, NOW + timedelta(seconds=1))
        accepting.start()
        _until_somebody_waits(accepting)
    accepting.join(10)

    assert refused == ["TRUST_PROPOSAL_OVERTAKEN"]
    assert believed() == set()


@pytest.mark.django_db(transaction=True)
def test_a_removal_that_waited_for_an_acceptance_counts(desk: Desk, who: bytes, germany: Country) -> None:
    """Asked for a moment before the acceptance, decided after it."""
    first, again = propose(desk, who), propose(desk, who)
    accept(desk, first)
    above = fingerprint(germany.authority.der)
    removal = actions.propose_removal(desk.operator, [above], words="Khóa bị lộ", now=NOW)
    accept(desk, again, NOW + timedelta(seconds=1))
    accept(desk, removal, NOW)
    assert believed() == set()


def _accept(desk: Desk, proposal: int, refused: list[str]) -> None:
    try:
        accept(desk, proposal, NOW + timedelta(seconds=2))
    except Refused as refusal:
        refused.append(refusal.code)
    finally:
        connection.close()


def _add(values: dict[str, Any], inserting: threading.Event, refused: list[bool]) -> None:
    try:
        with transaction.atomic():
            inserting.set()
            ProposalItem.objects.create(**values)
    except IntegrityError:
        refused.append(True)
    finally:
        connection.close()


def _until_somebody_waits(adding: threading.Thread) -> None:
    """The other connection has sent its statement: it waits for a lock of ours, or is through already.

    Not from pg_stat_activity, of which a transaction sees one snapshot for as long as it lasts.
    """
    while adding.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone() != (0,):
                return
