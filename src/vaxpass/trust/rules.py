"""Which foreign keys may be accepted and what a withdrawal says: pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vaxpass.offices.scope import Refused

COUNTRY = "VN"
"""Ours: no foreign list may bring in a key of this country."""
OWN_COUNTRY = "TRUST_OWN_COUNTRY"
MAX_WORDS = 1000
LONGEST_WAIT_DAYS = 30
"""A proposal older than this is judged anew: keys expire, and nobody remembers what was compared."""


class ProposalKind(StrEnum):
    """What a proposal does once another officer accepts it."""

    ACCEPT = "ACCEPT"
    REMOVE = "REMOVE"
    WITHDRAW = "WITHDRAW"


class Compared(StrEnum):
    """What the proposer compared by another way than the file came: what makes its authorities believable."""

    NOTHING = "NOTHING"  # only keys below authorities that we accept already
    AUTHORITIES = "AUTHORITIES"  # the fingerprints of the chosen authorities
    FILE = "FILE"  # the SHA-256 of the whole file


class WithdrawalReason(StrEnum):
    """Why verifiers shall believe a key of ours no longer; published beside the key."""

    KEY_STOLEN = "KEY_STOLEN"
    KEY_MISUSED = "KEY_MISUSED"
    KEY_LOST = "KEY_LOST"
    KEY_REPLACED = "KEY_REPLACED"


@dataclass(frozen=True, slots=True)
class Offered:
    """A judged signer of an import, as far as a choice needs it. `refusal` empty: acceptable below its `authority`."""

    fingerprint: str
    refusal: str
    authority: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What an import yields once some authorities are believed: fingerprints of authorities and signers, new ones."""

    authorities: frozenset[str]
    signers: frozenset[str]

    def __len__(self) -> int:
        """Number of keys."""
        return len(self.authorities) + len(self.signers)


def choose(
    offered: Iterable[Offered],
    usable_authorities: Collection[str],
    *,
    compared: Compared,
    picked: Collection[str],
    accepted: Collection[str],
) -> Choice:
    """Give what may be proposed: signers below authorities that are accepted or were compared, without what we have.

    `usable_authorities`: those of the list that have not expired. Refuses TRUST_AUTHORITY_UNKNOWN (picked, but not in
    the list or expired), TRUST_NOTHING_CHOSEN.
    """
    usable = frozenset(usable_authorities)
    match compared:
        case Compared.NOTHING:
            compared_ones: frozenset[str] = frozenset()
        case Compared.FILE:
            compared_ones = usable
        case Compared.AUTHORITIES:
            compared_ones = frozenset(picked)
    if not compared_ones <= usable:
        raise Refused("TRUST_AUTHORITY_UNKNOWN")
    believed = compared_ones | frozenset(accepted)
    signers = frozenset(one.fingerprint for one in offered if not one.refusal and one.authority in believed)
    choice = Choice(compared_ones - frozenset(accepted), signers - frozenset(accepted))
    if not choice:
        raise Refused("TRUST_NOTHING_CHOSEN")
    return choice


def check_words(words: str) -> str:
    """Give the reason without blanks around it; refuses TRUST_REASON_MISSING, TRUST_REASON_TOO_LONG."""
    told = words.strip()
    if not told:
        raise Refused("TRUST_REASON_MISSING")
    if len(told) > MAX_WORDS:
        raise Refused("TRUST_REASON_TOO_LONG")
    return told


def check_may_decide(  # noqa: PLR0913 -- the facts of a decision, by name
    *, proposed_by: int, officer_id: int, proposed_at: datetime, now: datetime, decided: bool, approve: bool
) -> None:
    """Refuse TRUST_ALREADY_DECIDED, TRUST_OWN_PROPOSAL, and to accept what has waited too long TRUST_PROPOSAL_STALE."""
    if decided:
        raise Refused("TRUST_ALREADY_DECIDED")
    if proposed_by == officer_id:
        raise Refused("TRUST_OWN_PROPOSAL")
    if approve and (now - proposed_at).days >= LONGEST_WAIT_DAYS:
        raise Refused("TRUST_PROPOSAL_STALE")


def check_not_overtaken(*, removed_since: bool) -> None:
    """Refuse TRUST_PROPOSAL_OVERTAKEN: accepting would bring back what was removed after it was proposed."""
    if removed_since:
        raise Refused("TRUST_PROPOSAL_OVERTAKEN")


def check_withdrawal(*, withdrawn: bool | None, unless_logged: bool) -> None:
    """Refuse TRUST_KEY_ALREADY_WITHDRAWN unless the new word is harder.

    `withdrawn`: None: it is not; else whether it is so only for what the log does not hold.
    """
    if withdrawn is not None and (unless_logged or not withdrawn):
        raise Refused("TRUST_KEY_ALREADY_WITHDRAWN")
