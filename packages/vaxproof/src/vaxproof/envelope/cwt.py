"""Step 5: the CWT claims of HCERT (hcert-spec §3.3): issuer, times, and the certificate itself."""

from typing import Any, NamedTuple

from vaxproof.envelope import cbor
from vaxproof.errors import Code, ProofError

ISSUER, EXPIRES_AT, ISSUED_AT, HCERT, DCC = 1, 4, 6, -260, 1
MAX_TIME = 253_402_300_799
"""Seconds since 1970: the end of the year 9999, as far as calendars of programs go."""


class Cwt(NamedTuple):
    """The claims as signed. Times: seconds since 1970; whole seconds, unless an issuer wrote fractions."""

    issuer: str | None
    issued_at: float
    expires_at: float
    dcc: dict[str, Any]


def decode(payload: bytes) -> Cwt:
    """Claims of the payload. Numbers with a fraction are read (HU, ES and LI wrote them).

    Raises:
        ProofError: CBOR_DESERIALIZATION_FAILED; CWT_DESERIALIZATION_FAILED (no claims, no times, no
        certificate).
    """
    return from_claims(cbor.decode(payload))


def from_claims(claims: Any) -> Cwt:
    """The same, from a decoded map.

    Raises:
        ProofError: CWT_DESERIALIZATION_FAILED.
    """
    if not isinstance(claims, dict):
        raise ProofError(Code.CWT_DESERIALIZATION_FAILED, "claims")
    issuer = claims.get(ISSUER)
    if issuer is not None and not isinstance(issuer, str):
        raise ProofError(Code.CWT_DESERIALIZATION_FAILED, "iss")
    return Cwt(issuer, _time(claims, ISSUED_AT, "iat"), _time(claims, EXPIRES_AT, "exp"), _certificate(claims))


def encode_head(issuer: str, issued_at: int, expires_at: int) -> bytes:
    """The claims map up to the certificate, whose CBOR must follow; keys in the order 1, 4, 6, -260."""
    times = b"\x04" + cbor.unsigned(expires_at) + b"\x06" + cbor.unsigned(issued_at)
    return b"\xa4\x01" + cbor.text(issuer) + times + b"\x39\x01\x03\xa1\x01"


def _time(claims: dict[Any, Any], key: int, name: str) -> float:
    value = claims.get(key)
    if (type(value) is int or type(value) is float) and 0 <= value <= MAX_TIME:  # false for NaN and infinity
        return value
    raise ProofError(Code.CWT_DESERIALIZATION_FAILED, name)


def _certificate(claims: dict[Any, Any]) -> dict[str, Any]:
    hcert = claims.get(HCERT)
    dcc = hcert.get(DCC) if isinstance(hcert, dict) else None
    if not isinstance(dcc, dict):
        raise ProofError(Code.CWT_DESERIALIZATION_FAILED, "hcert")
    return dcc
