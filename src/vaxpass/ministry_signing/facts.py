"""Runs as frozen values that cross from room to room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run. `reasons`: how many people are not ready, by code; counts are of people."""

    id: int
    state: str
    survey_id: int
    province_code: str
    facility_id: int | None
    size_limit: int
    prepared_by: int
    asked_at: datetime
    issued_at: datetime | None
    expires_at: datetime | None
    kid: bytes
    algorithm: str
    decided_by: int | None
    decided_at: datetime | None
    decision_reason: str
    considered: int
    ready: int
    held: int
    reasons: Mapping[str, int]
    recorded: int
    dropped: int
    finished_at: datetime | None
    trouble: str
    trouble_at: datetime | None
    kind: str
    order_id: int | None

    @property
    def items(self) -> int:
        """Everybody whose bytes were prepared, held or not."""
        return self.ready + self.held

    @property
    def percent(self) -> int:
        """How far the signing is."""
        return 100 * (self.recorded + self.dropped) // self.items if self.items else 0


class ItemFacts(NamedTuple):
    """One prepared passport; a tuple, for a run makes thousands of them at a time."""

    item_id: int
    run_id: int
    person_id: int
    facility_id: int
    version_id: int
    version_ids: list[int]
    dose_number: int
    series_size: int
    uvci: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """An item that brakes hold back, and the decision (`RELEASED`, `KEPT` or empty)."""

    item_id: int
    version_id: int
    codes: list[str]
    decision: str


@dataclass(frozen=True, slots=True)
class SignedChunk:
    """What the key made of one chunk: the items with their COSE_Sign1 bytes, in the same order."""

    chunk_id: int
    run_id: int
    approved_by: int
    key_id: bytes
    algorithm: str
    issued_at: datetime
    expires_at: datetime
    items: list[ItemFacts]
    coses: list[bytes]
    kind: str = "ORDINARY"
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """One count of the people with attested doses."""

    id: int
    begun_at: datetime
    finished_at: datetime | None
    considered: int
    ready: int
    held: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """A standing order: whose, for which kind of run, since when, and until when if it has ended."""

    id: int
    kind: str
    officer_id: int
    begun_at: datetime
    ended_at: datetime | None
    ended_by: int | None
