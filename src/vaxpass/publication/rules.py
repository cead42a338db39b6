"""Which certificates may be published, and when the next list is due: pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from vaxproof import SignerCertificate

NEXT_IN: Final = timedelta(hours=24)
"""The next list comes within a day; verifiers still believe the last one for 48 hours more (vaxproof's Policy)."""


def publishable(certificates: Iterable[SignerCertificate], now: datetime) -> list[SignerCertificate]:
    """Give the certificates that verifiers need, once each, in the order of their key ids.

    A certificate past its end verifies nothing; one that begins later is published ahead, so that a new key is known
    everywhere before it signs. Certificates that may not sign (a CSCA) are no trust list's business.
    """
    found = {one.der: one for one in certificates if one.not_after > now and one.may_sign}
    return sorted(found.values(), key=lambda one: (one.key_id, one.der))
