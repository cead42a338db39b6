"""How long hostile input keeps the verifier busy: p50, p99 and the longest, in milliseconds, on one core."""

import base64
import os
import random
import statistics
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from vaxproof import ProofError, SoftwareSigner, TrustList, issue
from vaxproof.envelope import base45, cbor, cose, deflate
from vaxproof.trust.certificates import key_id_of, read_certificate
from vaxproof.verify import verify

from bench.proof import ISSUED, certificate, records

LIMIT_MS = 5.0
SIZE = 5_000  # just under what is looked at
CBOR_BOMBS = (
    b"\x81" * SIZE,
    b"\xa1\x00" * (SIZE // 2),
    b"\x9f" * SIZE,
    b"\xc0" * SIZE,
    b"\x99\x13\x80" + b"\x80" * SIZE,
    b"\x99\x13\x80" + b"\xa0" * SIZE,
    b"\x99\x13\x80" + b"\x60" * SIZE,
    b"\x9f" + b"\xf9\x7e\x00" * 1600 + b"\xff",
    b"\xb9\x04\xb0" + b"".join(b"\x19" + n.to_bytes(2, "big") + b"\x00" for n in range(1200)),
    b"\xb9\x01\xea" + b"".join(b"\x1b" + (n * (2**61 - 1)).to_bytes(8, "big") + b"\x00" for n in range(1, 8)) * 70,
    b"\x5f" + b"\x40" * SIZE + b"\xff",
    b"\x7f" + b"\x61a" * 2400 + b"\xff",
    b"\x9b" + b"\xff" * 8,
    b"\x5b" + b"\xff" * 8,
    b"\xc2\x59\x13\x00" + b"\xff" * 4864,
    b"\xc5\x82\x1b" + b"\x7f" * 8 + b"\x01",
    b"\xd8\x23\x78\x28" + b"(a+)+" * 8,
    b"\xd8\x1c\x81\xd8\x1d\x00",
)


def texts() -> Iterator[str]:
    """Texts that try to keep a verifier busy."""
    shuffled = random.Random(1)
    key = ec.generate_private_key(ec.SECP256R1())
    signer = SoftwareSigner(key, key_id_of(certificate(key)))
    right = issue.issue(records()[0], signer, ISSUED, ISSUED + timedelta(days=300))
    for _ in range(1500):
        letters = list(right)
        for _ in range(shuffled.randint(1, 5)):
            letters[shuffled.randrange(4, len(letters))] = shuffled.choice(base45.ALPHABET)
        yield "".join(letters)
    for bomb in CBOR_BOMBS:
        for _ in range(30):
            yield issue.to_hc1(bomb)
            yield issue.to_hc1(cbor2.dumps(cbor2.CBORTag(18, [bomb, {}, bomb[:20], bytes(64)])))
            yield issue.to_hc1(b"\xd2\x84\x40" + bomb)
    for size in (1, 100, 2000, 4296, 8000, 8192, 9000, 1_000_000):
        for letter in "A %:\n0\u00a0Đ":
            yield "HC1:" + letter * size
    for _ in range(200):
        yield "HC1:" + base45.encode(deflate.compress(bytes(SIZE * 100))[:2000])
        yield "HC1:" + base45.encode(os.urandom(2800))
        yield "HC1:" + "".join(shuffled.choices(base45.ALPHABET, k=4290))
        yield "HC1:" + "%25" * 2700


def ders() -> Iterator[bytes]:
    """Certificates that are none."""
    shuffled = random.Random(2)
    right = certificate(ec.generate_private_key(ec.SECP256R1()))
    for _ in range(3000):
        data = bytearray(right)
        for _ in range(shuffled.randint(1, 4)):
            data[shuffled.randrange(len(data))] = shuffled.randrange(256)
        yield bytes(data)
    for _ in range(50):
        yield b"\x30\x82\x3f\x00" * 4000
        yield b"\x30\x82\x3f\xfa\x30\x82\x3f\xf6" + b"\x30\x00" * 8187
        yield b"\x30\x82\x3f\xfa\x30\x82\x3f\xf6" + b"\x06\x7f" + b"\xff" * 16_000


def trust_lists() -> Iterator[bytes]:
    """Trust lists that are none."""
    head = b'{"format":"vaxproof-trust-list","version":1,"made_at":"2026-01-01T00:00:00Z",'
    head += b'"next_at":"2026-01-02T00:00:00Z","certificates":'
    for _ in range(300):
        yield b"{" + b'"a":{' * 5000
        yield b"[" * 20_000
        yield b'{"a":' + b"9" * 20_000 + b"}"
        yield head + b"[]" + b"," * 10_000
        yield head + b'[{"der":"' + base64.b64encode(os.urandom(9000)) + b'"}]}'
        yield head + b'[{"der":"' + b"=" * 9000 + b'"}]}'
        yield b"-----BEGIN CERTIFICATE-----" * 500


def durations(work: Callable[[], object]) -> float:
    """Milliseconds of processor time; only the library's own refusals may come out."""
    started = time.process_time()
    with suppress(ProofError):
        work()
    return (time.process_time() - started) * 1000


def main() -> None:
    """Print the table; exit 1 where a p99 is 5 ms or more."""
    key = ec.generate_private_key(ec.SECP256R1())
    trust = TrustList([read_certificate(certificate(key))])
    bomb = zlib.compress(bytes(5_000_000), 9)
    corpus: dict[str, list[Callable[[], object]]] = {
        "verify a text": [partial(verify, text, trust, at=ISSUED) for text in texts()],
        "read CBOR": [partial(cbor.decode, data) for data in CBOR_BOMBS * 50],
        "read COSE": [partial(cose.decode, data) for data in CBOR_BOMBS * 50],
        "inflate five megabytes": [partial(deflate.inflate, bomb)] * 500,
        "read a certificate": [partial(read_certificate, data) for data in ders()],
        "read a trust list": [partial(TrustList.parse, data) for data in trust_lists()],
    }
    print(f"{'hostile input':26}{'inputs':>8}{'p50 ms':>9}{'p99 ms':>9}{'longest':>9}")
    worst = 0.0
    for name, works in corpus.items():
        times = sorted(durations(work) for work in works)
        p99 = times[len(times) * 99 // 100]
        worst = max(worst, p99)
        print(f"{name:26}{len(times):8}{statistics.median(times):9.3f}{p99:9.3f}{times[-1]:9.3f}")
    sys.exit(worst >= LIMIT_MS)


if __name__ == "__main__":
    main()
