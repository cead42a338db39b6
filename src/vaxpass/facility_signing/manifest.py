"""What a batch says and what its leaves are. Pure: the same records give the same bytes for ever."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from vaxproof.log.merkle import leaf_hash, root

from vaxpass.records.document import SCHEMA as RECORD_SCHEMA
from vaxpass.records.document import canonical_bytes, record_document
from vaxpass.records.facts import VersionFacts

SCHEMA = "vaxpass-facility-batch/1"
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Leaf:
    """One dose in a batch. `hash` is the RFC 6962 leaf hash of its salted record."""

    version_id: int
    index: int
    hash: bytes
    salt: bytes
    entered_by: int


def leaf_of(version: VersionFacts, facility_code: str, salt: bytes) -> bytes:
    """Give the leaf hash of a dose version."""
    return leaf_hash(canonical_bytes(record_document(version, facility_code, salt.hex())))


def grow_leaves(versions: Sequence[VersionFacts], facility_code: str, salts: bytes) -> list[Leaf]:
    """Make the leaves of some versions in the given order; `salts` holds SALT_BYTES random bytes for each."""
    leaves = []
    for index, version in enumerate(versions):
        salt = salts[index * SALT_BYTES : (index + 1) * SALT_BYTES]
        digest = leaf_of(version, facility_code, salt)
        leaves.append(Leaf(version.version_id, index, digest, salt, version.entered_by))
    return leaves


def manifest_bytes(
    number: str, *, facility: str, signing_office: str, leaf_hashes: Sequence[bytes], at: datetime
) -> bytes:
    """Build the manifest (RFC 8785): the bytes that one signature covers."""
    says: dict[str, Any] = {
        "schema": SCHEMA,
        "batch": number,
        "facility": facility,
        "signingOffice": signing_office,
        "count": len(leaf_hashes),
        "merkleRoot": root(leaf_hashes).hex(),
        "tree": "RFC 6962, SHA-256",
        "recordSchema": RECORD_SCHEMA,
        "preparedAt": at.isoformat(),
    }
    return rfc8785.dumps(says)


def says_tree(manifest: bytes, tree_root: bytes, size: int) -> bool:
    """Say whether a manifest names this Merkle root and this number of doses."""
    says = json.loads(manifest)
    return bool(says["merkleRoot"] == tree_root.hex() and says["count"] == size)
