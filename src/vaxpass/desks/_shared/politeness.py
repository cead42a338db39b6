"""Not more than so many requests a minute from one address: a guard against machines, far above what people do.

The count lives for one minute in this process's memory, under a keyed hash of the address, and nowhere else; a
database would keep who asked when. Several web processes allow as many times more, which is as good.
"""

import hmac
import threading
from collections import Counter
from datetime import datetime
from ipaddress import IPv6Network, ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest

_MOST_ADDRESSES: Final = 50_000
_SECONDS: Final = 60
_SUBSCRIBER: Final = 64
"""Bits of an IPv6 address that a provider chooses; who has the rest has 2^64 addresses (RFC 6177, RFC 4291 §2.5.4)."""


class Minute:
    """The requests of the minute that is running."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = -1
        self._counts: Counter[bytes] = Counter()

    def count(self, visitor: bytes, now: datetime) -> int:
        """Count a request and say how many this visitor made in this minute; a new minute forgets the old one.

        Beyond the memory's bound new visitors are not counted: a flood from everywhere is the front server's matter.
        """
        number = int(now.timestamp()) // _SECONDS
        with self._lock:
            if number != self._number:
                self._number, self._counts = number, Counter()
            if visitor in self._counts or len(self._counts) < _MOST_ADDRESSES:
                self._counts[visitor] += 1
            return self._counts[visitor]


def visitor_of(request: HttpRequest) -> bytes:
    """Give the name under which an address is counted, IPv6 by its /64; it cannot be turned back into the address."""
    return hmac.digest(settings.SECRET_KEY.encode(), _counted(_address(request)).encode(), "sha256")


def seconds_left(now: datetime) -> int:
    """Say after how many seconds the next minute begins."""
    return _SECONDS - int(now.timestamp()) % _SECONDS


def _counted(address: str) -> str:
    """The subscriber's share of an address; what is no address counts as it stands."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 -- the protocol's own number
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), _SUBSCRIBER), strict=False))


def _address(request: HttpRequest) -> str:
    """Behind a proxy of ours the last forwarded address is the one that it saw itself; earlier ones can be invented."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))
