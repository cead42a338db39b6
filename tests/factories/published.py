"""A folder of published files, signed by a publisher that lives for one test: what a verifier's device fetches."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from vaxproof import valuesets
from vaxproof.trust import documents
from vaxproof.trust.publications import sign_publication
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.trust.revocation_list import HashKind, RevocationList, hash_of_identifier

from tests.factories.passports import Ministry, make_ministry

DAY = timedelta(days=1)


@dataclass
class Folder:
    """Writes editions into `path`. `signers`: DER of document signers; `revoked`: identifiers (UVCI).

    `successors`: DER of publishers that the index names beside the one that signs.
    """

    path: Path
    publisher: Ministry
    signers: Sequence[bytes] = ()
    revoked: Sequence[str] = ()
    rules: Sequence[Mapping[str, Any]] = ()
    log: Mapping[str, Any] | None = None
    number: int = 0
    with_list: bool = True
    successors: Sequence[bytes] = ()
    _files: dict[str, bytes] = field(default_factory=dict)

    def write(self, made_at: datetime, *, next_in: timedelta = DAY, number: int | None = None) -> None:
        """Write one edition of everything, and the publisher's certificate beside it."""
        self.number = self.number + 1 if number is None else number
        due = made_at + next_in
        self._files = {}
        certificates = [{"der": documents.base64_of(der), "source": "test"} for der in self.signers]
        self._put("trust-list", made_at, due, certificates=certificates)
        listed = self._revocations(made_at, due)
        if self.with_list:
            self._sign("revocation-list", listed.to_json())
        self._sign("revocation-filter", RevocationFilter.of(listed).to_json())
        self._put("value-sets", made_at, due, value_sets=value_sets())
        self._put("rules", made_at, due, sets=list(self.rules))
        self._put("index", made_at, due, **self._index())
        (self.path / "publisher.pem").write_bytes(pem(self.publisher.certificate.der))

    def _revocations(self, made_at: datetime, due: datetime) -> RevocationList:
        hashes = [hash_of_identifier(uvci) for uvci in self.revoked]
        kinds = {HashKind.UCI.value: hashes}
        return RevocationList.of(made_at, due, countries=["VN"], number=self.number, **kinds)

    def _index(self) -> dict[str, Any]:
        files = {
            name: {"sha256": sha256(content).hexdigest(), "size": len(content)} for name, content in self._files.items()
        }
        log = {} if self.log is None else {"log": self.log}
        publishers = [self.publisher.certificate.der, *self.successors]
        return {"files": files, "publishers": [documents.base64_of(der) for der in publishers], **log}

    def _put(self, name: str, made_at: datetime, due: datetime, **members: Any) -> None:
        self._sign(name, documents.encode(f"vaxproof-{name}", made_at, due, number=self.number, **members))

    def _sign(self, name: str, payload: bytes) -> None:
        self._files[f"{name}.jws"] = sign_publication(payload, self.publisher.signer)
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / f"{name}.json").write_bytes(payload)
        (self.path / f"{name}.jws").write_bytes(self._files[f"{name}.jws"])


def make_folder(path: Path, signers: Iterable[Ministry], now: datetime, **members: Any) -> Folder:
    """A folder with a publisher of its own, nothing written yet."""
    publisher = make_ministry(now, common_name="Bộ Y tế, công bố thử")
    return Folder(path, publisher, [one.certificate.der for one in signers], **members)


def pem(der: bytes) -> bytes:
    """A certificate as PEM."""
    lines = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n".encode()


def value_sets() -> dict[str, Any]:
    """The value sets that an answer shows."""
    named = {
        "vaccines-covid-19-names": {code: product.name for code, product in valuesets.PRODUCTS.items()},
        "vaccines-covid-19-auth-holders": dict(valuesets.HOLDERS),
    }
    return {
        name: {
            "date": "2023-05-31",
            "values": {code: {"display": text, "active": True} for code, text in codes.items()},
        }
        for name, codes in named.items()
    }


RULE_TWO_DOSES = {
    "Identifier": "VR-DE-0002",
    "Type": "Acceptance",
    "Country": "DE",
    "Version": "1.0.0",
    "SchemaVersion": "1.3.0",
    "Engine": "CERTLOGIC",
    "EngineVersion": "1.0.0",
    "CertificateType": "Vaccination",
    "Description": [
        {"lang": "en", "desc": "At least three doses are needed."},
        {"lang": "vi", "desc": "Cần ít nhất ba mũi tiêm."},
    ],
    "ValidFrom": "2021-07-03T00:00:00Z",
    "ValidTo": "2030-06-01T00:00:00Z",
    "AffectedFields": ["v.0.dn", "v.0.sd"],
    "Logic": {">=": [{"var": "payload.v.0.dn"}, 3]},
}
"""A rule that a passport of two doses fails."""


def rule_set(*rules: Mapping[str, Any], country: str = "DE", purpose: str = "entry") -> dict[str, Any]:
    """Rules of one country and purpose, as published."""
    return {"country": country, "purpose": purpose, "rules": json.loads(json.dumps(rules))}
