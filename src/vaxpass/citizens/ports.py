"""The electronic identity as this room needs it: OpenID Connect's code flow, in two steps around the browser's journey.

Adapters keep the contract of tests/contract/eid.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class EidJourney:
    """What the browser's session keeps while the person is with the provider; each value is used once."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    begun_at: datetime

    def to_session(self) -> dict[str, str]:
        """Write it for the session."""
        return {
            "state": self.state, "nonce": self.nonce, "verifier": self.verifier, "at": self.begun_at.isoformat(),
        }  # fmt: skip

    @classmethod
    def from_session(cls, kept: Mapping[str, str]) -> Self:
        """Read what `to_session` wrote."""
        return cls(kept["state"], kept["nonce"], kept["verifier"], datetime.fromisoformat(kept["at"]))


@dataclass(frozen=True, slots=True)
class EidClaims:
    """Who somebody is, as the provider says: account, tidy name, YYYY or YYYY-MM-DD, sex (1, 2, or None), number."""

    subject: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: str = field(repr=False)
    sex: int | None = field(repr=False)
    number: str = field(repr=False)


class ElectronicIdentity(Protocol):
    """A provider of electronic identities."""

    @property
    def issuer(self) -> str:
        """The provider's name for itself (`iss`)."""
        ...

    def begin(self, redirect_uri: str, now: datetime) -> tuple[str, EidJourney]:
        """Give the address to send the browser to, and what to keep meanwhile. Unavailable: EID_AWAY."""
        ...

    def finish(self, journey: EidJourney, answer: Mapping[str, str], redirect_uri: str, now: datetime) -> EidClaims:
        """Turn what the browser brought back (`code`, `state`, or `error`) into claims.

        Refuses EID_CANCELLED, EID_STATE_WRONG, EID_TOO_SLOW, EID_CODE_REFUSED, EID_ISSUER_WRONG, EID_AUDIENCE_WRONG,
        EID_NONCE_WRONG, EID_TOKEN_ENDED, EID_ALGORITHM_WRONG, EID_SIGNATURE_WRONG, EID_CLAIMS_MISSING.
        Unavailable: EID_AWAY.
        """
        ...
