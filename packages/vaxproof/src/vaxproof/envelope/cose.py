"""Step 4: COSE_Sign1 (RFC 9052). Bytes ⇄ headers, payload, signature; no key is used here."""

from functools import lru_cache
from typing import Any, NamedTuple

import cbor2

from vaxproof.envelope import cbor
from vaxproof.errors import Code, ProofError
from vaxproof.signer import Algorithm

_ALG, _CRIT, _KID = 1, 2, 4
_BY_COSE_ID = {algorithm.cose_id: algorithm for algorithm in Algorithm}
KEY_ID_BYTES = 8
_PARTS = 4


class Sign1(NamedTuple):
    """A COSE_Sign1 as read. `protected` and `payload` are the very bytes that are signed."""

    protected: bytes
    payload: bytes
    signature: bytes
    algorithm_id: Any
    key_id: Any
    critical: bool

    @property
    def to_be_signed(self) -> bytes:
        """The Sig_structure (RFC 9052 §4.4)."""
        return to_be_signed(self.protected, self.payload)

    def checked_algorithm(self) -> Algorithm:
        """ES256 or PS256.

        Raises:
            ProofError: UNSUPPORTED_ALGORITHM, UNSUPPORTED_CRITICAL_HEADER.
        """
        if self.critical:
            raise ProofError(Code.UNSUPPORTED_CRITICAL_HEADER)
        known = _BY_COSE_ID.get(self.algorithm_id) if type(self.algorithm_id) is int else None
        if known is None:
            raise ProofError(Code.UNSUPPORTED_ALGORITHM)
        return known

    def checked_key_id(self) -> bytes:
        """The 8 bytes of the key id; the protected header wins over the unprotected one.

        Raises:
            ProofError: KEY_ID_MISSING, KEY_ID_ILLEGAL (not 8 bytes).
        """
        if self.key_id is None:
            raise ProofError(Code.KEY_ID_MISSING)
        if not isinstance(self.key_id, bytes) or len(self.key_id) != KEY_ID_BYTES:
            raise ProofError(Code.KEY_ID_ILLEGAL)
        return self.key_id


def decode(data: bytes) -> Sign1:
    """Read it tagged 18, untagged, or under the CWT tag (61, 18).

    Raises:
        ProofError: COSE_DESERIALIZATION_FAILED.
    """
    try:
        parts = _untagged(cbor.decode(data))
        protected, unprotected, payload, signature = parts
        headers = _protected_headers(protected)
    except (ProofError, ValueError, TypeError):
        raise ProofError(Code.COSE_DESERIALIZATION_FAILED) from None
    if not (isinstance(unprotected, dict | cbor2.frozendict) and type(payload) is bytes and type(signature) is bytes):
        raise ProofError(Code.COSE_DESERIALIZATION_FAILED)
    algorithm_id, key_id, critical = headers
    return Sign1(
        protected,
        payload,
        signature,
        unprotected.get(_ALG) if algorithm_id is None else algorithm_id,
        unprotected.get(_KID) if key_id is None else key_id,
        critical,
    )


def encode(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """COSE_Sign1 under tag 18 with an empty unprotected header."""
    return _opening(protected) + cbor.octets(payload) + cbor.octets(signature)


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure `["Signature1", protected, h'', payload]`."""
    return _context(protected) + cbor.octets(payload)


@lru_cache(maxsize=1024)
def _opening(protected: bytes) -> bytes:
    return b"\xd2\x84" + cbor.octets(protected) + b"\xa0"


@lru_cache(maxsize=1024)
def _context(protected: bytes) -> bytes:
    return b"\x84\x6aSignature1" + cbor.octets(protected) + b"\x40"


@lru_cache(maxsize=1024)
def encode_protected(algorithm: Algorithm, key_id: bytes) -> bytes:
    """The protected header: algorithm (by name, where it came from a setting) and key id.

    Raises:
        ProofError: KEY_ID_ILLEGAL (not 8 bytes), UNSUPPORTED_ALGORITHM.
    """
    try:
        known = Algorithm(algorithm)
    except ValueError:
        raise ProofError(Code.UNSUPPORTED_ALGORITHM) from None
    if len(key_id) != KEY_ID_BYTES:
        raise ProofError(Code.KEY_ID_ILLEGAL, f"{len(key_id)} bytes")
    return cbor2.dumps({_ALG: known.cose_id, _KID: key_id})


def _untagged(value: Any) -> Any:
    if isinstance(value, cbor2.CBORTag) and value.tag == cbor.CWT_TAG:
        value = value.value
        if not isinstance(value, cbor2.CBORTag):
            raise ProofError(Code.COSE_DESERIALIZATION_FAILED)
    if isinstance(value, cbor2.CBORTag) and value.tag == cbor.COSE_SIGN1_TAG:
        value = value.value
    if not isinstance(value, list | tuple) or len(value) != _PARTS:
        raise ProofError(Code.COSE_DESERIALIZATION_FAILED)
    return value


@lru_cache(maxsize=1024)
def _protected_headers(protected: bytes) -> tuple[Any, Any, bool]:
    if type(protected) is not bytes:
        raise ProofError(Code.COSE_DESERIALIZATION_FAILED)
    headers = cbor.decode(protected) if protected else {}  # RFC 9052 §3: empty map as empty string
    if not isinstance(headers, dict):
        raise ProofError(Code.COSE_DESERIALIZATION_FAILED)
    return headers.get(_ALG), headers.get(_KID), _CRIT in headers
