"""The published trust list as this verifier knows it: read again when the file changes."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from vaxproof import Code, ProofError, TrustList

TRUST_LIST_NAME = "trust-list.json"


@dataclass(frozen=True, slots=True)
class Known:
    """The list and, where there is none to use, why (TRUST_LIST_MISSING, TRUST_LIST_INVALID)."""

    trust: TrustList
    trouble: Code | None = None


_last: tuple[object, Known] | None = None


def known_trust() -> Known:
    """Give the trust list of `settings.PUBLISH_DIR`; never raises."""
    global _last  # noqa: PLW0603 -- one list a process; the swap of one name is atomic
    path = Path(settings.PUBLISH_DIR) / TRUST_LIST_NAME
    try:
        stat = path.stat()
        stamp = (path, stat.st_mtime_ns, stat.st_ino, stat.st_size)
        if _last is None or _last[0] != stamp:
            _last = (stamp, _read(path))
    except OSError:
        return Known(TrustList(()), Code.TRUST_LIST_MISSING)
    return _last[1]


def _read(path: Path) -> Known:
    try:
        return Known(TrustList.load(path))
    except ProofError as error:
        return Known(TrustList(()), error.code)
