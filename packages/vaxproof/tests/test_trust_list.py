"""Trust lists in all their forms, and revocation lists."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from vaxproof import Algorithm, Code, ProofError, RevocationList, TrustList, read_certificate
from vaxproof.trust.revocation_list import hash_of, hash_of_identifier, hashes_of_signature

MADE = datetime(2026, 6, 1, tzinfo=UTC)
DUE = MADE + timedelta(days=1)


def pem(der):
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


def test_json_there_and_back(office, rsa_office):
    certificates = [read_certificate(one.der, source="here") for one in (office, rsa_office)]
    data = TrustList(certificates).to_json(MADE, DUE)
    read = TrustList.from_json(data)
    assert read.certificates == tuple(certificates)
    assert (read.made_at, read.next_at) == (MADE, DUE)
    assert read.to_json(MADE, DUE) == data


def test_another_key_id_survives_json(office):
    odd = read_certificate(office.der, key_id=b"12345678")
    read = TrustList.from_json(TrustList([odd]).to_json(MADE, DUE))
    assert read.list_by_key_id(b"12345678") == (odd,)


def test_one_unreadable_certificate_does_not_spoil_the_list(office):
    document = json.loads(office.trust.to_json(MADE, DUE))
    document["certificates"].append({"der": base64.b64encode(b"rubbish").decode(), "source": ""})
    assert len(TrustList.from_json(json.dumps(document).encode())) == 1


def test_pem_der_and_folders(tmp_path, office, rsa_office):
    (tmp_path / "inner").mkdir()
    (tmp_path / "both.pem").write_bytes(b"a comment\n" + pem(office.der) + pem(rsa_office.der))
    (tmp_path / "inner" / "one.der").write_bytes(office.der)
    (tmp_path / "list.json").write_bytes(office.trust.to_json(MADE, DUE))
    (tmp_path / "readme.txt").write_text("not a certificate")

    assert len(TrustList.load(tmp_path / "both.pem")) == 2
    assert TrustList.load(tmp_path / "inner" / "one.der").certificates[0].source == "one.der"
    whole = TrustList.load(tmp_path)
    assert {certificate.der for certificate in whole.certificates} == {office.der, rsa_office.der}
    assert (whole.made_at, whole.next_at) == (MADE, DUE)


def test_merging_takes_the_oldest_age(office, rsa_office):
    older = TrustList(office.trust.certificates, MADE - timedelta(days=1), DUE)
    newer = TrustList(rsa_office.trust.certificates, MADE, DUE - timedelta(hours=1))
    merged = TrustList.merge([older, newer, TrustList([])])
    assert (merged.made_at, merged.next_at) == (MADE - timedelta(days=1), DUE - timedelta(hours=1))
    assert len(merged) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 2},
        {"made_at": "yesterday"},
        {"made_at": "2026-06-01"},
        {"next_at": None},
        {"certificates": {}},
        {"certificates": ["x"]},
        {"certificates": [{"der": "%"}]},
        {"certificates": [{"der": "AA==", "kid": "AA=="}]},
    ],
)
def test_refuses_a_damaged_list(office, change):
    document = json.loads(office.trust.to_json(MADE, DUE)) | change
    with pytest.raises(ProofError) as refused:
        TrustList.from_json(json.dumps(document).encode())
    assert refused.value.code is Code.TRUST_LIST_INVALID


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", Code.TRUST_LIST_INVALID),
        (b"{" + b'"a":[' * 100_000, Code.TRUST_LIST_INVALID),
        (b'{"a":' + b"9" * 5000 + b"}", Code.TRUST_LIST_INVALID),
        (b"{}", Code.TRUST_LIST_INVALID),
        (b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----", Code.TRUST_LIST_INVALID),
        (b"-----BEGIN PRIVATE KEY-----", Code.TRUST_LIST_INVALID),
        (b"", Code.CERTIFICATE_UNREADABLE),
        (b"rubbish", Code.CERTIFICATE_UNREADABLE),
    ],
)
def test_refuses_what_is_no_list(data, code):
    with pytest.raises(ProofError) as refused:
        TrustList.parse(data)
    assert refused.value.code is code


UVCI, SIGNATURE = "URN:UVCI:01:VN:A/B#C", bytes(range(64))


@pytest.mark.parametrize(
    ("hashes", "revoked"),
    [
        ({"UCI": [hash_of_identifier(UVCI)]}, True),
        ({"COUNTRYCODEUCI": [hash_of(b"VN" + UVCI.encode())]}, True),
        ({"SIGNATURE": [hash_of(SIGNATURE)]}, True),
        ({"SIGNATURE": [hash_of(SIGNATURE[:32])]}, True),  # as the EU's app hashes ES256
        ({"UCI": [hash_of(SIGNATURE)]}, False),
        ({"SIGNATURE": [hash_of(SIGNATURE[32:])]}, False),
        ({}, False),
    ],
)
def test_each_kind_of_hash_revokes(hashes, revoked):
    listed = RevocationList.of(MADE, DUE, **hashes)
    again = RevocationList.from_json(listed.to_json())
    assert again == listed
    found = again.is_revoked(uvci=UVCI, country="VN", signature=SIGNATURE, algorithm=Algorithm.ES256)
    assert found is revoked


def test_ps256_is_hashed_whole():
    assert hashes_of_signature(bytes(256), Algorithm.PS256) == (hash_of(bytes(256)),)


@pytest.mark.parametrize(
    "change",
    [
        {"entries": []},
        {"entries": {"OTHER": []}},
        {"entries": {"UCI": "x"}},
        {"entries": {"UCI": ["AA=="]}},
        {"version": 0},
    ],
)
def test_refuses_a_damaged_revocation_list(change):
    document = json.loads(RevocationList.of(MADE, DUE).to_json()) | change
    with pytest.raises(ProofError) as refused:
        RevocationList.from_json(json.dumps(document).encode())
    assert refused.value.code is Code.REVOCATION_LIST_INVALID
