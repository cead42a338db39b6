"""Two connections at once: what one officer adds never becomes part of what the other is deciding on."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from packages.vaxproof.tests.pki import NOW
from tests.unit.trust.conftest import Desk
from tests.unit.trust.test_room import propose
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
    """The other connection has sent its statement: it waits for a lock, or is through already."""
    while adding.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone() != (0,):
                return
