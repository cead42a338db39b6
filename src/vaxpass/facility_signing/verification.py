"""Checking what was signed, per batch and per dose, and the proof files that let anybody else do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vaxproof.log.merkle import inclusion_path, root, verify_inclusion

from vaxpass.facility_signing import jws, queries
from vaxpass.facility_signing.certificates import check_certificate
from vaxpass.facility_signing.facts import BatchFacts, BatchStatus
from vaxpass.facility_signing.manifest import leaf_of, says_tree
from vaxpass.facility_signing.models import Attestation, Batch
from vaxpass.facility_signing.ports import TrustAnchor
from vaxpass.offices.queries import get_office
from vaxpass.offices.scope import Refused
from vaxpass.records.document import record_document
from vaxpass.records.queries import get_versions

DOSE_PROOF, BATCH_PROOF = "vaxpass-dose-proof/1", "vaxpass-batch-proof/1"


@dataclass(frozen=True, slots=True)
class BatchVerdict:
    """What a check of a whole batch found; no faults means that everything holds. Faults are codes."""

    faults: tuple[str, ...]
    doses: int

    @property
    def holds(self) -> bool:
        """Say whether everything holds."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A dose's place in its signed batch: all that proves the facility's signature on this one dose."""

    version_id: int
    leaf: bytes
    salt: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes
    manifest: bytes
    jws: str
    batch_id: int
    batch_number: str

    def holds(self) -> bool:
        """Say whether the path leads to the root and the JWS over the manifest is genuine."""
        signed = jws.read(self.jws)
        return (
            signed is not None
            and signed.payload == self.manifest
            and jws.is_genuine(signed)
            and says_tree(self.manifest, self.root, self.size)
            and verify_inclusion(self.leaf, self.index, self.size, self.path, self.root)
        )


def verify_batch(batch: BatchFacts, anchors: Sequence[TrustAnchor]) -> BatchVerdict:
    """Check a signed batch from the records up: leaves, root, manifest, signature, certificate at signing time.

    Faults: BATCH_NOT_SIGNED, LEAF_DIFFERS, ROOT_DIFFERS, PAYLOAD_DIFFERS, SIGNATURE_BROKEN and those of
    check_certificate.
    """
    if batch.status is not BatchStatus.SIGNED:
        return BatchVerdict(("BATCH_NOT_SIGNED",), 0)
    faults = [*_faults_of_leaves(batch), *_faults_of_signature(batch, anchors)]
    return BatchVerdict(tuple(faults), batch.count)


def _faults_of_leaves(batch: BatchFacts) -> list[str]:
    rows = list(Attestation.objects.filter(batch_id=batch.id).order_by("leaf_index"))
    versions = {version.version_id: version for version in get_versions([row.version_id for row in rows])}
    code = get_office(batch.facility_id).code
    same = all(
        row.version_id in versions and leaf_of(versions[row.version_id], code, bytes(row.salt)) == bytes(row.leaf_hash)
        for row in rows
    )
    tree = root([bytes(row.leaf_hash) for row in rows])
    whole = len(rows) == batch.count and [row.leaf_index for row in rows] == list(range(batch.count))
    return [*([] if same else ["LEAF_DIFFERS"]), *([] if whole and tree == batch.root else ["ROOT_DIFFERS"])]


def _faults_of_signature(batch: BatchFacts, anchors: Sequence[TrustAnchor]) -> list[str]:
    signed = jws.read(batch.jws)
    if signed is None or not jws.is_genuine(signed):
        return ["SIGNATURE_BROKEN"]
    same = signed.payload == batch.manifest and says_tree(batch.manifest, batch.root, batch.count)
    faults = [] if same else ["PAYLOAD_DIFFERS"]
    try:
        check_certificate(signed.certificates, anchors, signed.signed_at)
    except Refused as refused:
        faults.append(refused.code)
    return faults


def inclusion_of(version_id: int) -> Inclusion | None:
    """Find a dose version's place in its signed batch; None while it has none."""
    row = Attestation.objects.filter(version_id=version_id, batch__status=BatchStatus.SIGNED).first()
    if row is None:
        return None
    batch = Batch.objects.get(pk=row.batch_id)
    leaves = queries.leaf_hashes_of(row.batch_id)
    return Inclusion(
        version_id,
        bytes(row.leaf_hash),
        bytes(row.salt),
        row.leaf_index,
        len(leaves),
        tuple(inclusion_path(leaves, row.leaf_index)),
        bytes(batch.root),
        bytes(batch.manifest),
        batch.jws,
        batch.pk,
        batch.number,
    )


def dose_proof(inclusion: Inclusion) -> dict[str, Any]:
    """Give the proof file of one dose: the record itself, its way to the root, the signature. Personal data.

    To check: SHA-256 over a zero byte and the RFC 8785 form of `record` is the leaf (RFC 6962); with index, size and
    path it gives `merkleRoot` of the manifest, which is the payload of `jws`.
    """
    version = get_versions([inclusion.version_id])[0]
    facility = get_office(version.facility_id).code
    return {
        "schema": DOSE_PROOF,
        "record": record_document(version, facility, inclusion.salt.hex()),
        "leafHash": inclusion.leaf.hex(),
        "leafIndex": inclusion.index,
        "treeSize": inclusion.size,
        "inclusionPath": [node.hex() for node in inclusion.path],
        "jws": inclusion.jws,
    }


def batch_proof(batch: BatchFacts) -> dict[str, Any]:
    """Give the proof file of a batch: its leaf hashes and the signature. No personal data."""
    return {
        "schema": BATCH_PROOF,
        "batch": batch.number,
        "leafHashes": [leaf.hex() for leaf in queries.leaf_hashes_of(batch.id)],
        "jws": batch.jws,
    }
