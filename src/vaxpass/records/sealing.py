"""Sealing: personal numbers encrypted at rest (AES-256-GCM) and found by keyed hash (HMAC-SHA-256).

A sealed value is `version byte, 12-byte nonce, ciphertext with tag`. The newest key seals; older ones still open.
The hash lets us find an equal number and nothing else: whoever holds the database alone learns neither.
"""

import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

LOOKUP_BYTES = 16


class SealBrokenError(Exception):
    """A sealed value was altered, or its key is not among ours."""


@cache
def _ciphers() -> tuple[AESGCM, ...]:
    if not settings.SEALING_KEYS or not settings.LOOKUP_KEY:
        raise ImproperlyConfigured("SEALING_KEYS and LOOKUP_KEY must be set")
    return tuple(AESGCM(bytes.fromhex(key)) for key in settings.SEALING_KEYS)


@cache
def _lookup_key() -> bytes:
    if not settings.LOOKUP_KEY:
        raise ImproperlyConfigured("LOOKUP_KEY must be set")
    return bytes.fromhex(settings.LOOKUP_KEY)


def seal(text: str) -> bytes:
    """Encrypt a text; the empty text becomes empty bytes."""
    return seal_bytes(text.encode()) if text else b""


def seal_bytes(content: bytes) -> bytes:
    """Encrypt bytes."""
    nonce = os.urandom(12)
    return b"\x01" + nonce + _ciphers()[0].encrypt(nonce, content, None)


def open_seal(sealed: bytes | memoryview) -> str:
    """Decrypt a text; raises SealBrokenError."""
    return open_sealed_bytes(sealed).decode() if sealed else ""


def open_sealed_bytes(sealed: bytes | memoryview) -> bytes:
    """Decrypt bytes; raises SealBrokenError."""
    raw = bytes(sealed)
    for cipher in _ciphers():
        try:
            return cipher.decrypt(raw[1:13], raw[13:], None)
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            continue
    raise SealBrokenError


def lookup_hash(purpose: str, *parts: str) -> bytes:
    """Give the 16-byte keyed hash of some parts for one purpose (`number`, `phone`, `person`, ...)."""
    message = "\x1f".join((purpose, *parts)).encode()
    return hmac.digest(_lookup_key(), message, hashlib.sha256)[:LOOKUP_BYTES]
