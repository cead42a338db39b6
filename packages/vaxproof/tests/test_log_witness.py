"""A witness: co-signs what grew, refuses the rest by the standard's numbers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaxproof import Code, ProofError
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.note import read_lines, read_note
from vaxproof.log.witness import Request, Witness, decode_state, encode_state

from packages.vaxproof.tests.logs import AT, ORIGIN, Log, leaf, log_key, witness_key

KEY = witness_key()


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path).grow(10)


@pytest.fixture
def witness(log):
    return Witness(KEY, [(ORIGIN, log.key.verifier)])


def request(log, old, **changes):
    path = log.reader.consistency_path(old) if old <= log.size else []
    return Request(**({"old": old, "path": path, "note": log.note} | changes)).encode()


def test_it_cosigns_the_first_checkpoint_and_each_that_grew_out_of_the_last(log, witness):
    policy = LogPolicy(ORIGIN, log.key.verifier, (KEY.verifier,), 1)
    state = {}
    for old in (0, 10, 17):
        reply, state = witness.add_checkpoint(request(log, old), state, AT)
        assert reply.status == 200
        assert state == {ORIGIN: log.checkpoint}
        seen = policy.look(read_note(log.note).with_lines(read_lines(reply.body)).encode())
        assert (seen.checkpoint, seen.witnessed_at) == (log.checkpoint, {KEY.name: AT})
        log.grow(7)


def test_the_same_checkpoint_again_is_cosigned_again(log, witness):
    _, state = witness.add_checkpoint(request(log, 0), {}, AT)
    reply, after = witness.add_checkpoint(request(log, 10), state, AT)
    assert (reply.status, after) == (200, state)


def answer(witness, body, state):
    """The reply; a refusal leaves the state as it was."""
    reply, after = witness.add_checkpoint(body, state, AT)
    assert after is state
    return reply


def test_an_old_size_that_is_not_the_last_seen_is_answered_with_it(log, witness):
    _, state = witness.add_checkpoint(request(log, 0), {}, AT)
    log.grow(5)
    for old in (0, 9, 15):
        reply = answer(witness, request(log, old), state)
        assert (reply.status, reply.body, reply.content_type) == (409, b"10\n", "text/x.tlog.size")


def test_a_log_that_it_does_not_know(log):
    assert answer(Witness(KEY, []), request(log, 0), {}).status == 404


def test_a_checkpoint_that_the_log_did_not_sign(log, witness):
    body = request(log, 0, note=log.checkpoint.sign(log_key()))
    assert answer(witness, body, {}).status == 403
    forged = log.note[:-10] + b"AAAAAAAA=\n"
    assert answer(witness, request(log, 0, note=forged), {}).status in (400, 403)


def test_a_fork_is_refused_whatever_proof_comes_with_it(log, witness, tmp_path_factory):
    _, state = witness.add_checkpoint(request(log, 0), {}, AT)
    fork = Log(tmp_path_factory.mktemp("fork"), log.key).grow(10, lambda n: leaf(n + 50))
    assert answer(witness, request(fork, 10), state).status == 409
    fork.grow(5)
    assert answer(witness, request(fork, 10), state).status == 422
    log.grow(5)
    assert answer(witness, request(log, 10, path=[]), state).status == 422
    assert answer(witness, request(log, 0, path=[b"\0" * 32]), {}).status == 422


def test_a_log_that_shrank_is_refused(log, witness, tmp_path_factory):
    _, state = witness.add_checkpoint(request(log, 0), {}, AT)
    short = Log(tmp_path_factory.mktemp("short"), log.key).grow(4)
    assert answer(witness, request(short, 10), state).status == 400
    assert answer(witness, request(short, 4), state).status == 409


def test_a_key_for_logs_is_none_for_witnesses():
    with pytest.raises(ProofError) as refused:
        Witness(log_key(), [])
    assert refused.value.code == Code.LOG_POLICY_INVALID


@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda rest: b"old 0\n" + rest + b"\n\n" + rest))
def test_any_body_is_answered(body):
    reply, state = Witness(KEY, []).add_checkpoint(body, {}, AT)
    assert (reply.status, state) == (400, {})


@pytest.mark.parametrize(
    "body",
    [
        b"old 01\n\n",
        b"old\n\n",
        b"new 0\n\n",
        b"old 0\n",
        b"old 0\nAAAA\n\n",
        b"old 0\n" + (b"A" * 43 + b"=\n") * 64 + b"\n",
    ],
)
def test_a_request_of_another_form(log, body):
    with pytest.raises(ProofError) as refused:
        Request.decode(body + log.note if body.endswith(b"\n\n") else body)
    assert refused.value.code == Code.LOG_PROOF_UNREADABLE


def test_the_state_is_written_and_read(log):
    state = {ORIGIN: log.checkpoint}
    assert decode_state(encode_state(state)) == state


STATE = {"format": "vaxproof-witness-state", "version": 1, "logs": {}}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        json.dumps(STATE | {"version": 2}).encode(),
        json.dumps(STATE | {"logs": {"o": {"size": 1, "root": "AAAA"}}}).encode(),
        json.dumps(STATE | {"logs": {"o": {"size": -1, "root": "A" * 43 + "="}}}).encode(),
        json.dumps(STATE | {"logs": {"o": 7}}).encode(),
    ],
)
def test_a_witness_that_forgot_what_it_saw_does_not_go_on(data):
    with pytest.raises(ProofError) as refused:
        decode_state(data)
    assert refused.value.code == Code.CHECKPOINT_UNREADABLE
