"""Signers' certificates are registered and withdrawn by an administrator or the province, never by their holders."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories import make_office, make_officer
from vaxpass.console.demo_keys import make_demo_keys
from vaxpass.console.demo_offices import DemoOfficer
from vaxpass.facility_signing.models import SigningCredential
from vaxpass.facility_signing.rules import check_key_place, token_address
from vaxpass.offices.models import Officer
from vaxpass.offices.scope import Refused

pytestmark = pytest.mark.django_db
UNREADABLE = "Tệp chứng thư không đọc được"
SIGNER = DemoOfficer("signer", "Người ký", "40A01", "facility_signer")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return make_demo_keys(tmp_path_factory.mktemp("keys"), datetime.now(UTC), (SIGNER,))


@pytest.fixture
def people(keys, settings):
    settings.KEY_DIR = keys.folder
    facility, province = make_office("40A01"), make_office("T40", "province")
    return {
        "signer": make_officer("signer", facility, "facility_signer"),
        "clerk": make_officer("clerk", facility, "facility_clerk"),
        "province": make_officer("province", province, "provincial_officer", "provincial_signer"),
        "foreign": make_officer("foreign", make_office("T01", "province", province_code="01"), "provincial_officer"),
        "admin": make_officer("admin", make_office("BYT", "ministry"), "system_administrator"),
    }


def desk_of(people, name):
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(Officer.objects.get(pk=people[name]), backend=backend)
    return client, "administration" if name == "admin" else "province"


def post(people, name, officer, content, **changes):
    client, desk = desk_of(people, name)
    told = {"kind": "pkcs12", "reference": "signer.p12", "algorithm": "ES256", **changes}
    told["certificate"] = SimpleUploadedFile("c.pem", content)
    return client.post(reverse(f"{desk}:certificate_register", args=[people[officer]]), told)


def pem(keys):
    return keys.signers[0].certificates_pem.encode()


@pytest.mark.parametrize("registrar", ["admin", "province"])
def test_who_may_registers_and_withdraws(people, keys, registrar):
    answer = post(people, registrar, "signer", pem(keys), kind="pkcs11", reference="my token/key 1")
    row = SigningCredential.objects.get()
    client, desk = desk_of(people, registrar)
    assert answer.url == reverse(f"{desk}:certificate", args=[row.pk])
    assert (row.officer_id, row.registered_by_id) == (people["signer"], people[registrar])
    assert row.reference == "pkcs11:token=my%20token;object=key%201"
    assert row.provider in client.get(reverse(f"{desk}:certificates")).content.decode()
    address = reverse(f"{desk}:certificate_withdraw", args=[row.pk])
    assert client.post(address).status_code == 200
    row.refresh_from_db()
    assert row.withdrawn_at is None, "asked once more first"
    assert client.post(address, {"confirmed": "yes"}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_a_der_file_will_do(people, keys):
    leaf = x509.load_pem_x509_certificates(pem(keys))[0].public_bytes(Encoding.DER)
    answer = post(people, "admin", "signer", leaf)
    assert answer.status_code in {302, 422}
    assert b"CERTIFICATE_UNREADABLE" not in answer.content
    assert answer.status_code == 302


def test_nobody_registers_an_own_certificate(people, keys):
    answer = post(people, "province", "province", pem(keys))
    assert b"CREDENTIAL_FOR_ONESELF" in answer.content
    client, desk = desk_of(people, "province")
    listed = client.get(reverse(f"{desk}:certificate_signers")).content.decode()
    assert reverse(f"{desk}:certificate_register", args=[people["signer"]]) in listed
    assert reverse(f"{desk}:certificate_register", args=[people["province"]]) not in listed
    assert not SigningCredential.objects.exists()


def test_another_province_neither_registers_nor_sees_nor_withdraws(people, keys):
    assert b"CREDENTIAL_OUTSIDE_PROVINCE" in post(people, "foreign", "signer", pem(keys)).content
    post(people, "admin", "signer", pem(keys))
    row = SigningCredential.objects.get()
    client, desk = desk_of(people, "foreign")
    assert client.get(reverse(f"{desk}:certificate", args=[row.pk])).status_code == 404
    withdrawing = client.post(reverse(f"{desk}:certificate_withdraw", args=[row.pk]), {"confirmed": "yes"})
    assert withdrawing.status_code == 404
    assert row.provider not in client.get(reverse(f"{desk}:certificates")).content.decode()
    row.refresh_from_db()
    assert row.withdrawn_at is None


@pytest.mark.parametrize("name", ["signer", "clerk"])
@pytest.mark.parametrize("page", ["certificates", "certificate_signers"])
def test_others_stay_outside(people, name, page):
    client, _ = desk_of(people, name)
    for desk in ("administration", "province"):
        assert client.get(reverse(f"{desk}:{page}")).status_code == 403


def test_only_signers_get_certificates(people, keys):
    assert post(people, "admin", "clerk", pem(keys)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"content": b"not a certificate"}, UNREADABLE),
        (
            {"content": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
            "Tệp chứng thư không đọc được",
        ),
        ({"content": b"0" * 100_001}, UNREADABLE),
        ({"reference": "../ministry.p12"}, "Nơi giữ khóa không hợp lệ"),
        ({"kind": "pkcs11", "reference": "only-a-token"}, "Nơi giữ khóa không hợp lệ"),
        ({"algorithm": "PS256"}, "thuật toán này không dùng được"),
    ],
)
def test_what_is_wrong_is_told_beside_the_form(people, keys, changes, told):
    told_of = dict(changes)
    answer = post(people, "admin", "signer", told_of.pop("content", pem(keys)), **told_of)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not SigningCredential.objects.exists()


def test_the_same_certificate_twice_is_refused(people, keys):
    post(people, "admin", "signer", pem(keys))
    answer = post(people, "admin", "signer", pem(keys))
    assert answer.status_code == 422
    assert SigningCredential.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "reference"),
    [
        ("pkcs12", ""), ("pkcs12", "/etc/x"), ("pkcs12", "a/../b"), ("pkcs11", "pkcs11:token=a"),
        ("pkcs11", "pkcs11:token=a;object=b;module-path=c"), ("other", "a"),
    ],
)  # fmt: skip
def test_a_key_place_has_one_form(kind, reference):
    with pytest.raises(Refused) as refused:
        check_key_place(kind, reference)
    assert refused.value.code == "KEY_REFERENCE_UNKNOWN"


def test_labels_of_a_token_may_hold_anything():
    check_key_place("pkcs11", token_address("a;b=c", "ď/é"))
