"""The demo's keys and certificates: two certificate providers with the signers' PKCS#12 files, and the ministry's own.

Everything lies below one folder and is made once; what is there stays as it is:
  facility-anchors/<provider>.pem   roots of the providers that facilities may use
  signers/<user name>.p12           a signer's key and certificate, opened by the demo's PIN
  csca.key.pem, csca.crt.pem        the ministry's root (CSCA)
  ministry.key.pem, .crt.pem        its document signer, P-256; ministry-rsa.* the same with RSA for PS256
  publisher.key.pem, .crt.pem       signs what is published, P-256, under the CSCA; verifiers pin it
  log.key.pem                       signs the log's checkpoints, Ed25519
  apple-wallet.p12                  signs passes for Apple Wallet, under a root that Apple does not know
Profiles: digital COVID certificate governance, Annex on CSCA and DSC; validity 4 and 2 years.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID, ObjectIdentifier

from vaxpass.adapters.signing.files import DEMO_PIN
from vaxpass.console.demo_offices import OFFICERS, DemoOfficer
from vaxpass.console.demo_wallet import make_wallet_key

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
VACCINATION = ObjectIdentifier("1.3.6.1.4.1.1847.2021.1.2")
DOCUMENTS = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # id-kp-documentSigning, RFC 9336
CSCA_LIFE, DSC_LIFE = timedelta(days=4 * 365 + 1), timedelta(days=2 * 365)
ROOT_LIFE, SIGNER_LIFE = timedelta(days=10 * 365), timedelta(days=3 * 365)
SIGNING_ROLES = frozenset({"facility_signer", "facility_head", "provincial_signer"})
RSA_BITS = 3072
_PASSPHRASE = BestAvailableEncryption(DEMO_PIN.encode())


@dataclass(frozen=True, slots=True)
class DemoSignerKey:
    """A signer's key file (below the key folder), how to name it in a credential, and its certificates."""

    username: str
    provider: str
    reference: str
    certificates_pem: str


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """What was made. PEM texts; `pin` opens every key of the demo."""

    folder: Path
    pin: str
    csca_pem: str
    publisher_pem: str
    dsc_pem: str
    dsc_rsa_pem: str
    signers: tuple[DemoSignerKey, ...]


@dataclass(frozen=True, slots=True)
class _Authority:
    key: Key
    certificate: x509.Certificate


def make_demo_keys(folder: Path, now: datetime, officers: tuple[DemoOfficer, ...] = OFFICERS) -> DemoKeys:
    """Make what is not there yet and give all of it. A signer's provider: the first for facilities, else the second."""
    (folder / "signers").mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "facility-anchors").mkdir(exist_ok=True)
    providers = {
        "vca-1": _provider(folder, "vca-1", "Vaxpass Demo CA One", now, rsa_key=True),
        "vca-2": _provider(folder, "vca-2", "Vaxpass Demo CA Two", now, rsa_key=False),
    }
    csca = _authority(folder / "csca", _name("Vaxpass Demo CSCA", "Bo Y te (demo)"), now, CSCA_LIFE, rsa_key=False)
    dsc = _issued(folder / "ministry", "Vaxpass Demo DSC", csca, now, VACCINATION)
    dsc_rsa = _issued(folder / "ministry-rsa", "Vaxpass Demo DSC RSA", csca, now, VACCINATION, rsa_key=True)
    publisher = _issued(folder / "publisher", "Vaxpass Demo Publisher", csca, now, DOCUMENTS)
    _log_key(folder / "log.key.pem")
    make_wallet_key(folder / "apple-wallet.p12", now, DEMO_PIN)
    signers = tuple(_signers(folder, providers, officers, now))
    return DemoKeys(folder, DEMO_PIN, _pem(csca.certificate), _pem(publisher), _pem(dsc), _pem(dsc_rsa), signers)


def _signers(
    folder: Path, providers: dict[str, _Authority], officers: tuple[DemoOfficer, ...], now: datetime
) -> Iterator[DemoSignerKey]:
    for officer in officers:
        if officer.role in SIGNING_ROLES:
            provider = "vca-2" if officer.role == "provincial_signer" else "vca-1"
            file = folder / "signers" / f"{officer.username}.p12"
            leaf = _signer(file, officer, providers[provider], now)
            yield DemoSignerKey(officer.username, provider, f"signers/{file.name}", _pem(leaf))


def _signer(file: Path, officer: DemoOfficer, provider: _Authority, now: datetime) -> x509.Certificate:
    if file.exists():
        bag = pkcs12.load_pkcs12(file.read_bytes(), DEMO_PIN.encode())
        assert bag.cert is not None
        return bag.cert.certificate
    key = _new_key(rsa_key=False)
    subject = _name(officer.full_name, officer.office)
    profile = _leaf(key, subject, provider, now, SIGNER_LIFE, commits=True)
    certificate = _sign(profile, provider.key)
    bag_bytes = pkcs12.serialize_key_and_certificates(
        officer.username.encode(), key, certificate, [provider.certificate], _PASSPHRASE
    )
    _write(file, bag_bytes)
    return certificate


def _provider(folder: Path, code: str, name: str, now: datetime, *, rsa_key: bool) -> _Authority:
    authority = _authority(folder / code, _name(name, "Vaxpass demo"), now, ROOT_LIFE, rsa_key=rsa_key)
    anchor = folder / "facility-anchors" / f"{code}.pem"
    if not anchor.exists():
        anchor.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return authority


def _authority(stem: Path, name: x509.Name, now: datetime, life: timedelta, *, rsa_key: bool) -> _Authority:
    """A self-signed root: pathlen 0, keyCertSign and cRLSign critical."""
    if _crt(stem).exists():
        return _Authority(_load_key(stem), _load_certificate(stem))
    key = _new_key(rsa_key=rsa_key)
    profile = (
        _builder(key, name, name, now, life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(_authority_key(key.public_key()), critical=False)
    )
    certificate = _sign(profile, key)
    _store(stem, key, certificate)
    return _Authority(key, certificate)


def _issued(  # noqa: PLR0913 -- the parts of a certificate
    stem: Path,
    common_name: str,
    csca: _Authority,
    now: datetime,
    purpose: ObjectIdentifier,
    *,
    rsa_key: bool = False,
) -> x509.Certificate:
    """A certificate below the CSCA: digitalSignature critical, one purpose, two years."""
    if _crt(stem).exists():
        return _load_certificate(stem)
    key = _new_key(rsa_key=rsa_key)
    profile = _leaf(key, _name(common_name, "Bo Y te (demo)"), csca, now, DSC_LIFE)
    certificate = _sign(profile.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False), csca.key)
    _store(stem, key, certificate)
    return certificate


def _log_key(file: Path) -> None:
    if not file.exists():
        key = ed25519.Ed25519PrivateKey.generate()
        _write(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _PASSPHRASE))


def _leaf(  # noqa: PLR0913 -- the parts of a certificate
    key: Key, name: x509.Name, issuer: _Authority, now: datetime, life: timedelta, *, commits: bool = False
) -> x509.CertificateBuilder:
    return (
        _builder(key, name, issuer.certificate.subject, now, life)
        .add_extension(_usage(digital_signature=True, content_commitment=commits), critical=True)
        .add_extension(_authority_key(issuer.key.public_key()), critical=False)
    )


def _builder(key: Key, name: x509.Name, issuer: x509.Name, now: datetime, life: timedelta) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority_key(public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(public)


def _usage(**allowed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})


def _name(common_name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _new_key(*, rsa_key: bool) -> Key:
    return rsa.generate_private_key(65537, RSA_BITS) if rsa_key else ec.generate_private_key(ec.SECP256R1())


def _sign(profile: x509.CertificateBuilder, key: Key) -> x509.Certificate:
    return profile.sign(key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _crt(stem: Path) -> Path:
    return stem.with_name(stem.name + ".crt.pem")


def _store(stem: Path, key: Key, certificate: x509.Certificate) -> None:
    _write(stem.with_name(stem.name + ".key.pem"), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _PASSPHRASE))
    _crt(stem).write_text(_pem(certificate))


def _load_key(stem: Path) -> Key:
    key = load_pem_private_key(stem.with_name(stem.name + ".key.pem").read_bytes(), DEMO_PIN.encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    return key


def _load_certificate(stem: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(_crt(stem).read_bytes())


def _write(file: Path, content: bytes) -> None:
    """Write a secret for its owner's eyes alone, whole or not at all."""
    fresh = file.with_name(file.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(content)
    fresh.replace(file)
