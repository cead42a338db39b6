"""A pass for Apple Wallet: a ZIP of pass.json, pictures, words, a manifest of SHA-1 digests and its PKCS#7 signature.

Source: Apple, “Wallet Passes”, PKPass package format version 1. The signature is detached DER, with signing time, over
manifest.json, by a Pass Type ID certificate; the certificates between it and Apple's root come with it. The pass type
and the team are read from the certificate's subject (UID and OU), as Apple writes them there, so they cannot disagree.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from importlib import resources
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7, pkcs12
from cryptography.x509.oid import NameOID

from vaxpass.adapters.signing.files import read_key_file
from vaxpass.offices.scope import Refused
from vaxpass.passports.face import Face, Words

MEDIA_TYPE: Final = "application/vnd.apple.pkpass"
_OPTIONS: Final = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
_LATIN_1: Final = "iso-8859-1"  # how a reader turns the code's bytes back into text: it is ASCII anyway
_FRONT: Final = (1, 2)  # name and birth date; Decision 5772/QĐ-BYT numbers the fields
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # a ZIP's zero: the same passport gives the same files


@dataclass(frozen=True)
class AppleWallet:
    """A Pass Type ID certificate with its key, what stands between it and the root, and the pictures of a pass."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    between: tuple[x509.Certificate, ...]
    icons: dict[str, bytes]

    @property
    def pass_type(self) -> str:
        """The pass type identifier, `pass.…`."""
        return _named(self.certificate, NameOID.USER_ID)

    @property
    def team(self) -> str:
        """The team identifier."""
        return _named(self.certificate, NameOID.ORGANIZATIONAL_UNIT_NAME)

    def make_pass(self, face: Face, organisation: Words) -> bytes:
        """Give the .pkpass of a passport; everything in it stands in the signed code or on the passport's face."""
        files = {"pass.json": _json(self._description(face, organisation)), **self.icons, **_words(face, organisation)}
        manifest = _json({name: sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()})
        files |= {"manifest.json": manifest, "signature": self._sign(manifest)}
        return _zip(files)

    def _sign(self, manifest: bytes) -> bytes:
        builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
        builder = builder.add_signer(self.certificate, self.key, hashes.SHA256())
        for certificate in self.between:
            builder = builder.add_certificate(certificate)
        return builder.sign(Encoding.DER, _OPTIONS)

    def _description(self, face: Face, organisation: Words) -> dict[str, Any]:
        return {
            "formatVersion": 1,
            "passTypeIdentifier": self.pass_type,
            "teamIdentifier": self.team,
            "serialNumber": face.uvci,
            "organizationName": organisation.vi,
            "description": "title",
            "expirationDate": _w3c(face.expires_at),
            "sharingProhibited": True,
            "foregroundColor": "rgb(20, 33, 31)",
            "backgroundColor": "rgb(255, 255, 255)",
            "labelColor": "rgb(69, 83, 79)",
            "barcodes": [{"format": "PKBarcodeFormatQR", "message": face.text, "messageEncoding": _LATIN_1}],
            "generic": {
                "primaryFields": [_field(1)],
                "secondaryFields": [_field(2)],
                "auxiliaryFields": [{"key": "until", "label": "until", "value": "untilValue"}],
                "backFields": [_field(f.number) for f in face.fields if f.number not in _FRONT],
            },
        }


def open_apple_wallet(file: Path, pin: str) -> AppleWallet:
    """Open a PKCS#12 file with certificate, key and what stands between it and the root.

    Refuses SIGNING_PIN_WRONG, SIGNING_KEY_ABSENT (also for keys that are neither RSA nor
    elliptic, and certificates that name no pass type or team); Unavailable SIGNING_TOKEN_ABSENT.
    """
    try:
        bag = pkcs12.load_pkcs12(read_key_file(file), pin.encode())
    except ValueError:
        raise Refused("SIGNING_PIN_WRONG") from None
    key = bag.key
    if bag.cert is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Refused("SIGNING_KEY_ABSENT")
    between = tuple(found.certificate for found in bag.additional_certs)
    wallet = AppleWallet(bag.cert.certificate, key, between, _icons())
    if not (wallet.pass_type and wallet.team):
        raise Refused("SIGNING_KEY_ABSENT")
    return wallet


def _icons() -> dict[str, bytes]:
    folder = resources.files("vaxpass.adapters.wallet") / "icons"
    return {name: (folder / name).read_bytes() for name in ("icon.png", "icon@2x.png", "icon@3x.png")}


def _named(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _field(number: int) -> dict[str, str]:
    return {"key": f"field{number}", "label": f"label{number}", "value": f"value{number}"}


def _words(face: Face, organisation: Words) -> dict[str, bytes]:
    """The files of words: pass.json names keys, the phone shows its own language's words for them."""
    return {f"{language}.lproj/pass.strings": _strings(face, organisation, language) for language in ("vi", "en")}


def _strings(face: Face, organisation: Words, language: str) -> bytes:
    said = {
        "title": {"vi": "Hộ chiếu vắc xin", "en": "Vaccine passport"}[language],
        "organisation": getattr(organisation, language),
        "until": {"vi": "Có giá trị đến", "en": "Valid until"}[language],
        "untilValue": getattr(face.valid_until, language),
    }
    for field in face.fields:
        said[f"label{field.number}"] = getattr(field.label, language)
        said[f"value{field.number}"] = getattr(field.value, language)
    return "".join(f"{_quoted(key)} = {_quoted(text)};\n" for key, text in said.items()).encode("utf-8")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _w3c(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _zip(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()
