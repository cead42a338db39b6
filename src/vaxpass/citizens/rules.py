"""Who a citizen is, as far as it was shown. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class Proof(StrEnum):
    """How somebody showed who they are."""

    PHONE = "PHONE"  # a code sent to the phone that stands in the record
    EMAIL = "EMAIL"  # a code sent to the e-mail that the citizen confirmed earlier
    EID = "EID"  # VNeID, the electronic identity (Luật Căn cước 2023)


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody who showed who they are: the people reached (himself, or a child), how, since when (aware, UTC)."""

    person_ids: frozenset[int]
    proof: Proof
    since: datetime

    def to_session(self) -> dict[str, Any]:
        """Write what a session keeps: no name, no number."""
        return {"people": sorted(self.person_ids), "proof": self.proof.value, "since": self.since.isoformat()}

    @classmethod
    def from_session(cls, kept: dict[str, Any]) -> Self:
        """Read what `to_session` wrote."""
        return cls(frozenset(kept["people"]), Proof(kept["proof"]), datetime.fromisoformat(kept["since"]))
