"""Trust lists: signer certificates by key id, with the list's age. Our JSON, PEM, DER, folders of these."""

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from vaxproof.errors import Code, ProofError
from vaxproof.trust import documents
from vaxproof.trust.certificates import SignerCertificate, read_certificate
from vaxproof.trust.entries import TrustEntry, Usage, read_entry, write_entry

FORMAT = "vaxproof-trust-list"
MAX_BYTES = 16 * 1024 * 1024
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
_SUFFIXES = frozenset({".pem", ".der", ".crt", ".cer", ".json"})


class TrustList:
    """Certificates that a verifier believes. `made_at`, `next_at`: None where the source does not say.

    `entries`: every line; `certificates`: the signers among them; `authorities`: CSCA certificates, never signers.
    `number`: of the edition, 0 where the source does not say.
    """

    def __init__(
        self,
        certificates: Iterable[SignerCertificate | TrustEntry],
        made_at: datetime | None = None,
        next_at: datetime | None = None,
        *,
        number: int = 0,
    ) -> None:
        self.entries = _without_repetition(certificates)
        self.certificates = tuple(entry.certificate for entry in self.entries if entry.usage is Usage.DSC)
        self.authorities = tuple(entry.certificate for entry in self.entries if entry.usage is Usage.CSCA)
        self.made_at = made_at
        self.next_at = next_at
        self.number = number
        by_key_id: defaultdict[bytes, list[SignerCertificate]] = defaultdict(list)
        for certificate in self.certificates:
            by_key_id[certificate.key_id].append(certificate)
        self._by_key_id = {key_id: tuple(found) for key_id, found in by_key_id.items()}
        self._restricted = _restricted(self.entries)

    def __len__(self) -> int:
        """Number of signers."""
        return len(self.certificates)

    def list_by_key_id(self, key_id: bytes) -> tuple[SignerCertificate, ...]:
        """Every signer that carries the key id; a key id is a hint, not a name (hcert-spec §3.3.3)."""
        return self._by_key_id.get(key_id, ())

    def restriction_on(self, certificate: SignerCertificate) -> TrustEntry | None:
        """What the list says less than the certificate: a window, a withdrawal. None: nothing."""
        return self._restricted.get(certificate.der) if self._restricted else None

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
        found = [read_entry(entry) for entry in entries]
        return cls(
            [entry for entry in found if entry],
            documents.time_in(document, "made_at", refusal),
            documents.time_in(document, "next_at", refusal),
            number=documents.number_in(document, refusal),
        )

    def to_json(self, made_at: datetime, next_at: datetime) -> bytes:
        """Our own format, to be published."""
        certificates = [write_entry(entry) for entry in self.entries]
        return documents.encode(FORMAT, made_at, next_at, number=self.number, certificates=certificates)

    @classmethod
    def merge(cls, lists: Sequence["TrustList"]) -> "TrustList":
        """All certificates of several lists; as old as the oldest, due when the first is due."""
        return cls(
            [entry for one in lists for entry in one.entries],
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
            return cls.from_der(pem_certificates(data), source=source)
        return cls.from_der([data], source=source)


def pem_certificates(data: bytes) -> list[bytes]:
    """The DER of every certificate in a PEM text.

    Raises:
        ProofError: TRUST_LIST_INVALID (none, or broken).
    """
    try:
        found = [base64.b64decode(b"".join(body.split()), validate=True) for body in _PEM.findall(data)]
    except (ValueError, binascii.Error):
        raise ProofError(Code.TRUST_LIST_INVALID, "base64") from None
    if not found:
        raise ProofError(Code.TRUST_LIST_INVALID, "no certificate")
    return found


def _without_repetition(lines: Iterable[SignerCertificate | TrustEntry]) -> tuple[TrustEntry, ...]:
    """One line for each certificate, key id and usage; the narrower of two holds."""
    found: dict[tuple[bytes, bytes, str, Usage], TrustEntry] = {}
    for line in lines:
        entry = line if isinstance(line, TrustEntry) else TrustEntry(line)
        key = (entry.certificate.der, entry.certificate.key_id, entry.certificate.source, entry.usage)
        found[key] = found[key].narrowed_by(entry) if key in found else entry
    return tuple(found.values())


def _restricted(entries: Iterable[TrustEntry]) -> dict[bytes, TrustEntry]:
    """Restrictions by certificate: what is withdrawn in one line is so in all."""
    found: dict[bytes, TrustEntry] = {}
    for entry in entries:
        if entry.is_restricted:
            der = entry.certificate.der
            found[der] = found[der].narrowed_by(entry) if der in found else entry
    return found
