"""The lists that `vaxproof verify` was given.

Plain files count by the user's choice, signed ones by a pinned publisher, foreign ones by pinned authorities.
"""

import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vaxproof._cli.output import harmless
from vaxproof.errors import Code, ProofError
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.proof import LogAnswer, read_proof
from vaxproof.trust import revocation_filter, revocation_list, trust_list
from vaxproof.trust.foreign import Anchors, ForeignList
from vaxproof.trust.foreign_lists import is_foreign, read_foreign
from vaxproof.trust.publications import MAX_BYTES, Pins, is_publication
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.trust.revocation_list import RevocationList
from vaxproof.trust.trust_list import TrustList, pem_certificates
from vaxproof.verify import cose_of

_MAX_LOG_BYTES = 1 << 20
_INDEX = "vaxproof-index"


class Lists(NamedTuple):
    """What the verdict is made with."""

    trust: TrustList
    revocations: RevocationList | None
    revocation_filter: RevocationFilter | None


def read_lists(arguments: Namespace, at: datetime) -> Lists:
    """All lists of the command line.

    Raises:
        ProofError: PUBLICATION_*, TRUST_LIST_*, REVOCATION_LIST_INVALID, FOREIGN_LIST_*, CERTIFICATE_UNREADABLE.
        OSError: a file cannot be read.
    """
    pins = _pins(arguments.publisher)
    anchors = Anchors(_certificates(arguments.anchor), list_sha256=arguments.list_digest or "")
    trust = TrustList.merge([_trust(path, pins, anchors, at) for path in arguments.trust])
    if not arguments.revocations:
        return Lists(trust, None, None)
    payload, found = _opened(arguments.revocations, pins, at)
    if found == revocation_filter.FORMAT or (found is None and revocation_filter.FORMAT.encode() in payload[:200]):
        return Lists(trust, None, RevocationFilter.from_json(payload))
    if found not in (None, revocation_list.FORMAT):
        raise ProofError(Code.PUBLICATION_UNEXPECTED, found or "")
    return Lists(trust, RevocationList.from_json(payload), None)


def read_log(arguments: Namespace, text: str, at: datetime) -> LogAnswer | None:
    """What the proof file says about this text; None: no proof was given.

    Raises:
        ProofError: LOG_PROOF_*, CHECKPOINT_*, PUBLICATION_*, or what is wrong with the text.
        OSError: a file cannot be read.
    """
    if arguments.proof is None:
        return None
    policy, found = _opened(arguments.log_policy, _pins(arguments.publisher), at)
    if found not in (None, _INDEX):
        raise ProofError(Code.PUBLICATION_UNEXPECTED, found or "")
    return read_proof(_read(arguments.proof, _MAX_LOG_BYTES), cose_of(text), LogPolicy.from_json(policy))


def _pins(paths: list[Path]) -> Pins | None:
    return Pins(_certificates(paths)) if paths else None


def _certificates(paths: list[Path]) -> list[bytes]:
    """Certificates in PEM or DER files. Raises ProofError TRUST_LIST_INVALID."""
    found: list[bytes] = []
    for path in paths:
        data = _read(path, trust_list.MAX_BYTES)
        found += pem_certificates(data) if b"-----BEGIN " in data else [data]
    return found


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit + 1)


def _opened(path: Path, pins: Pins | None, at: datetime) -> tuple[bytes, str | None]:
    """A file's document; its format too where a publisher signed it."""
    data = _read(path, MAX_BYTES)
    if not is_publication(data):
        return data, None
    if pins is None:
        raise ProofError(Code.PUBLICATION_SIGNER_UNKNOWN, "name its certificate with --publisher")
    publication = pins.open_publication(data, at=at)
    return publication.payload, publication.format_name


def _trust(path: Path, pins: Pins | None, anchors: Anchors, at: datetime) -> TrustList:
    if path.is_dir():
        return TrustList.load(path)
    payload, found = _opened(path, pins, at)
    if found not in (None, trust_list.FORMAT):
        raise ProofError(Code.PUBLICATION_UNEXPECTED, found or "")
    if found is None and is_foreign(payload):
        foreign = read_foreign(payload, anchors, at=at, name=path.name)
        _say_what_was_checked(path.name, foreign)
        return TrustList(foreign.entries(), made_at=None, next_at=None)
    if found is None:
        return TrustList.load(path)
    return TrustList.from_json(payload)


def _say_what_was_checked(name: str, foreign: ForeignList) -> None:
    """A foreign list is believed in part; which part, and why, goes to standard error."""
    if sys.stderr is None:
        return
    believed = f"{len(foreign.acceptable)} of {len(foreign.candidates)} keys are believed"
    lines = [
        f"{name}: {foreign.kind}, SHA-256 {foreign.sha256}",
        f"{believed}: each chains to a pinned authority of its country; key id, dates, kind of key were checked.",
        "The signature on the list as a whole was not checked.",
    ]
    if not any(authority.pinned for authority in foreign.authorities):
        lines.append("No authority is pinned: name them with --anchor, or the file with --list-digest, once compared.")
    sys.stderr.write("".join(f"vaxproof: {harmless(line)}\n" for line in lines))
