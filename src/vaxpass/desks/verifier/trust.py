"""The published lists as the check on the server knows them: signed by a pinned publisher, as on any other device.

Read again when a file changes. What is refused leaves nothing of the file: the check then cannot tell.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from vaxproof import Code, ProofError
from vaxproof.device import Device
from vaxproof.trust.publications import Pins
from vaxproof.verify import Policy

from vaxpass.desks.verifier.release import publisher_certificates

TRUST_LIST_NAME: Final = "trust-list.jws"
REVOCATION_LIST_NAME: Final = "revocation-list.jws"
POLICY: Final = Policy(guard_clock=True)
"""The time of a check is the clock, so a clock that was turned back is noticed; `vaxproof verify` does the same."""

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """The lists and, where there are none to use, why (TRUST_LIST_MISSING, TRUST_LIST_INVALID, PUBLICATION_…)."""

    device: Device
    trouble: Code | None = None


_last: tuple[object, Known] | None = None


def known_lists() -> Known:
    """Give the lists of `settings.PUBLISH_DIR`, signed by who `settings.VERIFIER_PUBLISHERS` names; never raises."""
    global _last  # noqa: PLW0603 -- one set of lists a process; the swap of one name is atomic
    files = [Path(settings.PUBLISH_DIR) / name for name in (TRUST_LIST_NAME, REVOCATION_LIST_NAME)]
    try:
        pins = publisher_certificates()
    except (OSError, ValueError):
        pins = ()
    stamp = (files, pins, [_stamp(file) for file in files])
    if _last is None or _last[0] != stamp:
        _last = (stamp, _read(pins, *files))
    return _last[1]


def _stamp(file: Path) -> Stamp | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size


def _read(pins: tuple[bytes, ...], trust_list: Path, revocation_list: Path) -> Known:
    device, now = Device(None, policy=POLICY), datetime.now(UTC)
    try:
        device.pins = Pins(pins)
        device.take(trust_list.read_bytes(), at=now)
        if revocation_list.exists():
            device.take(revocation_list.read_bytes(), at=now)
    except OSError:
        return Known(device, Code.TRUST_LIST_MISSING)
    except ProofError as error:
        return Known(device, error.code)
    return Known(device)
