"""What every HTTP line to the outside world shares: guarded or to this machine, no detours, short answers, patience."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def is_guarded(url: str) -> bool:
    """Say whether nobody on the way can read along: HTTPS, or HTTP to this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def open_client(base_url: str, *, timeout: float, connections: int, headers: Mapping[str, str]) -> httpx.Client:
    """Open a client with `connections` kept lines; `timeout` in seconds holds for each phase of a call."""
    return httpx.Client(
        base_url=base_url,
        timeout=timeout,
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        headers={"Accept-Encoding": "identity", **headers},  # a short answer needs no compression, and none can explode
        follow_redirects=False,  # a redirect could carry names or codes to another host
        trust_env=False,  # no proxy from the environment sees them either
    )


def read_at_most(response: httpx.Response, most: int) -> bytes:
    """Read an answer of at most so many bytes; a longer one is empty."""
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > most:
            return b""
    return body


def retry_after(headers: httpx.Headers, longest: float) -> float | None:
    """Read Retry-After in seconds (RFC 9110 §10.2.3); its date form is left aside, for it needs a clock."""
    text = headers.get("Retry-After", "")
    return min(float(text), longest) if text.isascii() and text.isdigit() else None


class Line:
    """Counts faults in a row, over the threads of one batch; a dead line leaves the rest of the batch unsent."""

    def __init__(self, give_up_after: int) -> None:
        self._give_up_after = give_up_after
        self._faults = 0
        self._lock = threading.Lock()

    def is_dead(self) -> bool:
        """Say whether so many faults came in a row that nothing more is tried."""
        return self._faults >= self._give_up_after

    def note(self, *, is_fault: bool) -> None:
        """Count a fault, or forget the earlier ones."""
        with self._lock:
            self._faults = self._faults + 1 if is_fault else 0
