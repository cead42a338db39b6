"""The states of a dose version, whose turn each is, and the verbs that leave it (design.md section 2).

docs/reference/states.md and its diagram are generated from TRANSITIONS.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused


class State(IntEnum):
    """Where a dose version stands. The numbers are stored; never reuse one."""

    RECEIVED = 1
    MISMATCHED = 2
    INCOMPLETE = 3
    UNANSWERED = 4
    VERIFIED = 5
    EXEMPT = 6
    ATTESTED = 7
    CERTIFIED = 8
    REPLACED = 9
    WITHDRAWN = 10
    REFUSED = 11


class Turn(StrEnum):
    """Whose turn it is."""

    SYSTEM = "system"
    FACILITY = "facility"
    FACILITY_SIGNER = "facility_signer"
    MINISTRY = "ministry"
    HOLDER = "holder"
    NOBODY = "nobody"


class Verb(StrEnum):
    """What moves a dose version."""

    CONFIRM_IDENTITY = "confirm_identity"
    REPORT_MISMATCH = "report_mismatch"
    REPORT_UNSENDABLE = "report_unsendable"
    REPORT_UNANSWERED = "report_unanswered"
    EXEMPT = "exempt"
    ATTEST = "attest"
    CERTIFY = "certify"
    REFUSE = "refuse"
    REPLACE = "replace"
    WITHDRAW = "withdraw"


OWNER: dict[State, Turn] = {
    State.RECEIVED: Turn.SYSTEM,
    State.MISMATCHED: Turn.FACILITY,
    State.INCOMPLETE: Turn.FACILITY,
    State.UNANSWERED: Turn.SYSTEM,
    State.VERIFIED: Turn.FACILITY_SIGNER,
    State.EXEMPT: Turn.FACILITY_SIGNER,
    State.ATTESTED: Turn.MINISTRY,
    State.CERTIFIED: Turn.HOLDER,
    State.REPLACED: Turn.NOBODY,
    State.WITHDRAWN: Turn.NOBODY,
    State.REFUSED: Turn.NOBODY,
}

ENDED = frozenset({State.REPLACED, State.WITHDRAWN, State.REFUSED})


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow: the state it leads to and the permission it needs; None means the system moves it."""

    to: State
    permission: Permission | None


_ANSWERS = {
    Verb.CONFIRM_IDENTITY: Transition(State.VERIFIED, None),
    Verb.REPORT_MISMATCH: Transition(State.MISMATCHED, None),
    Verb.REPORT_UNSENDABLE: Transition(State.INCOMPLETE, None),
    Verb.REPORT_UNANSWERED: Transition(State.UNANSWERED, None),
    Verb.EXEMPT: Transition(State.EXEMPT, None),
}
_MENDED = {
    Verb.REPLACE: Transition(State.REPLACED, Permission.RECORD_MEND),
    Verb.WITHDRAW: Transition(State.WITHDRAWN, Permission.RECORD_MEND),
}
_SIGNABLE = {Verb.ATTEST: Transition(State.ATTESTED, Permission.DOSES_ATTEST), **_MENDED}
# What the facility signed ends only when one asked and another decided: a report, a request, or a revocation order.
_ENDED_BY_TWO = {
    Verb.WITHDRAW: Transition(State.WITHDRAWN, Permission.CORRECTION_DECIDE),
    Verb.REFUSE: Transition(State.REFUSED, Permission.REVOCATION_APPROVE),
}

TRANSITIONS: dict[State, dict[Verb, Transition]] = {
    State.RECEIVED: _ANSWERS,
    State.UNANSWERED: {verb: step for verb, step in _ANSWERS.items() if verb != Verb.EXEMPT},
    State.MISMATCHED: _MENDED,
    State.INCOMPLETE: _MENDED,
    State.VERIFIED: _SIGNABLE,
    State.EXEMPT: _SIGNABLE,
    State.ATTESTED: {
        Verb.CERTIFY: Transition(State.CERTIFIED, Permission.RUN_APPROVE),
        **_ENDED_BY_TWO,
        Verb.REPLACE: _MENDED[Verb.REPLACE],
    },
    State.CERTIFIED: {**_ENDED_BY_TWO, Verb.REPLACE: _MENDED[Verb.REPLACE]},
    State.REPLACED: {},
    State.WITHDRAWN: {},
    State.REFUSED: {},
}


def states_left_by(verb: Verb) -> frozenset[State]:
    """List the states that a verb leaves."""
    return frozenset(state for state, steps in TRANSITIONS.items() if verb in steps)


def states_waiting_for(turn: Turn) -> frozenset[State]:
    """List the states in which it is somebody's turn."""
    return frozenset(state for state, owner in OWNER.items() if owner == turn)


def check_can_move(state: State, verb: Verb) -> Transition:
    """Give the arrow; refuses VERB_NOT_IN_STATE."""
    step = TRANSITIONS[state].get(verb)
    if step is None:
        raise Refused("VERB_NOT_IN_STATE", state=state.name, verb=verb.value)
    return step
