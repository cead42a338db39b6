"""Reads foreign lists: the EU gateway's, WHO GDHCN DID documents, PEM, DER; `foreign` judges what is in them."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from vaxproof.errors import Code, ProofError
from vaxproof.trust import gateway_list, gdhcn_list
from vaxproof.trust.certificates import read_certificate
from vaxproof.trust.entries import Usage
from vaxproof.trust.foreign import MAX_BYTES, Anchors, Claimed, ForeignList, ListKind, judge
from vaxproof.trust.signatures import parts_of
from vaxproof.trust.trust_list import pem_certificates

_REFUSAL = Code.FOREIGN_LIST_INVALID
_SEQUENCE = b"0"  # the first byte of every certificate in DER, 0x30


class _Read(NamedTuple):
    kind: ListKind
    identifier: str
    listed_at: datetime | None
    claims: list[Claimed]


def read_foreign(data: bytes, anchors: Anchors, *, at: datetime, name: str = "", tests: bool = False) -> ForeignList:
    """The list in a file, told apart by its form, judged at a time (aware). `tests`: lists of test environments too.

    Raises:
        ProofError: FOREIGN_LIST_INVALID (no such list, cut off, too large, a web page), FOREIGN_LIST_REFERENCE (refers
            to other lists only), FOREIGN_LIST_NOT_PRODUCTION.
    """
    digest = sha256(data).hexdigest()
    read = _read(data, anchors, name, tests=tests)
    candidates, authorities = judge(read.claims, anchors, at, list_sha256=digest)
    return ForeignList(read.kind, read.identifier, digest, read.listed_at, tuple(candidates), tuple(authorities))


def _read(data: bytes, anchors: Anchors, name: str, *, tests: bool) -> _Read:
    if len(data) > MAX_BYTES:
        raise ProofError(_REFUSAL, f"{len(data)} bytes")
    if b"-----BEGIN " in data[:65536]:
        return _Read(ListKind.CERTIFICATES, name, None, _claims_of_pem(data, name))
    if _is_certificate(data):
        return _Read(ListKind.CERTIFICATES, name, None, [_claimed(data, name)])
    document = _document(data)
    if isinstance(document, list):
        return _Read(ListKind.GATEWAY, name, *gateway_list.read_entries(document, anchors))
    return _Read(ListKind.GDHCN, str(document.get("id", "")), *gdhcn_list.read_entries(document, tests=tests))


def is_foreign(data: bytes) -> bool:
    """Whether the file looks like a foreign list in JSON rather than one of ours."""
    start = data.lstrip()[:1]
    return start == b"[" or (start == b"{" and b'"verificationMethod"' in data)


def _document(data: bytes) -> dict[str, Any] | list[Any]:
    if data.lstrip()[:1] == b"<":
        raise ProofError(_REFUSAL, "a web page")
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ProofError(_REFUSAL, "not JSON") from None
    if not isinstance(document, dict | list):
        raise ProofError(_REFUSAL, "no list")
    return document


def _claims_of_pem(data: bytes, name: str) -> list[Claimed]:
    try:
        found = pem_certificates(data)
    except ProofError as error:
        raise ProofError(_REFUSAL, error.detail) from None
    return [_claimed(der, name) for der in found]


def _claimed(der: bytes, name: str) -> Claimed:
    return Claimed(der, _usage(der), origin={"source": str(ListKind.CERTIFICATES), "list": name})


def _is_certificate(data: bytes) -> bool:
    """Whether the file is one certificate in DER."""
    try:
        return data.startswith(_SEQUENCE) and bool(read_certificate(data))
    except ProofError:
        return False


def _usage(der: bytes) -> Usage:
    try:
        return Usage.CSCA if parts_of(der).may_certify else Usage.DSC
    except ProofError:
        return Usage.DSC
