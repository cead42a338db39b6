"""One document becomes an edition: numbered in the database, signed outside any transaction, written whole."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from vaxproof import ProofError
from vaxproof.trust.publications import Pins, sign_publication

from vaxpass.facility_signing.ports import SigningKey
from vaxpass.offices.scope import Refused
from vaxpass.publication.contents import Content
from vaxpass.publication.files import read_or_none, write_whole
from vaxpass.publication.models import Edition
from vaxpass.publication.rules import Document, EditionFacts, Head, is_due, next_head


@dataclass(frozen=True, slots=True)
class Press:
    """Where editions are written, who signs them, and the certificates (DER) of all publishers that verifiers pin."""

    directory: Path
    publisher: SigningKey
    publishers: Sequence[bytes] = ()

    @property
    def all_publishers(self) -> list[bytes]:
        """The certificate of the key that signs now, then those that may sign next; each once."""
        return list(dict.fromkeys([self.publisher.certificates[0], *self.publishers]))

    @property
    def pins(self) -> Pins:
        """What verifiers pin. Raises ProofError CERTIFICATE_UNREADABLE, UNSUITABLE_PUBLIC_KEY_TYPE."""
        return Pins(self.all_publishers)


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """One document as it lies there now; `is_new`: this publishing made it."""

    document: str
    head: Head
    is_new: bool


def last_edition(document: str) -> EditionFacts | None:
    """Give the newest edition of a document."""
    row = Edition.objects.filter(document=document).order_by("-number").first()
    if row is None:
        return None
    return EditionFacts(row.document, Head(row.number, row.made_at, row.next_at), row.sha256, row.content)


def publish_content(content: Content, press: Press, now: datetime) -> PublishedDocument:
    """Make an edition if one is due: its row, its signature, `X.json`, then `X.jws`.

    A crash in between spends the number and leaves readers the edition before. Refuses PUBLICATION_CLOCK_BACK and,
    where the signature is not one that verifiers take, vaxproof's code of it (PUBLICATION_SIGNER_EXPIRED among them);
    Unavailable where key or folder do not answer.
    """
    last = last_edition(content.document)
    if last and not is_due(now, last, content.fingerprint) and _lies_there(press, last):
        return PublishedDocument(content.document, last.head, is_new=False)
    head = next_head(now, last, _number_on_disk(press, content.document, now))
    payload = content.encode(head)
    Edition.objects.create(
        document=content.document,
        number=head.number,
        made_at=head.made_at,
        next_at=head.next_at,
        sha256=sha256(payload).hexdigest(),
        content=content.fingerprint,
    )
    signed = _signed(payload, press, head.made_at)
    write_whole(press.directory / f"{content.document}.json", payload)
    write_whole(press.directory / f"{content.document}.jws", signed)
    return PublishedDocument(content.document, head, is_new=True)


def _signed(payload: bytes, press: Press, at: datetime) -> bytes:
    """The signed file, opened once as a verifier does: what verifiers would refuse is never published."""
    try:
        signed = sign_publication(payload, press.publisher)
        Pins(press.publisher.certificates[:1]).open(signed, at=at)
    except ProofError as error:
        raise Refused(error.code.value) from None
    return signed


def _lies_there(press: Press, edition: EditionFacts) -> bool:
    """Whether both files hold this edition, signed by the key that signs now."""
    document = read_or_none(press.directory / f"{edition.document}.json")
    signed = read_or_none(press.directory / f"{edition.document}.jws")
    if document is None or signed is None or sha256(document).hexdigest() != edition.sha256:
        return False
    header, _, rest = signed.partition(b".")
    body, _, signature = rest.partition(b".")
    return bool(signature) and body == _base64url(document) and press.publisher.key_id.hex().encode() in _opened(header)


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _opened(header: bytes) -> bytes:
    try:
        return base64.urlsafe_b64decode(header + b"=" * (-len(header) % 4))
    except ValueError:
        return b""


def _number_on_disk(press: Press, document: str, at: datetime) -> int:
    """The number that verifiers may have seen; 0 where nothing lies there that a publisher of ours signed."""
    data = read_or_none(press.directory / f"{document}.jws")
    if data is None:
        return 0
    try:
        number = json.loads(press.pins.open(data, at=at))["number"]
    except (ProofError, ValueError, KeyError, RecursionError):
        return 0
    return number if isinstance(number, int) else 0


def editions(documents: Sequence[str] = tuple(Document)) -> dict[str, EditionFacts]:
    """Give the newest edition of each document that has one."""
    found = {document: last_edition(document) for document in documents}
    return {document: edition for document, edition in found.items() if edition}
