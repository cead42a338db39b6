"""One suite for whatever cosigns the log."""

import pytest
from vaxproof import ProofError
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.note import NoteVerifier, read_note

from tests.contract.witness.conftest import ORIGIN
from vaxpass.offices.scope import Refused


def policy(log_key, witness):
    return LogPolicy(ORIGIN, log_key.verifier, (NoteVerifier.parse(witness.vkey),), 1)


def cosigned(witness, log, size):
    note = read_note(log.note(size))
    return note.with_lines(witness.cosign(note.encode(), log.prove(size))).encode()


def test_it_cosigns_a_log_that_grows(witness, log, log_key):
    for size in (3, 3, 10, 64, 65):
        assert policy(log_key, witness).open(cosigned(witness, log, size)).size == size


def test_it_refuses_a_log_that_forks(witness, log, fork):
    cosigned(witness, log, 10)
    for size in (10, 20):
        with pytest.raises(Refused, match="WITNESS_REFUSED"):
            cosigned(witness, fork, size)
    cosigned(witness, log, 20)


def test_it_refuses_a_log_that_shrank(witness, log):
    cosigned(witness, log, 10)
    with pytest.raises(Refused, match="WITNESS_REFUSED"):
        cosigned(witness, log, 9)


def test_it_refuses_what_the_log_did_not_sign(witness, log):
    forged = log.note(10).replace(b"\n10\n", b"\n11\n")
    with pytest.raises(Refused, match="WITNESS_REFUSED"):
        witness.cosign(forged, log.prove(11))


def test_without_its_line_the_policy_is_not_kept(witness, log, log_key):
    with pytest.raises(ProofError, match="CHECKPOINT_WITNESSES_MISSING"):
        policy(log_key, witness).open(log.note(10))
