"""What trust tells others: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A certificate as lists show it. `fingerprint`: SHA-256 over the DER, hex; `authority`: of the one above it."""

    fingerprint: str
    usage: str
    country: str
    common_name: str
    key_id: bytes
    not_before: datetime
    not_after: datetime
    authority: str = ""
    origin: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AcceptedKey:
    """A foreign key that verifiers are told to believe: by which proposal, by whom, since when."""

    key: KeyFacts
    proposal_id: int
    proposed_by: int
    accepted_by: int
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawalFacts:
    """A key of ours that counts no longer. `unless_logged`: but for passports that the log holds."""

    proposal_id: int
    at: datetime
    reason: str
    unless_logged: bool
    words: str
    proposed_by: int
    accepted_by: int


@dataclass(frozen=True, slots=True)
class OwnKeyFacts:
    """A key of ours. `withdrawn` None: it counts."""

    key: KeyFacts
    withdrawn: WithdrawalFacts | None


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """An uploaded list. `reasons`: how many entries were refused, by code; `acceptable`: below some authority."""

    id: int
    kind: str
    identifier: str
    name: str
    sha256: str
    listed_at: datetime | None
    imported_by: int
    imported_at: datetime
    entries: int
    acceptable: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """A national authority of an import. `accepted`: we believe it already. `signers`: acceptable keys below it."""

    key: KeyFacts
    signers: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry of an import with what was wrong about it. `not_after` None: it has no readable certificate."""

    country: str
    common_name: str
    not_after: datetime | None
    refusal: str
    detail: str


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """A proposal with its decision, if there is one."""

    id: int
    kind: str
    import_id: int | None
    compared: str
    words: str
    reason: str
    unless_logged: bool | None
    proposed_by: int
    proposed_at: datetime
    approved: bool | None
    decided_by: int | None
    decided_at: datetime | None
    decision_words: str
