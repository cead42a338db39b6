"""What was signed can be checked by anybody: read here with joserfc, hashlib and rfc8785, not with our own code."""

import json
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256

import pytest
import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws as jose
from joserfc.jwk import import_key
from joserfc.registry import HeaderParameter

from tests.factories import NOW
from vaxpass import wiring
from vaxpass.facility_signing import jws, queries, verification
from vaxpass.facility_signing.models import Attestation, Batch

IAT = {"iat": HeaderParameter("claimed signing time", "int", required=True)}


def read_jws(compact):
    """The header and the payload of a JWS whose signature fits its own x5c."""
    protected = json.loads(b64decode(compact.split(".")[0] + "=="))
    leaf = x509.load_der_x509_certificate(b64decode(protected["x5c"][0]))
    spki = leaf.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = import_key(spki, "EC" if protected["alg"] == "ES256" else "RSA")
    registry = jose.JWSRegistry(header_registry=IAT, algorithms=["ES256", "PS256", "RS256"])
    registry.max_header_length = 20_000  # its default of 512 is below any x5c
    found = jose.deserialize_compact(compact, key, registry=registry)
    return found.headers(), json.loads(found.payload)


def found(version_id):
    inclusion = verification.inclusion_of(version_id)
    assert inclusion is not None
    return inclusion


def climb(leaf, index, size, path):
    """RFC 9162 section 2.1.3.2, written from its text."""
    place, last, node = index, size - 1, leaf
    for sibling in path:
        if place % 2 == 1 or place == last:
            node = sha256(b"\x01" + sibling + node).digest()
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            node = sha256(b"\x01" + node + sibling).digest()
        place, last = place // 2, last // 2
    assert last == 0
    return node


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_a_stranger_can_check_every_dose(house, count):
    batch = house.signed_batch(count)
    for version_id in queries.version_ids_of(batch.id):
        proof = json.loads(json.dumps(verification.dose_proof(found(version_id))))
        leaf = sha256(b"\x00" + rfc8785.dumps(proof["record"])).digest()
        assert leaf.hex() == proof["leafHash"]
        path = [bytes.fromhex(node) for node in proof["inclusionPath"]]
        _, manifest = read_jws(proof["jws"])
        assert climb(leaf, proof["leafIndex"], proof["treeSize"], path).hex() == manifest["merkleRoot"]
        assert manifest["count"] == proof["treeSize"] == count


def test_the_batch_proof_gives_the_root(house):
    batch = house.signed_batch(5)
    proof = verification.batch_proof(batch)
    level = [bytes.fromhex(leaf) for leaf in proof["leafHashes"]]
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    assert level[0].hex() == read_jws(proof["jws"])[1]["merkleRoot"]


def test_the_header_is_jades_b_b(house):
    batch = house.signed_batch(1)
    header, _ = read_jws(batch.jws)
    leaf = b64decode(header["x5c"][0])
    assert set(header) == {"alg", "cty", "iat", "x5t#S256", "x5c"}
    assert header["iat"] == int(NOW.timestamp())
    assert header["x5t#S256"] == urlsafe_b64encode(sha256(leaf).digest()).rstrip(b"=").decode()
    assert "sigT" not in header  # not beside iat, and no longer at all since July 2025


def test_a_signed_batch_holds(house):
    verdict = verification.verify_batch(house.signed_batch(4), wiring.facility_anchors())
    assert (verdict.holds, verdict.doses) == (True, 4)


def test_a_prepared_batch_proves_nothing(house):
    ids = house.store(1)
    batch = house.prepare()
    assert verification.verify_batch(batch, wiring.facility_anchors()).faults == ("BATCH_NOT_SIGNED",)
    assert verification.inclusion_of(ids[0]) is None


def tampered(batch, **changes):
    from dataclasses import replace

    return verification.verify_batch(replace(batch, **changes), wiring.facility_anchors()).faults


def test_one_flipped_bit_of_the_signature_is_found(house):
    batch = house.signed_batch(2)
    letters = list(batch.jws)
    letters[-10] = "A" if letters[-10] != "A" else "B"
    assert tampered(batch, jws="".join(letters)) == ("SIGNATURE_BROKEN",)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "e30.e30.e30", "é.é.é", "[" * 5000 + ".a.b"])
def test_what_is_no_signature_is_broken(house, text):
    assert tampered(house.signed_batch(1), jws=text) == ("SIGNATURE_BROKEN",)


def test_another_manifest_is_found(house):
    batch = house.signed_batch(2)
    assert tampered(batch, manifest=batch.manifest.replace(b'"count":2', b'"count":3')) == ("PAYLOAD_DIFFERS",)


def test_another_root_is_found(house):
    assert tampered(house.signed_batch(2), root=b"x" * 32) == ("ROOT_DIFFERS", "PAYLOAD_DIFFERS")


def test_a_provider_that_is_not_trusted_is_found(house):
    batch = house.signed_batch(2)
    assert verification.verify_batch(batch, ()).faults == ("CERTIFICATE_NOT_TRUSTED",)


def test_a_record_changed_behind_our_back_is_found(house):
    from django.db import connection

    batch = house.signed_batch(2)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # as a database owner could
        cursor.execute("UPDATE records_doseversion SET lot = 'FORGED'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert verification.verify_batch(batch, wiring.facility_anchors()).faults == ("LEAF_DIFFERS",)


def test_inclusion_holds_and_breaks(house):
    from dataclasses import replace

    batch = house.signed_batch(3)
    inclusion = found(queries.version_ids_of(batch.id)[1])
    assert inclusion.holds()
    assert not replace(inclusion, index=0).holds()
    assert not replace(inclusion, leaf=b"x" * 32).holds()
    assert not replace(inclusion, manifest=b"{}").holds()


def test_salts_differ_per_dose(house):
    batch = house.signed_batch(5)
    assert len({bytes(row.salt) for row in Attestation.objects.filter(batch_id=batch.id)}) == 5


def test_signature_of_another_key_is_not_genuine(house):
    batch = house.signed_batch(1)
    signed = jws.read(batch.jws)
    other = Batch.objects.get(pk=batch.id).credential
    assert signed is not None
    assert jws.is_genuine(signed)
    assert not jws.is_signed_by(signed.certificates[0], "PS256", signed.signature, signed.signing_input)
    assert other.thumbprint == sha256(signed.certificates[0]).hexdigest()
