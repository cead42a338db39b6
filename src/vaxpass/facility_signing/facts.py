"""Batches and credentials as frozen values that cross from room to room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vaxpass.facility_signing.ports import KeyPlace

MOST_DOSES = 10_000  # one PIN signs at most so many
SAMPLE_SIZE = 5  # records that a signer reads before signing, or all where there are fewer


class BatchStatus(StrEnum):
    """Where a batch stands."""

    PREPARED = "prepared"
    SIGNED = "signed"
    ABANDONED = "abandoned"


class Verdict(StrEnum):
    """What a signer says of a sampled record."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """A certificate registered for an officer of an office. `place` holds no secret."""

    id: int
    office_id: int
    officer_id: int
    provider: str
    subject: str
    thumbprint: str
    valid_from: datetime
    valid_to: datetime
    withdrawn_at: datetime | None
    place: KeyPlace


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """A batch of doses that are signed together. `left_out` counts the doses that the signer entered."""

    id: int
    number: str
    facility_id: int
    office_id: int
    status: BatchStatus
    count: int
    left_out: int
    root: bytes
    manifest: bytes
    prepared_by: int
    prepared_at: datetime
    ended_at: datetime | None
    ended_reason: str
    credential_id: int | None
    algorithm: str
    jws: str


@dataclass(frozen=True, slots=True)
class SampledDose:
    """One record of a batch's sample and what its reader said."""

    version_id: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Signable:
    """What waits for a signer at one facility: doses that somebody else entered, by product, and the rest."""

    facility_id: int
    by_product: dict[str, int]
    entered_by_signer: int
    held_back: int
    in_batches: int
    oldest: datetime | None

    @property
    def ready(self) -> int:
        """The number of doses that the signer may put into a batch now."""
        return sum(self.by_product.values())
