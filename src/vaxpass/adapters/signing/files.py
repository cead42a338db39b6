"""Keys in files: PKCS#12 as certificate providers hand them out, and encrypted PKCS#8, for the demo alone."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs12
from django.conf import settings

from vaxpass.adapters.signing.private_key import KeyInMemory, key_in_memory
from vaxpass.offices.scope import Refused, Unavailable

DEMO_PIN = "123456"  # opens every key of the demo, which shows it on its pages

_DER_SEQUENCE = b"\x30"


def open_software_key(
    key_file: Path, pin: str, *, certificates: tuple[bytes, ...] = (), wanted: str = ""
) -> KeyInMemory:
    """Open an encrypted PKCS#8 key; without given certificates those beside it (`name.crt.pem`) speak for it.

    Refuses SOFTWARE_KEY_OUTSIDE_DEMO wherever the settings do not allow it, SIGNING_PIN_WRONG, SIGNING_FILE_UNREADABLE,
    SIGNING_KEY_MISMATCH; Unavailable SIGNING_TOKEN_ABSENT.
    """
    if not settings.SOFTWARE_KEYS_ALLOWED:
        raise Refused("SOFTWARE_KEY_OUTSIDE_DEMO")
    content = read_key_file(key_file)
    if b"ENCRYPTED" not in content:
        raise Refused("SIGNING_FILE_UNREADABLE")
    try:
        key = load_pem_private_key(content, pin.encode())
    except (ValueError, TypeError):
        raise Refused("SIGNING_PIN_WRONG") from None
    return key_in_memory(key, certificates or _read_certificates(certificate_file(key_file)), wanted)


def open_pkcs12(file: Path, pin: str, *, certificates: tuple[bytes, ...] = (), wanted: str = "") -> KeyInMemory:
    """Open a PKCS#12 file with its passphrase; without given certificates those inside speak for the key.

    Refuses SIGNING_PIN_WRONG, SIGNING_FILE_UNREADABLE, SIGNING_KEY_ABSENT, SIGNING_KEY_MISMATCH;
    Unavailable SIGNING_TOKEN_ABSENT.
    """
    content = read_key_file(file)
    if not content.startswith(_DER_SEQUENCE):
        raise Refused("SIGNING_FILE_UNREADABLE")
    try:
        bag = pkcs12.load_pkcs12(content, pin.encode())
    except ValueError:
        raise Refused("SIGNING_PIN_WRONG") from None
    inside = [found.certificate for found in (bag.cert, *bag.additional_certs) if found is not None]
    if bag.key is None or not (certificates or bag.cert):
        raise Refused("SIGNING_KEY_ABSENT")
    return key_in_memory(bag.key, certificates or tuple(c.public_bytes(Encoding.DER) for c in inside), wanted)


def certificate_file(key_file: Path) -> Path:
    """Name the file of the certificates beside a key: `ministry.key.pem` -> `ministry.crt.pem`."""
    return key_file.with_name(key_file.name.removesuffix(".key.pem") + ".crt.pem")


def file_below(folder: Path, reference: str) -> Path:
    """Give the file that a reference names below the key folder; refuses KEY_REFERENCE_UNKNOWN outside of it."""
    file = (folder / reference).resolve()
    if not reference or not file.is_relative_to(folder.resolve()):
        raise Refused("KEY_REFERENCE_UNKNOWN")
    return file


def read_key_file(file: Path) -> bytes:
    """Give the bytes of a key file; Unavailable SIGNING_TOKEN_ABSENT where it is not there to be read."""
    try:
        return file.read_bytes()
    except OSError:
        raise Unavailable("SIGNING_TOKEN_ABSENT") from None


def _read_certificates(file: Path) -> tuple[bytes, ...]:
    try:
        found = x509.load_pem_x509_certificates(read_key_file(file))
    except ValueError:
        raise Refused("SIGNING_FILE_UNREADABLE") from None
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)
