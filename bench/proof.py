"""Speed of the proof, as ratios to what OpenSSL does in the same run, on one core (design: budget of speed).

Rounds of ours and of OpenSSL alternate, and medians are compared, so that a noisy machine shifts both sides.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from vaxproof import SoftwareSigner, TrustList, Vaccination, issue, uvci, valuesets
from vaxproof.trust.certificates import key_id_of, read_certificate
from vaxproof.verify import Answer, verify

ROUNDS = 5
RECORDS = 4000
PASSES = 4
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
MIDDLES = ("Thị", "Văn", "Đình", "Ngọc", "Minh", "Hữu", "Thanh", "Quốc", "Thu", "Hồng", "Đức", "Xuân", "Bảo")
GIVENS = ("Hường", "Dũng", "Lan", "Sơn", "Hoa", "Thảo", "Tuấn", "Phương", "Ánh", "Khánh", "Vỹ", "Quỳnh", "Ý")


@dataclass(frozen=True)
class Row:
    """One line of the table: ours and OpenSSL's, a second; `least`: the ratio that the design asks for."""

    work: str
    ours: float
    openssl: float
    least: float

    @property
    def ratio(self) -> float:
        """Ours as a share of OpenSSL's."""
        return self.ours / self.openssl


def records() -> list[Vaccination]:
    """Different people, products and days; the same ones every time."""
    products = valuesets.LICENSED_IN_VIETNAM
    return [
        Vaccination(
            family_name=FAMILIES[n % 12],
            given_name=f"{MIDDLES[n % 13]} {MIDDLES[n // 7 % 13]} {GIVENS[n // 13 % 13]}",
            birth_date=(date(1940, 1, 1) + timedelta(days=n * 7)).isoformat(),
            product_code=products[n % 8].mp,
            dose_number=products[n % 8].primary_doses,
            series_size=products[n % 8].primary_doses,
            given_on=date(2021, 6, 1) + timedelta(days=n % 400),
            issuer_name="Bộ Y tế",
            uvci=uvci.build("VN", f"{n % 11_000:05d}", f"{n * 2_654_435_761 % 16**12:012X}{n:08X}"),
        )
        for n in range(RECORDS)
    ]


def certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A self-signed signer certificate."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "VN")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, ISSUED, ISSUED + timedelta(days=730))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def openssl_speed() -> tuple[float, float]:
    """P-256 signatures and verifications a second, by OpenSSL's own measure."""
    done = subprocess.run(
        ["openssl", "speed", "-seconds", "1", "ecdsap256"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"nistp256\)\s+\S+\s+\S+\s+([\d.]+)\s+([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1]), float(found[2])


def rate(work: Callable[[], None]) -> float:
    """Records a second of processor time, over about as long as OpenSSL measures itself."""
    work()  # caches warm, as OpenSSL's are
    started = time.process_time()
    for _ in range(PASSES):
        work()
    return PASSES * RECORDS / (time.process_time() - started)


def measure() -> list[Row]:
    """Alternate, and compare medians."""
    key = ec.generate_private_key(ec.SECP256R1())
    der = certificate(key)
    signer, trust, people = SoftwareSigner(key, key_id_of(der)), TrustList([read_certificate(der)]), records()
    expires = issue.expiry(ISSUED, ISSUED + timedelta(days=730))
    texts: list[str] = []
    at = ISSUED + timedelta(days=30)

    def issue_all() -> None:
        texts[:] = issue.issue_many(people, signer, ISSUED, expires)

    def issue_singly() -> None:
        for person in people:
            issue.issue(person, signer, ISSUED, expires)

    def verify_all() -> None:
        assert all(verify(text, trust, at=at).answer is Answer.VALID for text in texts)

    rounds = [(rate(issue_all), rate(issue_singly), rate(verify_all), *openssl_speed()) for _ in range(ROUNDS)]
    issued, singly, verified, signs, verifies = (statistics.median(column) for column in zip(*rounds, strict=True))
    return [
        Row("records to signed HC1 texts / P-256 sign", issued, signs, 0.35),
        Row("the same, one by one / P-256 sign", singly, signs, 0.0),
        Row("verify an HC1 text / P-256 verify", verified, verifies, 0.50),
    ]


def main() -> None:
    """Print the table, or with `--json` the rows; exit 1 where a ratio is too small."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    rows = measure()
    if "--json" in sys.argv:
        print(json.dumps([row.__dict__ | {"ratio": row.ratio} for row in rows]))
    else:
        print(f"{'work':44}{'ours/s':>10}{'OpenSSL/s':>11}{'ratio':>8}{'at least':>10}")
        for row in rows:
            print(f"{row.work:44}{row.ours:10,.0f}{row.openssl:11,.0f}{row.ratio:8.2f}{row.least:10.2f}")
    sys.exit(any(row.ratio < row.least for row in rows))


if __name__ == "__main__":
    main()
