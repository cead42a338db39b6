from itertools import product

import pytest

from vaxpass.offices.roles import ROLES, Permission
from vaxpass.offices.scope import Refused
from vaxpass.records.states import (
    ENDED,
    OWNER,
    TRANSITIONS,
    State,
    Turn,
    Verb,
    check_can_move,
    states_left_by,
    states_waiting_for,
)


def test_every_state_has_an_owner_and_a_row() -> None:
    assert set(OWNER) == set(TRANSITIONS) == set(State)


@pytest.mark.parametrize(("state", "verb", "role"), list(product(State, Verb, ROLES.values())))
def test_state_times_verb_times_role(state: State, verb: Verb, role: object) -> None:
    step = TRANSITIONS[state].get(verb)
    if step is None:
        with pytest.raises(Refused, match="VERB_NOT_IN_STATE"):
            check_can_move(state, verb)
        return
    assert check_can_move(state, verb) is step
    assert state in states_left_by(verb)
    # whoever may attest may never enter or mend, and whoever prepares may never approve
    permissions = role.permissions  # type: ignore[attr-defined]  # a Role, typed loosely for the product
    assert not {Permission.DOSES_ATTEST, Permission.RECORD_ENTER} <= permissions
    assert not {Permission.DOSES_ATTEST, Permission.RECORD_MEND} <= permissions
    assert not {Permission.RUN_PREPARE, Permission.RUN_APPROVE} <= permissions


def test_nothing_leaves_an_ended_state_and_nobody_holds_it() -> None:
    assert {state for state in State if not TRANSITIONS[state]} == ENDED == states_waiting_for(Turn.NOBODY)


def test_every_state_is_reached_and_every_verb_is_used() -> None:
    reached = {step.to for steps in TRANSITIONS.values() for step in steps.values()} | {State.RECEIVED}
    used = {verb for steps in TRANSITIONS.values() for verb in steps}
    assert reached == set(State)
    assert used == set(Verb)


def test_a_missing_answer_can_never_become_no_match_by_itself() -> None:
    assert TRANSITIONS[State.UNANSWERED][Verb.REPORT_UNANSWERED].to is State.UNANSWERED
    assert TRANSITIONS[State.RECEIVED][Verb.REPORT_UNANSWERED].to is State.UNANSWERED
