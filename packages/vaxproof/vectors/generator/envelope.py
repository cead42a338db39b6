"""Passports as bytes and text, right and wrong: each step may be replaced by something that deviates."""

import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import cbor2
from vaxproof import uvci
from vaxproof.envelope import base45

from packages.vaxproof.vectors.generator.keys import DSC, Identity

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""The time at which nearly all cases are checked."""
NOW = int(AT.timestamp())
ISSUED, EXPIRES = NOW - 30 * 86_400, NOW + 300 * 86_400
ALG, CRIT, CONTENT_TYPE, KID = 1, 2, 3, 4
Dcc = dict[str, Any]


def identifier(number: int) -> str:
    """A well-formed identifier of its own for each case that is revoked or logged."""
    return uvci.build("VN", "01001", f"TESTVECTOR{number:010d}")


_NAMES = {"fn": "Đặng", "fnt": "DANG", "gn": "Đình Đức", "gnt": "DINH<DUC"}
_HEAD = {"ver": "1.3.0", "nam": _NAMES, "dob": "1980-05-01"}
_PLACE = {"co": "VN", "is": "Bộ Y tế"}


def vaccination(*, ci: str = "", names: Any = None, **changes: Any) -> Dcc:
    """A second dose of Vaxzevria; `changes` are of the entry, a value None leaves a member out."""
    entry = {
        "tg": "840539006", "vp": "29061000087103", "mp": "EU/1/21/1529", "ma": "ORG-100001699",
        "dn": 2, "sd": 2, "dt": "2026-03-01", **_PLACE, "ci": ci or identifier(1),
    }  # fmt: skip
    return _dcc("v", entry, names, changes)


def covid_test(*, ci: str = "", **changes: Any) -> Dcc:
    """A negative PCR test of the day before."""
    entry = {
        "tg": "840539006", "tt": "LP6464-4", "nm": "TEST PCR", "sc": "2026-05-31T08:00:00+07:00", "tr": "260415000",
        "tc": "TEST laboratory", **_PLACE, "ci": ci or identifier(2),
    }  # fmt: skip
    return _dcc("t", entry, None, changes)


def recovery(*, ci: str = "", **changes: Any) -> Dcc:
    """A recovery from an infection in spring."""
    entry = {
        "tg": "840539006", "fr": "2026-04-01", "df": "2026-04-12", "du": "2026-09-28", **_PLACE,
        "ci": ci or identifier(3),
    }  # fmt: skip
    return _dcc("r", entry, None, changes)


def _dcc(group: str, entry: Dcc, names: Any, changes: Mapping[str, Any]) -> Dcc:
    changed = {key: value for key, value in (entry | dict(changes)).items() if value is not None}
    return {**_HEAD, "nam": names or _NAMES, group: [changed]}


def claims(dcc: Any = None, *, iss: Any = "VN", iat: Any = ISSUED, exp: Any = EXPIRES, **more: Any) -> dict[Any, Any]:
    """The claims of HCERT; None leaves one out. `more`: `_2="x"` adds claim 2."""
    hcert = {1: vaccination() if dcc is None else dcc}
    found: dict[Any, Any] = {1: iss, 4: exp, 6: iat, **{int(k[1:]): v for k, v in more.items()}, -260: hcert}
    return {key: value for key, value in found.items() if value is not None}


def encoded(value: Any) -> bytes:
    """CBOR; bytes are taken as they are."""
    return value if isinstance(value, bytes) else cbor2.dumps(value)


def sign1(  # noqa: PLR0913 -- every part of the envelope can be the one that deviates
    payload: Any = None,
    key: Identity = DSC,
    *,
    protected: Any = None,
    unprotected: Any = None,
    signature: bytes | Callable[[bytes], bytes] | None = None,
    wrap: Callable[[list[Any]], Any] = lambda parts: cbor2.CBORTag(18, parts),
) -> bytes:
    """A COSE_Sign1. `payload`: claims, a DCC, or bytes. `signature`: bytes, or what makes them of the message."""
    if payload is None or (isinstance(payload, dict) and not all(isinstance(key, int) for key in payload)):
        payload = claims(payload)
    head = encoded({ALG: key.alg, KID: key.kid} if protected is None else protected)
    body = encoded(payload)
    message = to_be_signed(head, body)
    made = signature(message) if callable(signature) else signature
    return cbor2.dumps(wrap([head, unprotected or {}, body, key.sign(message) if made is None else made]))


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052 §4.4."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def text(cose: bytes) -> str:
    """The text of the QR code."""
    return packed(zlib.compress(cose, 9))


def packed(data: bytes) -> str:
    """The text of these bytes, compressed or not."""
    return "HC1:" + base45.encode(data)


def hc1(payload: Any = None, key: Identity = DSC, **deviation: Any) -> str:
    """The text of a passport, right unless told otherwise."""
    return text(sign1(payload, key, **deviation))
