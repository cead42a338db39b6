"""Trust lists: signer certificates by key id, with the list's age. Our JSON, PEM, DER, folders of these."""

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from vaxproof.errors import Code, ProofError
from vaxproof.trust import documents
from vaxproof.trust.certificates import SignerCertificate, key_id_of, read_certificate

FORMAT = "vaxproof-trust-list"
MAX_BYTES = 16 * 1024 * 1024
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
_SUFFIXES = frozenset({".pem", ".der", ".crt", ".cer", ".json"})
_KEY_ID_BYTES = 8


class TrustList:
    """Certificates that a verifier believes. `made_at`, `next_at`: None where the source does not say."""

    def __init__(
        self,
        certificates: Iterable[SignerCertificate],
        made_at: datetime | None = None,
        next_at: datetime | None = None,
    ) -> None:
        self.certificates = tuple(dict.fromkeys(certificates))
        self.made_at = made_at
        self.next_at = next_at
        by_key_id: defaultdict[bytes, list[SignerCertificate]] = defaultdict(list)
        for certificate in self.certificates:
            by_key_id[certificate.key_id].append(certificate)
        self._by_key_id = {key_id: tuple(found) for key_id, found in by_key_id.items()}

    def __len__(self) -> int:
        """Number of certificates."""
        return len(self.certificates)

    def list_by_key_id(self, key_id: bytes) -> tuple[SignerCertificate, ...]:
        """Every certificate that carries the key id; a key id is a hint, not a name (hcert-spec §3.3.3)."""
        return self._by_key_id.get(key_id, ())

    @classmethod
    def from_der(cls, certificates: Iterable[bytes], *, source: str = "") -> "TrustList":
        """A list without an age. Raises ProofError CERTIFICATE_UNREADABLE."""
        return cls(read_certificate(der, source=source) for der in certificates)

    @classmethod
    def from_json(cls, data: bytes) -> "TrustList":
        """Our own format. A certificate that cannot be read is left out, so that the others still count.

        Raises:
            ProofError: TRUST_LIST_INVALID.
        """
        refusal = Code.TRUST_LIST_INVALID
        document = documents.parse(data, format_name=FORMAT, limit=MAX_BYTES, refusal=refusal)
        entries = document.get("certificates")
        if not isinstance(entries, list):
            raise ProofError(refusal, "certificates")
        found = (_entry(entry) for entry in entries)
        return cls(
            (certificate for certificate in found if certificate),
            documents.time_in(document, "made_at", refusal),
            documents.time_in(document, "next_at", refusal),
        )

    def to_json(self, made_at: datetime, next_at: datetime) -> bytes:
        """Our own format, to be published."""
        return documents.encode(FORMAT, made_at, next_at, certificates=[_as_entry(c) for c in self.certificates])

    @classmethod
    def merge(cls, lists: Sequence["TrustList"]) -> "TrustList":
        """All certificates of several lists; as old as the oldest, due when the first is due."""
        return cls(
            (certificate for one in lists for certificate in one.certificates),
            min((one.made_at for one in lists if one.made_at), default=None),
            min((one.next_at for one in lists if one.next_at), default=None),
        )

    @classmethod
    def load(cls, path: Path) -> "TrustList":
        """A trust list file, a PEM or DER file, or a folder of such files.

        Raises:
            ProofError: TRUST_LIST_INVALID, CERTIFICATE_UNREADABLE.
            OSError: the file cannot be read.
        """
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix.lower() in _SUFFIXES and file.is_file())
            return cls.merge([cls.load(file) for file in files])
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        try:
            return cls.parse(data, source=path.name)
        except ProofError as error:
            raise ProofError(error.code, f"{path.name}: {error.detail}") from None

    @classmethod
    def parse(cls, data: bytes, *, source: str = "") -> "TrustList":
        """Any of the formats, told apart by their first bytes.

        Raises:
            ProofError: TRUST_LIST_INVALID, CERTIFICATE_UNREADABLE.
        """
        if len(data) > MAX_BYTES:
            raise ProofError(Code.TRUST_LIST_INVALID, "too large")
        if data.lstrip()[:1] == b"{":
            return cls.from_json(data)
        if b"-----BEGIN " in data:
            return cls.from_der(_pem_certificates(data), source=source)
        return cls.from_der([data], source=source)


def _pem_certificates(data: bytes) -> list[bytes]:
    try:
        found = [base64.b64decode(b"".join(body.split()), validate=True) for body in _PEM.findall(data)]
    except (ValueError, binascii.Error):
        raise ProofError(Code.TRUST_LIST_INVALID, "base64") from None
    if not found:
        raise ProofError(Code.TRUST_LIST_INVALID, "no certificate")
    return found


def _entry(entry: Any) -> SignerCertificate | None:
    refusal = Code.TRUST_LIST_INVALID
    if not isinstance(entry, dict):
        raise ProofError(refusal, "certificates")
    key_id = documents.octets(entry["kid"], refusal) if "kid" in entry else None
    if key_id is not None and len(key_id) != _KEY_ID_BYTES:
        raise ProofError(refusal, "kid")
    der = documents.octets(entry.get("der"), refusal)
    try:
        return read_certificate(der, source=str(entry.get("source", "")), key_id=key_id)
    except ProofError:
        return None


def _as_entry(certificate: SignerCertificate) -> dict[str, str]:
    entry = {"der": documents.base64_of(certificate.der), "source": certificate.source}
    if certificate.key_id != key_id_of(certificate.der):
        entry["kid"] = documents.base64_of(certificate.key_id)
    return entry
