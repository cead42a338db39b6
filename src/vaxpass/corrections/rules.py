"""What may be asked, who may decide, and the reasons for which a request is refused. Pure.

The thirteen refusals are those of dispatch 9458/BYT-CNTT step 2.3, in our words (locale files).
"""

from enum import IntEnum, StrEnum
from typing import Final

from vaxpass.offices.scope import Refused
from vaxpass.records.facts import ReceivedDose, VersionFacts
from vaxpass.records.states import TRANSITIONS, State, Verb, check_can_move


class Kind(IntEnum):
    """What is asked for. The numbers are stored; never reuse one."""

    MEND = 1
    WITHDRAW = 2


class Status(IntEnum):
    """How far a request is."""

    OPEN = 1
    ACCEPTED = 2
    REFUSED = 3


class Cause(StrEnum):
    """Why the record is wrong, as who asks knows it. The values are msgids of the locale files."""

    TYPED_WRONG = "CORRECTION_TYPED_WRONG"
    DECLARED_WRONG = "CORRECTION_DECLARED_WRONG"
    NEW_NUMBER = "CORRECTION_NEW_NUMBER"
    WRONG_DOSE = "CORRECTION_WRONG_DOSE"
    NOT_GIVEN = "CORRECTION_NOT_GIVEN"
    ENTERED_TWICE = "CORRECTION_ENTERED_TWICE"


CAUSES: Final[dict[Kind, tuple[Cause, ...]]] = {
    Kind.MEND: (Cause.TYPED_WRONG, Cause.DECLARED_WRONG, Cause.NEW_NUMBER, Cause.WRONG_DOSE),
    Kind.WITHDRAW: (Cause.NOT_GIVEN, Cause.ENTERED_TWICE),
}
VERBS: Final[dict[Kind, Verb]] = {Kind.MEND: Verb.REPLACE, Kind.WITHDRAW: Verb.WITHDRAW}


class Refusal(StrEnum):
    """Why a request is refused: dispatch 9458/BYT-CNTT names the first thirteen, in this order.

    The last is ours: the record was mended or withdrawn meanwhile, so that there is nothing left to decide.
    """

    PROOF_INCOMPLETE = "CORRECTION_PROOF_INCOMPLETE"
    NAME_ORDER_DIFFERS = "CORRECTION_NAME_ORDER_DIFFERS"
    PHOTO_OF_PERSON = "CORRECTION_PHOTO_OF_PERSON"
    DOSE_NUMBER_DIFFERS = "CORRECTION_DOSE_NUMBER_DIFFERS"
    BIRTH_DATE_DIFFERS = "CORRECTION_BIRTH_DATE_DIFFERS"
    PROOF_WITHOUT_FIELDS = "CORRECTION_PROOF_WITHOUT_FIELDS"
    PROOF_COVERED = "CORRECTION_PROOF_COVERED"
    PROOF_BLURRED = "CORRECTION_PROOF_BLURRED"
    DATE_DIFFERS = "CORRECTION_DATE_DIFFERS"
    NOTHING_AGREES = "CORRECTION_NOTHING_AGREES"
    NAME_INCOMPLETE = "CORRECTION_NAME_INCOMPLETE"
    VACCINE_DIFFERS = "CORRECTION_VACCINE_DIFFERS"
    PROOF_ALTERED = "CORRECTION_PROOF_ALTERED"
    OVERTAKEN = "CORRECTION_OVERTAKEN"


def check_may_ask(version: VersionFacts, kind: Kind, cause: str, mended: ReceivedDose | None) -> None:
    """Refuse VERB_NOT_IN_STATE, CORRECTION_CAUSE_UNKNOWN, NOTHING_CHANGED."""
    check_can_move(State(version.state), VERBS[kind])
    if cause not in CAUSES[kind]:
        raise Refused("CORRECTION_CAUSE_UNKNOWN")
    if kind is Kind.MEND and (mended is None or says_the_same(version, mended)):
        raise Refused("NOTHING_CHANGED")


def says_the_same(version: VersionFacts, mended: ReceivedDose) -> bool:
    """Say whether the mended dose changes nothing."""
    before = (version.identity, version.dose, version.facility_states_identity)
    return before == (mended.identity, mended.dose, mended.facility_states_identity)


def check_may_decide(*, status: int, opened_by: int, decider: int) -> None:
    """Refuse CORRECTION_DECIDED_ALREADY, CORRECTION_OWN_REQUEST: who decides is never who asked."""
    if status != Status.OPEN:
        raise Refused("CORRECTION_DECIDED_ALREADY")
    if opened_by == decider:
        raise Refused("CORRECTION_OWN_REQUEST")


def is_overtaken(version: VersionFacts, kind: Kind) -> bool:
    """Say whether what was asked cannot be done any more, because the record moved on."""
    return VERBS[kind] not in TRANSITIONS[State(version.state)]


def refusals_for(version: VersionFacts, kind: Kind) -> tuple[Refusal, ...]:
    """List the reasons that fit: the named ones, or that the request was overtaken, never both."""
    if is_overtaken(version, kind):
        return (Refusal.OVERTAKEN,)
    return tuple(refusal for refusal in Refusal if refusal is not Refusal.OVERTAKEN)


def check_refusal(code: str, version: VersionFacts, kind: Kind) -> None:
    """Refuse CORRECTION_REASON_UNKNOWN unless the reason is one of those that fit."""
    if code not in refusals_for(version, kind):
        raise Refused("CORRECTION_REASON_UNKNOWN")
