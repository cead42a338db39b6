"""Inputs that are nearly right, seeded: what both libraries must judge alike."""

import base64
import json
import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cbor2
from vaxproof.envelope import base45

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
_HEADS = bytes.fromhex("00 17 18 1b 20 38 40 57 5f 60 7f 80 84 9f a0 a4 bf c0 c1 d2 d8 e0 f4 f5 f6 f7 f8 f9 fa fb ff")
_TEXT = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:abcé\u00a0\u2028\ufeff\U0001f600\r\n\t\x1c\x85HC12"


def mutated(random_: random.Random, data: bytes, heads: bytes = b"") -> bytes:
    """A few bytes changed, taken away, doubled or put in."""
    changed = bytearray(data)
    for _ in range(random_.choice((1, 1, 1, 2, 4))):
        at = random_.randrange(len(changed) + 1)
        octet = random_.choice(heads) if heads and random_.random() < 0.6 else random_.randrange(256)
        match random_.randrange(5):
            case 0 if at < len(changed):
                changed[at] = octet
            case 1:
                changed.insert(at, octet)
            case 2:
                del changed[at : at + random_.choice((1, 1, 2, 8))]
            case 3:
                changed[at:at] = changed[at : at + random_.choice((1, 4, 20))]
            case _ if at < len(changed):
                changed[at] ^= 1 << random_.randrange(8)
    return bytes(changed)


def cbor_values(random_: random.Random, count: int) -> Iterator[bytes]:
    """CBOR of all kinds: grown from nothing, and real messages with faults."""
    seeds = [base45.decode(text[4:]) for text in texts_of_cases()[:40]]
    messages = [zlib.decompress(seed) for seed in seeds]
    for _ in range(count):
        if random_.random() < 0.5:
            yield _grown(random_, 0)
        else:
            yield mutated(random_, random_.choice(messages), _HEADS)


def _grown(random_: random.Random, depth: int) -> bytes:
    if depth >= random_.choice((2, 4, 12)) or random_.random() < 0.5:
        return random_.choice(_SCALARS) if random_.random() < 0.7 else random_.choice(_LONG) + random_.choice(_WIDE)
    inner = [_grown(random_, depth + 1) for _ in range(random_.randrange(4))]
    half = inner[: len(inner) // 2 * 2]
    return random_.choice(
        (
            bytes([0x80 + len(inner)]) + b"".join(inner),
            bytes([0xA0 + len(half) // 2]) + b"".join(half),
            random_.choice((b"\x9f", b"\xbf")) + b"".join(inner) + b"\xff",
            random_.choice((b"\xd2", b"\xd8\x3d", b"\xc0", b"\xc1", b"\xd8\x20")) + (inner[0] if inner else b"\x60"),
        )
    )


_SCALARS = [
    *(bytes([0xE0 | value]) for value in range(32)),
    *(bytes([value]) for value in (0, 1, 2, 20, 23, 0x20, 0x25)),
    *(
        head + value
        for head in (b"\x19", b"\x39", b"\xf9")
        for value in (b"\0\0", b"\x3c\0", b"\x7e\0", b"\x80\0", b"\0\1")
    ),
    *map(cbor2.dumps, ("", "a", "é", "\U0001f600", b"", b"a")),
    *(b"\x5f\x41a\xff", b"\x7f\x61a\x60\xff", b"\x7f\xff", b"\x62\xc3\x28", b"\xf8\x21", b"\x63\xef\xbb\xbf"),
    *(b"\xfa\x3f\x80\0\0", b"\x1a\0\0\0\1"),
]
_LONG = (b"\x1b", b"\x3b", b"\xfb")
_WIDE = [
    value.to_bytes(8)
    for value in (
        0,
        1,
        2**53 - 1,
        2**53,
        2**53 + 1,
        2**64 - 1,
        0x3FF0000000000000,
        0x7FF0000000000000,
        0x7FF8000000000000,
    )
]


_SIZES = (0, 1, 100, 1000, 5119, 5120, 5122, 6000, 60_000)


def zlib_streams(random_: random.Random, count: int, sizes: Sequence[int] = _SIZES) -> Iterator[bytes]:
    """Streams that are whole, cut, followed by more, broken, too large."""
    for _ in range(count):
        size = random_.choice(sizes)
        alphabet = random_.choice((b"a", b"ab", bytes(range(256))))
        data = bytes(random_.choices(alphabet, k=size))
        stream = zlib.compress(data, random_.choice((0, 1, 6, 9)))
        match random_.randrange(5):
            case 0:
                yield stream
            case 1:
                yield stream[: random_.randrange(len(stream))]
            case 2:
                yield stream + bytes(random_.choices(range(256), k=random_.choice((1, 2, 4, 9))))
            case 3:
                yield stream + stream[-4:]
            case _:
                yield mutated(random_, stream)


def texts(random_: random.Random, count: int) -> Iterator[str]:
    """Passports whose characters were changed, cut, quoted, wrapped, or whose bytes were changed before base45."""
    sources = texts_of_cases()
    for _ in range(count):
        text = random_.choice(sources)
        match random_.randrange(6):
            case 0:
                yield _with_other_letters(random_, text)
            case 1:
                yield (
                    random_.choice((" ", "\n", "\u2003", "\x1c", "\x85", "\ufeff"))
                    + text
                    + random_.choice(("\r\n", "\xa0", ""))
                )
            case 2:
                yield text.replace("%", "%25").replace(" ", "%20").replace("+", random_.choice(("%2B", "+", "%2b")))
            case 3:
                yield text[: random_.randrange(len(text))] + random_.choice(("", "\U0001f600", "A" * 4300, "A" * 9000))
            case _:
                yield "HC1:" + base45.encode(_repacked(random_, text))


def _with_other_letters(random_: random.Random, text: str) -> str:
    at = random_.randrange(len(text))
    return text[:at] + "".join(random_.choices(_TEXT, k=random_.randrange(3))) + text[at + random_.randrange(3) :]


def _repacked(random_: random.Random, text: str) -> bytes:
    """With a changed message: its signature is seldom right, its form often is."""
    message = zlib.decompress(base45.decode(text[4:]))
    return zlib.compress(mutated(random_, message, _HEADS), 9)


def certificates(random_: random.Random, ders: Sequence[bytes], count: int) -> Iterator[bytes]:
    """Certificates with a few bytes changed, most of them before the signature."""
    for _ in range(count):
        der = random_.choice(ders)
        yield mutated(random_, der, b"\x30\x31\x02\x03\x04\x05\x06\x17\x18\xa0\xa3\x80\x81\x82")


def keys(der: bytes) -> Iterator[bytes]:
    """The certificate with keys of all kinds and of all faults in place of its P-256 key."""
    head = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    at = der.index(head)
    for spki in _public_keys(der[at + len(head) : at + len(head) + 65]):
        yield _with_key(der, at, spki)


def _with_key(der: bytes, at: int, spki: bytes) -> bytes:
    """The lengths around it follow; the signature does not, since nobody looks at it."""
    outer = der_value(der, 0)
    inner = der_value(der, outer[0])
    body = der[inner[0] : at] + spki + der[at + 91 : inner[1]]
    return _tlv(0x30, _tlv(0x30, body) + der[inner[1] : outer[1]])


def der_value(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the value at this place begins and ends."""
    size = data[at + 1] & 0x7F if data[at + 1] & 0x80 else 0
    length = int.from_bytes(data[at + 2 : at + 2 + size]) if size else data[at + 1]
    return at + 2 + size, at + 2 + size + length


def _tlv(tag: int, body: bytes) -> bytes:
    size = len(body)
    head = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else b"\x82" + size.to_bytes(2)
    return bytes([tag]) + head + body


_RSA, _PSS = bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("06092a864886f70d01010a")
_EC = bytes.fromhex("06072a8648ce3d0201")
_P256, _P384 = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06052b81040022")


def _public_keys(point: bytes) -> Iterator[bytes]:
    parity = 2 + (point[-1] & 1)
    points = [
        point,
        bytes([parity]) + point[1:33],
        bytes([5 - parity]) + point[1:33],
        bytes([parity + 4]) + point[1:],
        bytes([9 - parity]) + point[1:],
        point[:-1] + bytes([point[-1] ^ 1]),
        b"\0",
        point[:-1],
        point + b"\0",
        b"\4" + bytes(64),
        b"\2" + b"\xff" * 32,
        *(b"\2" + bytes(31) + bytes([x]) for x in range(8)),
    ]
    yield from (_spki(_EC + curve, body) for body in points for curve in (_P256, _P384))
    yield from (_spki(_EC + _P256 + more, point) for more in (b"\5\0", _P256))
    yield _spki(_EC, point)
    yield _spki(_EC + _P256, point, unused=1)
    yield from _rsa_keys()


def _rsa_keys() -> Iterator[bytes]:
    modulus = (1 << 2047) + 0xABCDEF01
    for name, parameters in (
        (_RSA, b"\5\0"),
        (_RSA, b""),
        (_RSA, b"\x30\0"),
        (_PSS, b""),
        (_PSS, b"\x30\0"),
        (_PSS, b"\5\0"),
    ):
        yield _spki(name + parameters, _rsa(modulus, 65537))
    for bits in (1024, 2047, 2049, 3072, 4096, 4097):
        yield _spki(_RSA + b"\5\0", _rsa((1 << (bits - 1)) + 1, 65537))
    for exponent in (0, 1, 2, 3, 65536, 2**32 - 1, 2**32 + 1, 2**40 + 1, modulus + 2):
        yield _spki(_RSA + b"\5\0", _rsa(modulus, exponent))
    body = _rsa(modulus, 65537)
    yield _spki(_RSA + b"\5\0", body + b"\0")
    yield _spki(_RSA + b"\5\0", body, unused=1)
    yield _spki(_RSA + b"\5\0", _tlv(0x30, _tlv(2, b"\0\0" + modulus.to_bytes(256)) + _integer(3)))
    yield _spki(_RSA + b"\5\0", _tlv(0x30, _tlv(2, modulus.to_bytes(256)) + _integer(3)))
    yield _spki(_RSA + b"\5\0", _tlv(0x30, _integer(modulus) + _integer(3) + _integer(3)))
    yield _spki(_RSA + b"\5\0", _tlv(0x30, _integer(modulus) + _tlv(2, b"")))


def _rsa(modulus: int, exponent: int) -> bytes:
    return _tlv(0x30, _integer(modulus) + _integer(exponent))


def _integer(value: int) -> bytes:
    return _tlv(2, value.to_bytes(value.bit_length() // 8 + 1))


def _spki(algorithm: bytes, key: bytes, unused: int = 0) -> bytes:
    return _tlv(0x30, _tlv(0x30, algorithm) + _tlv(3, bytes([unused]) + key))


def json_documents(
    random_: random.Random, sources: Sequence[bytes], count: int, *, broken: float = 0.2
) -> Iterator[bytes]:
    """JSON with one value somewhere replaced by an odd one, or its bytes changed."""
    for _ in range(count):
        source = random_.choice(sources)
        if random_.random() < broken:
            yield mutated(random_, source, b'"{}[],:0e-\\u\xef\xbb\xbf')
        else:
            yield json.dumps(_with_odd_value(random_, json.loads(source))).encode()


_ODD: list[Callable[[Any], Any]] = [
    lambda _: None,
    lambda _: True,
    lambda _: 1.0,
    lambda _: 1.5,
    lambda _: -1,
    lambda _: 2**53,
    lambda _: 10**400,
    lambda _: "",
    lambda _: [],
    lambda _: {},
    lambda _: [1],
    lambda _: "\ud800",
    lambda _: "2026-06-01T12:00:00+24:00",
    lambda _: "2026-06-01T12:00:00.123456789+05:75",
    lambda _: "20260601T120000Z",
    lambda _: "2026-02-30T12:00:00Z",
    lambda _: "0001-01-01T00:00:00+01:00",
    lambda value: f"{value}=",
    lambda value: f"{value}\n",
    lambda value: str(value)[:-1],
    lambda value: [value],
    lambda value: str(value).lower(),
]


def _with_odd_value(random_: random.Random, document: Any) -> Any:
    places: list[tuple[Any, Any]] = []
    left = [document]
    while left:
        part = left.pop()
        keys = part if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
        places += [(part, key) for key in keys]
        left += [part[key] for key in keys]
    part, key = random_.choice(places)
    if random_.random() < 0.2:
        del part[key]
    else:
        part[key] = random_.choice(_ODD)(part[key])
    return document


def cases() -> list[dict[str, Any]]:
    """The published vectors."""
    listed: list[dict[str, Any]] = json.loads((VECTORS / "vectors.json").read_text("utf-8"))["cases"]
    return listed


def texts_of_cases() -> list[str]:
    """Passports of the vectors that open."""
    found = []
    for case in cases():
        try:
            zlib.decompress(base45.decode(case.get("text", "")[4:]))
        except Exception:  # noqa: BLE001 -- whatever is wrong with it, it is no source
            continue
        if case["text"].startswith("HC1:"):
            found.append(case["text"])
    return found


def base64_of(data: bytes) -> str:
    """As questions carry bytes."""
    return base64.b64encode(data).decode()
