"""The log's key, Ed25519, as signed notes want it: from an encrypted file for the demo, or from PKCS#12."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from django.conf import settings

from vaxpass.adapters.signing.files import read_key_file
from vaxpass.offices.scope import Refused


def open_software_log_key(file: Path, pin: str) -> Ed25519PrivateKey:
    """Open an encrypted PKCS#8 key.

    Refuses SOFTWARE_KEY_OUTSIDE_DEMO wherever the settings do not allow it, SIGNING_PIN_WRONG,
    SIGNING_FILE_UNREADABLE, KEY_ALGORITHM_UNSUITABLE; Unavailable SIGNING_TOKEN_ABSENT.
    """
    if not settings.SOFTWARE_KEYS_ALLOWED:
        raise Refused("SOFTWARE_KEY_OUTSIDE_DEMO")
    content = read_key_file(file)
    if b"ENCRYPTED" not in content:
        raise Refused("SIGNING_FILE_UNREADABLE")
    try:
        return _ed25519(load_pem_private_key(content, pin.encode()))
    except (ValueError, TypeError):
        raise Refused("SIGNING_PIN_WRONG") from None


def open_pkcs12_log_key(file: Path, pin: str) -> Ed25519PrivateKey:
    """Open the key of a PKCS#12 file, which needs no certificate: a log is known by its bare key.

    Refuses SIGNING_PIN_WRONG, SIGNING_KEY_ABSENT, KEY_ALGORITHM_UNSUITABLE; Unavailable SIGNING_TOKEN_ABSENT.
    """
    try:
        bag = pkcs12.load_pkcs12(read_key_file(file), pin.encode())
    except ValueError:
        raise Refused("SIGNING_PIN_WRONG") from None
    if bag.key is None:
        raise Refused("SIGNING_KEY_ABSENT")
    return _ed25519(bag.key)


def _ed25519(key: object) -> Ed25519PrivateKey:
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused("KEY_ALGORITHM_UNSUITABLE")
    return key
