"""Signed publications: JSON with a head, as JWS compact serialisation; written by hand, right and wrong."""

import base64
import json
import math
import struct
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from packages.vaxproof.vectors.generator.envelope import AT
from packages.vaxproof.vectors.generator.keys import PUBLISHER, Identity

MADE = AT - timedelta(hours=12)
NEXT = AT + timedelta(hours=12)


def b64(data: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(data).decode()


def b64url(data: bytes) -> str:
    """Base64 for addresses, without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def stamp(at: datetime) -> str:
    """`2026-06-01T00:00:00Z`."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def document(name: str, *, number: int, made: datetime = MADE, due: datetime = NEXT, **members: Any) -> bytes:
    """The JSON of one publication. A member of the head may be given anew."""
    head = {
        "format": f"vaxproof-{name}", "version": 1, "number": number, "made_at": stamp(made), "next_at": stamp(due),
    }  # fmt: skip
    return json.dumps(head | members, ensure_ascii=False, indent=1).encode() + b"\n"


def jws(
    payload: bytes, by: Identity = PUBLISHER, *, kid: str = "", typ: str = "", signer: Identity | None = None,
    **header: Any,
) -> bytes:  # fmt: skip
    """The signed form. `signer`: whose key really signs; `header`: members that are added or replaced."""
    format_name = json.loads(payload).get("format", "")
    protected = {
        "alg": "ES256" if by.alg == -7 else "PS256",
        "kid": kid or by.kid.hex(),
        "typ": typ or f"{format_name}+json",
    }
    head = json.dumps(protected | header, separators=(",", ":")).encode()
    message = f"{b64url(head)}.{b64url(payload)}"
    return f"{message}.{b64url((signer or by).sign(message.encode()))}".encode()


def trusted(key: Identity, **more: Any) -> dict[str, Any]:
    """An entry of a trust list."""
    return {"der": b64(key.der), "source": "TEST", "country": key.country, "usage": "DSC", **more}


def trust_list(entries: Iterable[dict[str, Any]], *, number: int = 7, **head: Any) -> bytes:
    """The document that names the signers."""
    return document("trust-list", number=number, certificates=list(entries), **head)


def truncated(data: bytes) -> bytes:
    """The first 128 bits of SHA-256, as the EU's batches hash."""
    return sha256(data).digest()[:16]


def revocation_list(*, number: int = 4, countries: tuple[str, ...] = ("VN",), **head: Any) -> bytes:
    """The exact list; entries by kind come among `head`: `UCI=[…]`."""
    kinds = {kind: head.pop(kind) for kind in ("COUNTRYCODEUCI", "SIGNATURE", "UCI") if kind in head}
    entries = {kind: [b64(value) for value in sorted(values)] for kind, values in kinds.items()}
    return document("revocation-list", number=number, **({"countries": list(countries), "entries": entries} | head))


def revocation_filter(elements: list[bytes], *, number: int = 4, **head: Any) -> bytes:
    """The compact filter over hashes of 16 bytes."""
    members: dict[str, Any] = {
        "countries": ["VN"], "kinds": ["COUNTRYCODEUCI", "SIGNATURE", "UCI"], "entries": len(elements),
        "false_positives": 1e-9, "filter": b64(bloom(elements, 1e-9)),
    }  # fmt: skip
    return document("revocation-filter", number=number, **(members | head))


def bloom(elements: list[bytes], rate: float) -> bytes:
    """The binary of the EU's filter (as its code writes it): big-endian; bit 0 of a word is its most significant.

    int16 version, byte k, byte hash (0: SHA-256), float32 rate, int32 capacity, int32 entries, int32 words, words.
    """
    capacity = max(1, len(elements))
    bits = math.ceil(capacity * math.log(rate) / math.log(1 / 2 ** math.log(2)))
    words = [0] * (bits // 32 + 1)
    rounds = max(1, round(len(words) * 32 / capacity * math.log(2)))
    for element in elements:
        for turn in range(rounds):
            at = int.from_bytes(sha256(element + bytes([turn])).digest(), "big", signed=True) % (len(words) * 32)
            words[at // 32] |= 1 << (31 - at % 32)
    head = struct.pack(">hBBfiii", 1, rounds, 0, rate, capacity, len(elements), len(words))
    return head + struct.pack(f">{len(words)}I", *words)


def index(*, number: int = 9, publishers: Iterable[Identity] = (PUBLISHER,), **head: Any) -> bytes:
    """The index: what else is published, and who may publish from now on."""
    return document("index", number=number, **({"files": {}, "publishers": [b64(p.der) for p in publishers]} | head))
