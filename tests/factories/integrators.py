"""Everything that is published, by the platform's own verbs, with passports that stand in the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.db import transaction
from vaxproof import SoftwareSigner, read_certificate
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.note import NoteSigner, SignatureKind, SignatureLine, read_note
from vaxproof.verify import cose_of

from tests.factories.passports import Ministry
from tests.factories.publication import make_publisher, own_entries
from vaxpass.passports.leaves import _grow_log
from vaxpass.passports.rules import LeafKind, leaf_hash_of
from vaxpass.publication.actions import Sources, publish
from vaxpass.publication.editions import Press
from vaxpass.publication.log import LogPress, publish_log
from vaxpass.records.copying import copy_rows

ORIGIN = "log.vaxpass.invalid/test"
COLUMNS = {
    "position": "int8", "at": "timestamptz", "kind": "int2", "kid": "bytea", "day": "date", "digest": "bytea",
    "hash": "bytea", "passport_id": "int8",
}  # fmt: skip


class Witness:
    """A witness in the same process, who co-signs whatever it is shown."""

    def __init__(self, name: str, at: datetime) -> None:
        self.signer = NoteSigner(name, Ed25519PrivateKey.generate(), SignatureKind.COSIGNATURE)
        self.at = at

    @property
    def vkey(self) -> str:
        return self.signer.vkey

    def cosign(self, note: bytes, prove: object) -> list[SignatureLine]:
        return [self.signer.sign(read_note(note).text, self.at)]


@dataclass(frozen=True)
class Nation:
    """A root, a signer under it, and what they published."""

    root: bytes
    ministry: Ministry
    directory: Path


def make_nation(directory: Path, now: datetime) -> Nation:
    """Make the keys; nothing is published yet."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("CSCA thử", root_key, "CSCA thử", root_key, now, is_root=True)
    read = read_certificate(_certificate("DSC thử", key, "CSCA thử", root_key, now), source="VN")
    return Nation(root, Ministry(read, SoftwareSigner(key, read.key_id)), directory)


def publish_nation(nation: Nation, now: datetime, publisher_kind: str = "ec", *, vectors: Path | None = None) -> None:
    """The log first, so that the index names its key; then the documents."""
    signer = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
    witnesses = [Witness("witness-a.invalid", now), Witness("witness-b.invalid", now)]
    policy = LogPolicy(ORIGIN, signer.verifier, tuple(one.signer.verifier for one in witnesses), 2, frozenset(["VN"]))
    publish_log(LogPress(nation.directory, signer, policy, witnesses), now)
    entries = own_entries([nation.ministry.certificate.der], [nation.root], now)
    publish(Press(nation.directory, make_publisher(publisher_kind)), Sources(entries, log=policy, vectors=vectors), now)


def log_in(nation: Nation, texts: Sequence[str], now: datetime) -> None:
    """Write the leaves of passports, as an issue does."""
    kid, day = nation.ministry.certificate.key_id, now.date()
    digests = [sha256(cose_of(text)).digest() for text in texts]
    with transaction.atomic():
        first = _grow_log(len(texts))
        rows = [
            (first + n, now, LeafKind.ISSUE.value, kid, day, digest, leaf_hash_of(digest, LeafKind.ISSUE, kid, day), n)
            for n, digest in enumerate(digests)
        ]
        copy_rows("passports_logleaf", COLUMNS, rows)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    is_root: bool = False,
) -> bytes:
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=800))
        .add_extension(
            x509.KeyUsage(digital_signature=not is_root, key_cert_sign=is_root, crl_sign=is_root, **usage),
            critical=True,
        )
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
    )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.DER)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )
