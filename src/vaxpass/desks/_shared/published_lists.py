"""The published lists as our own desks know them: signed by a pinned publisher, as on any other device.

Read again when a file changes. What is refused is named; the others are taken all the same. No station is imported
here, so that the verifier's desk uses nothing that a foreign border officer does not have.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from django.conf import settings
from vaxproof import Code, ProofError
from vaxproof.device import Device
from vaxproof.trust.publications import Pins
from vaxproof.verify import Policy

POLICY: Final = Policy(guard_clock=True, revocations_needed=True)
"""The time of a check is the clock, so a clock that was turned back is noticed; without revocations none is valid."""

TRUST_LIST: Final = "trust-list"
REVOCATION_LIST: Final = "revocation-list"
DOCUMENTS: Final = ("index", TRUST_LIST, REVOCATION_LIST, "value-sets", "rules")
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """A device with the lists. `troubles`: by document, why it is not used; what is missing counts for trust alone."""

    device: Device
    troubles: dict[str, Code]

    @property
    def trouble(self) -> Code | None:
        """Why nothing can be said about any passport."""
        return self.troubles.get(TRUST_LIST) or self.troubles.get(REVOCATION_LIST)

    @property
    def rules_trouble(self) -> Code | None:
        """Why nothing can be judged."""
        return self.troubles.get("rules") or self.troubles.get("value-sets")


_last: tuple[object, Known] | None = None


def known_lists() -> Known:
    """Give the lists of `settings.PUBLISH_DIR`, signed by who `settings.VERIFIER_PUBLISHERS` names; never raises."""
    global _last  # noqa: PLW0603 -- one set of lists a process; the swap of one name is atomic
    files = [Path(settings.PUBLISH_DIR) / f"{name}.jws" for name in DOCUMENTS]
    try:
        pins = publisher_certificates()
    except (OSError, ValueError):
        pins = ()
    stamp = (pins, [(file, _stamp(file)) for file in files])
    if _last is None or _last[0] != stamp:
        _last = (stamp, _read(pins, files))
    return _last[1]


def publisher_certificates() -> tuple[bytes, ...]:
    """Give the DER certificates whose signatures on published files are believed; none while there is no file.

    Raises:
        ValueError: the file holds no PEM certificates.
    """
    path = Path(settings.VERIFIER_PUBLISHERS or Path(settings.PUBLISH_DIR) / "publisher.pem")
    if not path.is_file():
        return ()
    return tuple(one.public_bytes(Encoding.DER) for one in load_pem_x509_certificates(path.read_bytes()))


def _stamp(file: Path) -> Stamp | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size


def _read(pins: tuple[bytes, ...], files: list[Path]) -> Known:
    device, now, troubles = Device(None, policy=POLICY), datetime.now(UTC), dict[str, Code]()
    try:
        device.pins = Pins(pins)
    except ProofError as error:
        return Known(device, dict.fromkeys(DOCUMENTS, error.code))
    for file in files:
        try:
            device.take(file.read_bytes(), at=now)
        except ProofError as error:
            troubles[file.stem] = error.code
        except OSError:
            if file.stem == TRUST_LIST:
                troubles[TRUST_LIST] = Code.TRUST_LIST_MISSING
    return Known(device, troubles)
