"""Reading what was published: how old the trust list is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from vaxproof import TrustList

TRUST_LIST_NAME = "trust-list.json"


@dataclass(frozen=True, slots=True)
class Published:
    """The trust list as it lies there. Times: aware UTC."""

    certificates: int
    made_at: datetime
    next_at: datetime

    def age(self, now: datetime) -> timedelta:
        """How long ago it was made."""
        return now - self.made_at

    def is_due(self, now: datetime) -> bool:
        """Whether the next one should be there by now."""
        return now >= self.next_at


def find_published(directory: Path) -> Published | None:
    """Give the published trust list's age; None where nothing is published yet.

    Raises:
        ProofError: TRUST_LIST_INVALID (damaged).
    """
    try:
        data = (directory / TRUST_LIST_NAME).read_bytes()
    except FileNotFoundError:
        return None
    trust = TrustList.from_json(data)
    assert trust.made_at is not None
    assert trust.next_at is not None
    return Published(len(trust), trust.made_at, trust.next_at)
