"""What is promised to verifiers, when an edition is due, how numbers and times go forward: pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from vaxproof import SignerCertificate

from vaxpass.offices.scope import Refused

NEXT_IN: Final = timedelta(hours=24)
"""The next edition comes within a day; verifiers still believe the last one for 48 hours more (vaxproof's Policy)."""

RENEW_AFTER: Final = timedelta(minutes=45)
"""An edition that says the same is made anew once it is so old: by the hourly job, not by a second call at once."""

LOG_NEXT_IN: Final = timedelta(minutes=15)
"""So soon after its commit a leaf stands below a published checkpoint."""

CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)
"""So far may the clocks of two machines that publish lie apart; more, and one of them is wrong."""


class Document(StrEnum):
    """What is published and signed, in the order of writing; the index, which names the others, comes last."""

    TRUST_LIST = "trust-list"
    REVOCATION_LIST = "revocation-list"
    REVOCATION_FILTER = "revocation-filter"
    VALUE_SETS = "value-sets"
    RULES = "rules"
    INDEX = "index"


class Lateness(StrEnum):
    """Why a publication does not keep its promise."""

    MISSING = "PUBLICATION_MISSING"
    OVERDUE = "PUBLICATION_OVERDUE"
    ALTERED = "PUBLICATION_ALTERED"
    LOG_BEHIND = "LOG_PUBLICATION_BEHIND"


@dataclass(frozen=True, slots=True)
class Head:
    """What every document begins with. Times: aware UTC, whole seconds."""

    number: int
    made_at: datetime
    next_at: datetime


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """An edition as its row has it. `sha256` and `content`: see models.Edition."""

    document: str
    head: Head
    sha256: str
    content: str


def next_head(now: datetime, last: EditionFacts | None, number_on_disk: int = 0) -> Head:
    """Number and times of the next edition.

    The number is one more than the last one's, and than that of the file which verifiers have seen: a database that
    was restored from yesterday must not publish yesterday's numbers again. The time never goes back; refuses
    PUBLICATION_CLOCK_BACK where the clock lies further behind than clocks may differ.
    """
    made_at = now.replace(microsecond=0)
    if last is not None and made_at < last.head.made_at:
        if last.head.made_at - made_at > CLOCKS_DIFFER_BY:
            raise Refused("PUBLICATION_CLOCK_BACK")
        made_at = last.head.made_at
    number = max(last.head.number if last else 0, number_on_disk) + 1
    return Head(number, made_at, made_at + NEXT_IN)


def is_due(now: datetime, last: EditionFacts | None, content: str) -> bool:
    """Say whether a new edition must be made: it would say something else, or the last one has got old."""
    return last is None or last.content != content or now - last.head.made_at >= RENEW_AFTER


_FEWEST_PLANNED, _STEPS = 1_024, 8


def filter_capacity(entries: int) -> int:
    """Give the number of entries for which a filter is planned: an eighth more at most, so that it takes what comes."""
    step = max(1, 1 << max(0, entries.bit_length() - 1)) // _STEPS or 1
    return max(_FEWEST_PLANNED, -(-entries // step) * step)


def publishable(certificates: Iterable[SignerCertificate], now: datetime) -> list[SignerCertificate]:
    """Give the certificates that verifiers need, once each, in the order of their key ids.

    A certificate past its end verifies nothing; one that begins later is published ahead, so that a new key is known
    everywhere before it signs. Certificates that may not sign (a CSCA) are no trust list's business.
    """
    found = {one.der: one for one in certificates if one.not_after > now and one.may_sign}
    return sorted(found.values(), key=lambda one: (one.key_id, one.der))
