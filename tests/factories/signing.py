"""Keys, attested people and runs for the tests of the ministry's signing; nothing here protects anything."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from vaxproof import Algorithm, SoftwareSigner

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.ministry_signing import actions as runs
from vaxpass.ministry_signing import preparing, signing
from vaxpass.ministry_signing.rules import RunScope
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor, Unavailable
from vaxpass.passports import actions as passports
from vaxpass.records import actions as records
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb

RECORDED = NOW + timedelta(minutes=5)
CERTIFICATE_END = datetime(2030, 1, 1, tzinfo=UTC)


class Key(SoftwareSigner):
    """A key in memory with its certificate; counts what it signs and can be told to fail."""

    def __init__(self, private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, certificate: bytes) -> None:
        super().__init__(private, sha256(certificate).digest()[:8])
        self.certificates = (certificate,)
        self.signed = 0
        self.dies_after: int | None = None

    def sign(self, to_be_signed: bytes) -> bytes:
        if self.dies_after is not None and self.signed >= self.dies_after:
            raise Unavailable("SIGNING_TOKEN_ABSENT")
        self.signed += 1
        return super().sign(to_be_signed)


@cache
def private_key(algorithm: Algorithm) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    """Make the one private key of an algorithm that the tests share."""
    if algorithm is Algorithm.ES256:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def make_key(algorithm: Algorithm = Algorithm.ES256, *, end: datetime = CERTIFICATE_END) -> Key:
    """Make a key of the ministry with a certificate that signed itself."""
    private = private_key(algorithm)
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2021, 1, 1, tzinfo=UTC))
        .not_valid_after(end)
    )
    return Key(private, builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER))


@dataclass(frozen=True)
class Ministry:
    """A facility with its clerk and the ministry's officers."""

    facility: int
    clerk: Actor
    operator: Actor
    approver: Actor
    inspector: Actor


def _actor(username: str, office: int, *roles: str) -> Actor:
    return get_actor(Officer.objects.get(pk=make_officer(username, office, *roles)))


def make_ministry() -> Ministry:
    """Open a facility and the ministry, with one officer for each role that a run needs."""
    facility, ministry = make_office(), make_office("BYT", "ministry")
    return Ministry(
        facility,
        _actor("clerk", facility, "facility_clerk"),
        _actor("operator", ministry, "ministry_operator"),
        _actor("approver", ministry, "ministry_approver"),
        _actor("inspector", ministry, "ministry_inspector"),
    )


DAYS = (date(2021, 9, 1), date(2021, 10, 6))


def enter(ministry: Ministry, serial: int, day: date, *, now: datetime = NOW, **columns: object) -> int:
    """Receive one dose; give its version."""
    origin = Origin(ministry.facility, ministry.clerk.officer_id, ministry.facility, now)
    return receive([received(serial, given_on=day, **columns)], origin).version_ids[0]


def attest(*version_ids: int) -> None:
    """Walk versions to ATTESTED, as identity and facility signing would."""
    records.move_all(version_ids, Verb.CONFIRM_IDENTITY, now=NOW)
    records.move_all(version_ids, Verb.ATTEST, now=NOW)


def attested_person(ministry: Ministry, serial: int, *, days: tuple[date, ...] = DAYS, **columns: Any) -> list[int]:
    """Make a person whose doses are attested; give the versions."""
    versions = [enter(ministry, serial, day, **columns) for day in days]
    attest(*versions)
    return versions


def prepared_run(ministry: Ministry, key: Key, *, limit: int = 1_000, size: int = 2_000) -> int:
    """Ask for a run and prepare it to the end, in steps of `size` people."""
    run_id = runs.ask_for_run(ministry.operator, RunScope(limit=limit), now=NOW)
    preparing.fix_key(run_id, key, "Bộ Y tế", now=NOW)
    while preparing.prepare_chunk(run_id, now=NOW, size=size):
        pass
    return run_id


def approved_run(ministry: Ministry, key: Key, *, size: int = 2_000) -> tuple[int, list[int]]:
    """Prepare and approve a run; give it with its chunks."""
    run_id = prepared_run(ministry, key, size=size)
    return run_id, runs.approve(ministry.approver, run_id, now=NOW)


def sign_and_record(
    chunk_ids: list[int],
    key: Key,
    *,
    now: datetime = NOW + timedelta(minutes=5),
    between: Callable[[], None] = lambda: None,
) -> list[int | None]:
    """Sign and record chunks as the job does; `between` happens after each signing."""
    recorded = []
    for chunk_id in chunk_ids:
        signed = signing.sign_chunk(chunk_id, key)
        between()
        recorded.append(None if signed is None else passports.record_signed(signed, now=now))
    return recorded
