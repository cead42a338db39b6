"""Passports as frozen values that cross from room to room."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from vaxproof.signer import Algorithm


@dataclass(frozen=True, slots=True)
class PassportFacts:
    """One passport. `cose`: the signed COSE_Sign1; `status` as rules.Status; `version_id`: the dose it shows."""

    id: int
    uvci: str
    person_id: int
    disease: str
    version_id: int
    facility_id: int
    dose_number: int
    series_size: int
    kid: bytes
    algorithm: str
    cose: bytes
    issued_at: datetime
    expires_at: datetime
    recorded_at: datetime
    status: int
    status_since: datetime
    status_reason: str


@dataclass(frozen=True, slots=True)
class LeafFacts:
    """One leaf of the public log. `position` counts from 0 without gaps; `digest`: SHA-256 of the COSE_Sign1."""

    position: int
    at: datetime
    kind: int
    kid: bytes
    day: date
    digest: bytes
    hash: bytes
    passport_id: int


class RevokedFacts(NamedTuple):
    """What a revocation list needs of one passport. `signature`: raw, as in the COSE_Sign1; `expires_at`: aware UTC."""

    id: int
    uvci: str
    kid: bytes
    algorithm: Algorithm
    signature: bytes
    expires_at: datetime
