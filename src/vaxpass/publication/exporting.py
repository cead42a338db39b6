"""What lies beside the documents: certificates, batches for the EU gateway, keys as others take them, test vectors."""

import base64
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from vaxproof import ProofError, SignerCertificate
from vaxproof.trust import cms, exports
from vaxproof.trust.entries import TrustEntry, Usage
from vaxproof.trust.signatures import check_issued_by

from vaxpass.publication.contents import COUNTRIES
from vaxpass.publication.editions import Press
from vaxpass.publication.files import read_or_none
from vaxpass.publication.revocations import Revocations, batch_document

CERTIFICATES: Final = "certificates"
BATCHES: Final = "revocations"
EXPORTS: Final = "exports"
VECTORS: Final = "vectors"
FOLDERS: Final = (CERTIFICATES, BATCHES, EXPORTS, VECTORS)
"""Folders that hold nothing but what the last publishing put there."""

Files = Iterator[tuple[str, bytes]]


def certificates(press: Press, entries: Sequence[TrustEntry]) -> Files:
    """Every certificate of the trust list as PEM by its key id, and the publishers' in one file."""
    yield "publisher.pem", b"".join(pem(der) for der in press.all_publishers)
    for entry in entries:
        yield f"{CERTIFICATES}/{entry.certificate.key_id.hex()}.pem", pem(entry.certificate.der)


def batches(press: Press, revoked: Revocations, now: datetime) -> Files:
    """Each batch as JSON, and signed as CMS in base64, which is how the gateway takes it.

    Numbered within month, key and kind, in the order of revocation: a full one keeps its name and its bytes.
    """
    places: Counter[str] = Counter()
    for batch in revoked.batches:
        series = f"{batch.month}-{batch.kid.hex()}-{batch.kind.lower()}"
        places[series] += 1
        name, document = f"{BATCHES}/{series}-{places[series]:05}", batch_document(batch)
        yield f"{name}.json", document
        yield f"{name}.cms", _signed_once(press, f"{name}.cms", document, now)


def vectors(folder: Path | None) -> Files:
    """The test vectors for verifiers as they lie in vaxproof's folder; none where the platform runs without it."""
    if folder is None:
        return
    for path in (folder / "vectors.json", folder / "README.md", *sorted((folder / "documents").rglob("*"))):
        if path.is_file():
            yield f"{VECTORS}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def formats_of_others(press: Press, entries: Sequence[TrustEntry], did: str, now: datetime) -> Files:
    """Our own signers that count now: DID document, verifier-service JSON, uploads to the EU gateway.

    `did`: did:web of the folder `exports`.
    """
    ours = [one for one in exports.current_signers(entries, now) if one.country in COUNTRIES]
    roots = [entry.certificate for entry in entries if entry.usage is Usage.CSCA]
    above = {one.der: root.der for one in ours for root in roots if _is_above(root, one)}
    yield f"{EXPORTS}/did.json", exports.did_document(did, ours, above)
    yield f"{EXPORTS}/verifier-service.json", exports.verifier_service(ours)
    for one in ours:
        name = f"{EXPORTS}/dgcg/{one.key_id.hex()}.cms"
        yield name, _signed_once(press, name, one.der, now)


def _is_above(root: SignerCertificate, signer: SignerCertificate) -> bool:
    try:
        check_issued_by(signer.der, root.der)
    except ProofError:
        return False
    return True


def _signed_once(press: Press, name: str, content: bytes, now: datetime) -> bytes:
    """The message in base64; the one that lies there if the same key signed the same, so that bytes stay."""
    before = read_or_none(press.directory / name)
    if before is not None:
        try:
            message = cms.open_signed(base64.b64decode(before))
            if message.content == content and message.certificate == press.publisher.certificates[0]:
                return before
        except (ProofError, ValueError):
            pass
    signed = cms.sign_message(content, press.publisher.certificates[0], press.publisher, at=now)
    return base64.b64encode(signed) + b"\n"


def pem(der: bytes) -> bytes:
    """A certificate as PEM."""
    lines = textwrap.wrap(base64.b64encode(der).decode("ascii"), 64)
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]).encode()
