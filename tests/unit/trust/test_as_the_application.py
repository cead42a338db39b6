"""The whole way of a proposal as the database role that the platform runs as, which may change none of these rows."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from packages.vaxproof.tests.pki import NOW
from tests.unit.trust.conftest import Country, Desk
from tests.unit.trust.test_room import ALL, CSCA, OURS, accept, believed, fingerprint, propose, refusal
from vaxpass.trust import actions, queries
from vaxpass.trust.models import Proposal
from vaxpass.trust.rules import WithdrawalReason

pytestmark = pytest.mark.django_db
ROLE = "vaxpass_app_tested"


@pytest.fixture
def as_app_role(desk: Desk) -> Iterator[None]:
    call_command("grant_app_role", ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.usefixtures("as_app_role")
def test_keys_are_accepted_and_removed(desk: Desk, who: bytes, germany: Country) -> None:
    proposal = propose(desk, who)
    assert refusal(actions.decide, desk.both, 99_999, approve=True, now=NOW) == "TRUST_PROPOSAL_UNKNOWN"
    accept(desk, proposal)
    assert believed() == ALL
    again = refusal(actions.decide, desk.approver, proposal, approve=True, now=NOW)
    assert again == "TRUST_ALREADY_DECIDED"
    accept(desk, actions.propose_removal(desk.operator, [fingerprint(germany.authority.der)], words="x", now=NOW))
    assert believed() == set()


@pytest.mark.usefixtures("as_app_role")
def test_a_key_of_ours_is_withdrawn(desk: Desk) -> None:
    actions.note_own_keys([OURS.der], [CSCA.der], now=NOW)
    stolen = WithdrawalReason.KEY_STOLEN
    accept(
        desk,
        actions.propose_withdrawal(
            desk.operator, fingerprint(OURS.der), reason=stolen, unless_logged=True, words="x", now=NOW
        ),
    )
    assert queries.withdrawals()[fingerprint(OURS.der)].unless_logged


@pytest.mark.usefixtures("as_app_role")
def test_to_lock_is_not_to_change(desk: Desk, who: bytes) -> None:
    propose(desk, who)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Proposal.objects.update(words="x")
