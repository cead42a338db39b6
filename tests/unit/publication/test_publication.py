"""Publishing: files that verifiers can use at once, whole or not at all."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from vaxproof import Answer, Code, ProofError, TrustList, read_certificate
from vaxproof.verify import verify

from tests.factories.passports import make_ministry
from vaxpass.offices.scope import Refused
from vaxpass.publication import files
from vaxpass.publication.actions import publish_trust_list
from vaxpass.publication.queries import find_published

NOW = datetime(2022, 4, 15, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def ministry():
    return make_ministry(NOW)


def test_a_verifier_believes_the_published_list(ministry, tmp_path):
    published = publish_trust_list([ministry.certificate.der], tmp_path, NOW)

    trust = TrustList.load(tmp_path / "trust-list.json")
    assert verify(ministry.issue(NOW), trust, at=NOW + timedelta(hours=1)).answer is Answer.VALID
    assert (trust.made_at, trust.next_at) == (NOW, NOW + timedelta(hours=24))
    assert (published.certificates, published.made_at, published.next_at) == (1, NOW, NOW + timedelta(hours=24))


def test_the_list_names_its_format_version_and_times(ministry, tmp_path):
    publish_trust_list([ministry.certificate.der], tmp_path, NOW)

    document = json.loads((tmp_path / "trust-list.json").read_bytes())
    assert document["version"] == 1
    assert document["made_at"] == "2022-04-15T02:00:00Z"
    assert document["next_at"] == "2022-04-16T02:00:00Z"


def test_each_certificate_lies_there_as_pem_under_its_key_id(ministry, tmp_path):
    root = make_ministry(NOW, common_name="CSCA thử").certificate

    publish_trust_list([ministry.certificate.der], tmp_path, NOW, authorities=[root.der])

    for certificate in (ministry.certificate, root):
        pem = (tmp_path / "certificates" / f"{certificate.key_id.hex()}.pem").read_bytes()
        assert read_certificate(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)).der == certificate.der
    assert len(TrustList.load(tmp_path / "trust-list.json")) == 1


def test_same_certificates_in_any_order_give_the_same_bytes(ministry, tmp_path):
    other = make_ministry(NOW, kind="rsa").certificate
    publish_trust_list([ministry.certificate.der, other.der], tmp_path / "a", NOW)
    publish_trust_list([other.der, ministry.certificate.der, other.der], tmp_path / "b", NOW)

    first, second = ((tmp_path / name / "trust-list.json").read_bytes() for name in "ab")
    assert first == second


def test_a_certificate_past_its_end_is_left_out(ministry, tmp_path):
    later = NOW + timedelta(days=801)
    young = make_ministry(later).certificate

    published = publish_trust_list([ministry.certificate.der, young.der], tmp_path, later)

    assert published.certificates == 1
    assert TrustList.load(tmp_path / "trust-list.json").certificates[0].key_id == young.key_id


def test_an_empty_list_is_refused_and_the_old_one_stays(ministry, tmp_path):
    publish_trust_list([ministry.certificate.der], tmp_path, NOW)
    before = (tmp_path / "trust-list.json").read_bytes()

    with pytest.raises(Refused) as refused:
        publish_trust_list([ministry.certificate.der], tmp_path, NOW + timedelta(days=900))

    assert refused.value.code == "NOTHING_TO_PUBLISH"
    assert (tmp_path / "trust-list.json").read_bytes() == before


def test_an_unreadable_certificate_is_refused_before_anything_is_written(ministry, tmp_path):
    with pytest.raises(ProofError) as refused:
        publish_trust_list([ministry.certificate.der, b"\x30\x03\x02\x01\x01"], tmp_path, NOW)

    assert refused.value.code is Code.CERTIFICATE_UNREADABLE
    assert list(tmp_path.iterdir()) == []


def test_the_age_can_be_asked(ministry, tmp_path):
    assert find_published(tmp_path) is None

    publish_trust_list([ministry.certificate.der], tmp_path, NOW)
    published = find_published(tmp_path)

    assert published is not None
    assert published.age(NOW + timedelta(hours=3)) == timedelta(hours=3)
    assert not published.is_due(NOW + timedelta(hours=23))
    assert published.is_due(NOW + timedelta(hours=24))


def test_a_damaged_list_is_told(tmp_path):
    (tmp_path / "trust-list.json").write_bytes(b"{")

    with pytest.raises(ProofError) as refused:
        find_published(tmp_path)

    assert refused.value.code is Code.TRUST_LIST_INVALID


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path):
    path = tmp_path / "list"
    files.write_whole(path, b"old")

    with pytest.raises(TypeError):
        files.write_whole(path, "not bytes")  # type: ignore[arg-type]  # the fault that is provoked

    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["list"]


def test_published_files_are_readable_by_the_web_server(tmp_path):
    files.write_whole(tmp_path / "list", b"x")

    assert (tmp_path / "list").stat().st_mode & 0o777 == 0o644
