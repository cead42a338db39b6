"""Foreign lists: one thing wrong, one named refusal; nothing pinned, nothing believed."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from vaxproof import Code, ProofError, TrustList
from vaxproof.trust.countries import alpha_2
from vaxproof.trust.entries import Usage
from vaxproof.trust.foreign import Anchors, Quirk
from vaxproof.trust.foreign_lists import is_foreign, read_foreign

from packages.vaxproof.tests.pki import NOW, YEAR, did_list, did_method, gateway_item, party, pem, text

CSCA = party("CSCA", authority=True)
OTHER_CSCA = party("Other CSCA", authority=True)
DSC = party("DSC", above=CSCA)
ANCHOR = party("Trust anchor", None)
UPLOADER = party("Uploader", above=CSCA)
PINNED = Anchors([CSCA.der])


def one(data, anchors=PINNED, at=NOW):
    found = read_foreign(data if isinstance(data, bytes) else json.dumps(data).encode(), anchors, at=at)
    (candidate,) = found.candidates
    return candidate


def refused(data, **options):
    with pytest.raises(ProofError) as refusal:
        read_foreign(data, PINNED, at=NOW, **options)
    return refusal.value.code


class TestGdhcn:
    def test_a_signer_below_a_pinned_authority_is_acceptable(self):
        found = read_foreign(did_list([did_method(DSC, CSCA)]), PINNED, at=NOW)
        (entry,) = found.entries()
        assert (entry.certificate.der, entry.usage, entry.certificate.country) == (DSC.der, Usage.DSC, "DE")
        assert entry.origin == {
            "source": "WHO-GDHCN",
            "list": "did:web:tng-cdn.who.int:v2:trustlist:DCC:-:DSC",
            "listed_at": "2026-08-22T17:05:32Z",
            "participant": "DEU",
            "authority": sha256(CSCA.der).hexdigest(),
        }

    def test_the_origin_survives_our_own_list(self):
        entries = read_foreign(did_list([did_method(DSC, CSCA)]), PINNED, at=NOW).entries()
        again = TrustList.from_json(TrustList(entries).to_json(NOW, NOW + YEAR))
        assert again.entries[0].origin == entries[0].origin

    @pytest.mark.parametrize("anchors", [Anchors(), Anchors([OTHER_CSCA.der]), Anchors(list_sha256="00" * 32)])
    def test_nothing_pinned_nothing_believed(self, anchors):
        found = read_foreign(did_list([did_method(DSC, CSCA)]), anchors, at=NOW)
        assert found.candidates[0].refusal is Code.FOREIGN_AUTHORITY_UNKNOWN
        assert found.entries() == []
        assert [a.signers for a in found.authorities if a.certificate.der == CSCA.der] == [1]
        assert not any(a.pinned for a in found.authorities if a.certificate.der == CSCA.der)

    def test_the_file_may_be_pinned_as_a_whole(self):
        data = did_list([did_method(DSC, CSCA)])
        digest = sha256(data).hexdigest()
        assert one(data, Anchors(list_sha256=digest.upper())).refusal is None
        assert one(data + b" ", Anchors(list_sha256=digest)).refusal is Code.FOREIGN_AUTHORITY_UNKNOWN

    def test_a_single_signer_may_be_pinned(self):
        assert one(did_list([did_method(DSC, None)]), Anchors([DSC.der])).refusal is None

    def test_the_key_comes_from_x5c_and_oddities_beside_it_are_said(self):
        other = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
        padded = base64.urlsafe_b64encode(b"\0" + other.x.to_bytes(32, "big")).decode()
        candidate = one(did_list([did_method(DSC, CSCA, jwk={"x": padded, "crv": "UNKNOWN CURVE"})]))
        assert candidate.refusal is None
        assert set(candidate.claimed.quirks) == {Quirk.COORDINATE_PADDED, Quirk.CURVE_UNNAMED, Quirk.JWK_DIFFERS}
        assert candidate.to_entry().certificate.public_key == DSC.key.public_key()

    @pytest.mark.parametrize("jwk", [{"x": None, "y": None}, {"x": 5, "y": []}, {"x": "%", "y": "%"}])
    def test_coordinates_are_never_needed(self, jwk):
        assert one(did_list([did_method(DSC, CSCA, jwk=jwk)])).refusal is None

    def test_usage_csca_of_the_level_sca(self):
        method = did_method(
            CSCA, None, keyusage={"code": "#CSCA"}, id="did:web:tng-cdn.who.int:v2:trustlist:DCC:DEU:SCA"
        )
        assert one(did_list([method])).to_entry().usage is Usage.CSCA
        assert one(did_list([method]), Anchors()).refusal is Code.FOREIGN_AUTHORITY_UNKNOWN

    def test_a_list_of_version_1_names_all_in_the_address(self):
        kid = did_method(DSC, CSCA)["publicKeyJwk"]["kid"]
        name = f"did:web:tng-cdn.who.int:trustlist:DCC:DEU:DSC#{kid}"
        method = did_method(DSC, CSCA, id=name, domain=None, participant=None, keyusage=None)
        candidate = one(did_list([method], "did:web:tng-cdn.who.int:trustlist"))
        assert (candidate.refusal, candidate.country, candidate.claimed.usage) == (None, "DE", Usage.DSC)

    @pytest.mark.parametrize(
        ("method", "code"),
        [
            (did_method(DSC, CSCA, jwk={"x5c": None}), Code.FOREIGN_ENTRY_UNREADABLE),
            (did_method(DSC, CSCA, jwk={"x5c": []}), Code.FOREIGN_ENTRY_UNREADABLE),
            (did_method(DSC, CSCA, jwk={"x5c": ["%"]}), Code.FOREIGN_ENTRY_UNREADABLE),
            (did_method(DSC, CSCA, jwk={"x5c": ["AAAA"]}), Code.FOREIGN_ENTRY_UNREADABLE),
            (did_method(DSC, CSCA, jwk={"x5c": [5]}), Code.FOREIGN_ENTRY_UNREADABLE),
            (did_method(DSC, CSCA) | {"publicKeyJwk": []}, Code.FOREIGN_ENTRY_UNREADABLE),
            (5, Code.FOREIGN_ENTRY_UNREADABLE),
            (did_method(DSC, CSCA, jwk={"kid": text(bytes(8))}), Code.FOREIGN_KEY_ID_DIFFERS),
            (did_method(DSC, CSCA, jwk={"kid": text(bytes(8))}, id="did:web:x"), Code.FOREIGN_KEY_ID_DIFFERS),
            (did_method(DSC, CSCA, participant={"code": "#FRA"}), Code.FOREIGN_COUNTRY_DIFFERS),
            (did_method(DSC, CSCA, participant={"code": "#-"}), Code.FOREIGN_COUNTRY_DIFFERS),
            (did_method(DSC, CSCA, participant={"code": "#XXH"}), Code.FOREIGN_LIST_NOT_PRODUCTION),
            (did_method(DSC, CSCA, domain={"code": "#PH4H"}), Code.FOREIGN_USAGE_UNKNOWN),
            (did_method(DSC, CSCA, keyusage={"code": "#TLS"}), Code.FOREIGN_USAGE_UNKNOWN),
            (did_method(DSC, OTHER_CSCA), Code.FOREIGN_AUTHORITY_MISMATCH),
            (did_method(party("DSC", above=OTHER_CSCA), OTHER_CSCA), Code.FOREIGN_AUTHORITY_UNKNOWN),
            (did_method(party("DSC", above=OTHER_CSCA), CSCA), Code.FOREIGN_AUTHORITY_UNKNOWN),
            (did_method(party("DSC", above=CSCA, end=NOW - timedelta(seconds=1)), CSCA), Code.FOREIGN_KEY_EXPIRED),
            (did_method(party("DSC", above=CSCA, signs=False), CSCA), Code.FOREIGN_KEY_MAY_NOT_SIGN),
            (did_method(DSC, None, keyusage={"code": "#CSCA"}), Code.FOREIGN_KEY_MAY_NOT_SIGN),
            ("did:web:tng-cdn-dev.who.int:trustlist", Code.FOREIGN_LIST_REFERENCE),
        ],
    )
    def test_one_thing_wrong_one_refusal_and_the_others_still_count(self, method, code):
        found = read_foreign(did_list([method, did_method(DSC, CSCA)]), PINNED, at=NOW)
        assert [candidate.refusal for candidate in found.candidates] == [code, None]

    def test_a_signer_of_an_unsuitable_kind(self):
        for key in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 1024)):
            signer = party("DSC", above=CSCA, key=key)
            method = did_method(DSC, CSCA)
            method["publicKeyJwk"] |= {
                "x5c": [text(signer.der), text(CSCA.der)],
                "kid": text(sha256(signer.der).digest()[:8]),
            }
            method["id"] = "did:web:tng-cdn.who.int:v2:trustlist:DCC:DEU:DSC"
            assert one(did_list([method])).refusal is Code.UNSUITABLE_PUBLIC_KEY_TYPE

    def test_an_impostor_with_the_authoritys_name_does_not_certify(self):
        impostor = party("CSCA", authority=True)
        assert (
            one(did_list([did_method(party("DSC", above=impostor), None)])).refusal is Code.FOREIGN_AUTHORITY_MISMATCH
        )

    def test_a_signer_does_not_certify_signers(self):
        below = party("DSC below", above=DSC)
        anchors = Anchors([DSC.der])
        assert one(did_list([did_method(below, None)]), anchors).refusal is Code.FOREIGN_AUTHORITY_UNKNOWN

    def test_an_authority_certifies_for_its_own_country_only(self):
        french = party("DSC", "FR", above=CSCA)
        method = did_method(french, CSCA, participant={"code": "#FRA"})
        assert one(did_list([method])).refusal is Code.FOREIGN_COUNTRY_DIFFERS

    def test_an_authority_that_has_expired_certifies_nobody(self):
        old = party("Old CSCA", authority=True, end=NOW - timedelta(days=1))
        candidate = one(did_list([did_method(party("DSC", above=old), old)]), Anchors([old.der]))
        assert (candidate.refusal, candidate.detail) == (Code.FOREIGN_KEY_EXPIRED, "its authority")

    def test_no_address_is_followed(self):
        references = ["did:web:tng-cdn-dev.who.int:trustlist", "did:web:tng-cdn.who.int:trustlist-ref"]
        assert refused(did_list(references)) is Code.FOREIGN_LIST_REFERENCE

    @pytest.mark.parametrize("host", ["tng-cdn-dev.who.int", "tng-cdn-uat.who.int"])
    def test_lists_of_test_environments_only_on_demand(self, host):
        data = did_list([did_method(DSC, CSCA)], f"did:web:{host}:v2:trustlist:DCC:-:DSC")
        assert refused(data) is Code.FOREIGN_LIST_NOT_PRODUCTION
        assert len(read_foreign(data, PINNED, at=NOW, tests=True).acceptable) == 1

    @pytest.mark.parametrize(
        "did", ["did:web:tng-cdn.who.int.evil.example:v2", "did:web:example.org", "did:key:z6", "", None, 5]
    )
    def test_lists_of_strangers(self, did):
        assert refused(did_list([did_method(DSC, CSCA)], did)) is Code.FOREIGN_LIST_INVALID

    @pytest.mark.parametrize("methods", [[], None, {}, "x"])
    def test_lists_of_nothing(self, methods):
        assert refused(did_list(methods)) is Code.FOREIGN_LIST_INVALID


class TestSignaturesOfAuthorities:
    @pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.BrainpoolP256R1()])
    @pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
    def test_elliptic(self, curve, digest):
        above = party("CSCA", authority=True, key=ec.generate_private_key(curve))
        signer = party("DSC", above=above, algorithm=digest)
        assert one(did_list([did_method(signer, above)]), Anchors([above.der])).refusal is None

    def test_rsa(self):
        above = party("CSCA", authority=True, key=rsa.generate_private_key(65537, 3072))
        assert one(did_list([did_method(party("DSC", above=above), above)]), Anchors([above.der])).refusal is None


class TestGateway:
    """The trust anchor signs authorities and uploaders; an uploader of the country signs what it uploads."""

    @staticmethod
    def items(**changes):
        return [
            gateway_item("CSCA", CSCA, ANCHOR),
            gateway_item("UPLOAD", UPLOADER, ANCHOR),
            gateway_item("AUTHENTICATION", UPLOADER, ANCHOR),
            gateway_item("DSC", DSC, UPLOADER) | changes,
        ]

    @staticmethod
    def refusals(items, anchors=None):
        found = read_foreign(json.dumps(items).encode(), anchors or Anchors([ANCHOR.der]), at=NOW)
        return [candidate.refusal for candidate in found.candidates]

    def test_by_way_of_the_anchor(self):
        none = Code.FOREIGN_USAGE_UNKNOWN
        assert self.refusals(self.items()) == [None, none, none, None]
        found = read_foreign(json.dumps(self.items()).encode(), Anchors([ANCHOR.der]), at=NOW)
        assert found.listed_at.isoformat() == "2026-08-01T03:00:00+00:00"
        assert {e.usage for e in found.entries()} == {Usage.CSCA, Usage.DSC}
        assert found.entries()[1].origin["source"] == "EU-DGCG"

    def test_without_the_anchor_nothing(self):
        unknown = Code.FOREIGN_AUTHORITY_UNKNOWN
        assert self.refusals(self.items(), Anchors([DSC.der[:5]]))[::3] == [unknown, unknown]
        assert self.refusals(self.items(), Anchors([party("Other", None).der]))[::3] == [unknown, unknown]

    def test_an_authority_signed_by_another_than_the_anchor(self):
        items = self.items()
        items[0] = gateway_item("CSCA", CSCA, party("Impostor", None))
        assert self.refusals(items)[::3] == [Code.FOREIGN_AUTHORITY_UNKNOWN, Code.FOREIGN_AUTHORITY_UNKNOWN]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"signature": ""}, Code.FOREIGN_ENTRY_UNSIGNED),
            ({"signature": None}, Code.FOREIGN_ENTRY_UNSIGNED),
            ({"signature": "AAAA"}, Code.FOREIGN_ENTRY_UNSIGNED),
            ({"signature": gateway_item("DSC", CSCA, UPLOADER)["signature"]}, Code.FOREIGN_ENTRY_UNSIGNED),
            ({"signature": gateway_item("DSC", DSC, ANCHOR)["signature"]}, Code.FOREIGN_ENTRY_UNSIGNED),
            ({"signature": gateway_item("DSC", DSC, party("Self"))["signature"]}, Code.FOREIGN_ENTRY_UNSIGNED),
            ({"thumbprint": "00" * 32}, Code.FOREIGN_KEY_ID_DIFFERS),
            ({"kid": text(bytes(8))}, Code.FOREIGN_KEY_ID_DIFFERS),
            ({"country": "FR"}, Code.FOREIGN_ENTRY_UNSIGNED),
            ({"rawData": None}, Code.FOREIGN_ENTRY_UNREADABLE),
            ({"rawData": ""}, Code.FOREIGN_ENTRY_UNREADABLE),
            ({"rawData": "%"}, Code.FOREIGN_ENTRY_UNREADABLE),
            ({"certificateType": "OTHER"}, Code.FOREIGN_USAGE_UNKNOWN),
            ({"certificateType": []}, Code.FOREIGN_USAGE_UNKNOWN),
            ({"timestamp": "soon"}, None),
        ],
    )
    def test_one_thing_wrong(self, changes, code):
        assert self.refusals(self.items(**changes))[::3] == [None, code]

    def test_a_list_of_signers_alone_needs_the_authority_pinned(self):
        items = self.items()[3:]
        assert self.refusals(items, PINNED) == [None]
        assert self.refusals(items)[0] is Code.FOREIGN_AUTHORITY_UNKNOWN

    @pytest.mark.parametrize("items", [[], [5], [{}], ["x", None]])
    def test_lists_of_nothing(self, items):
        assert refused(json.dumps(items).encode()) is Code.FOREIGN_LIST_INVALID

    def test_rubbish_beside_it_spoils_nothing(self):
        assert self.refusals([*self.items(), 5])[3:] == [None, Code.FOREIGN_ENTRY_UNREADABLE]


class TestPem:
    def test_authority_and_signer(self):
        found = read_foreign(pem(CSCA.der) + pem(DSC.der), PINNED, at=NOW, name="de.pem")
        assert [e.usage for e in found.entries()] == [Usage.CSCA, Usage.DSC]
        assert found.entries()[0].origin == {"source": "CERTIFICATES", "list": "de.pem"}

    def test_one_certificate_in_der(self):
        found = read_foreign(DSC.der, PINNED, at=NOW, name="de.cer")
        assert [entry.certificate.der for entry in found.entries()] == [DSC.der]
        with pytest.raises(ProofError) as refusal:
            read_foreign(DSC.der[:-9], PINNED, at=NOW)
        assert refusal.value.code is Code.FOREIGN_LIST_INVALID

    def test_unpinned(self):
        found = read_foreign(pem(CSCA.der) + pem(DSC.der), Anchors(), at=NOW)
        assert {c.refusal for c in found.candidates} == {Code.FOREIGN_AUTHORITY_UNKNOWN}

    def test_a_key_is_no_certificate(self):
        assert refused(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----") is Code.FOREIGN_LIST_INVALID


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"<!doctype html><title>404</title>",
        b" <Error><Code>NoSuchKey</Code></Error>",
        b"5",
        b"null",
        b"{}",
        b"\xff\xfe[]",
        b"[" * 100_000,
        did_list([did_method(DSC, CSCA)])[:-50],
        b" " * (16 * 1024 * 1024 + 1),
    ],
    ids=str.split("nothing cut page error number null empty utf16 deep half large"),
)
def test_what_is_no_list(data):
    assert refused(data) is Code.FOREIGN_LIST_INVALID


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:x5ckid', max_size=80).map(str.encode))
def test_no_bytes_crash_it(data):
    with pytest.raises(ProofError):
        read_foreign(data, PINNED, at=NOW)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("#DSC") | st.just("DSC"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(did_method(DSC, CSCA))), json_values)
def test_no_member_of_an_entry_crashes_it(name, value):
    method = did_method(DSC, CSCA) | {name: value}
    assert len(read_foreign(did_list([method, 1]), PINNED, at=NOW).candidates) == 2


@given(st.sampled_from(["kid", "x5c", "x", "y", "crv", "kty"]), json_values)
def test_no_member_of_a_key_crashes_it(name, value):
    method = did_method(DSC, CSCA)
    method["publicKeyJwk"] |= {name: value}
    assert len(read_foreign(did_list([method, 1]), PINNED, at=NOW).candidates) == 2


@given(st.sampled_from(sorted(gateway_item("DSC", DSC, UPLOADER))), json_values)
def test_no_member_of_a_gateways_entry_crashes_it(name, value):
    items = [gateway_item("DSC", DSC, UPLOADER) | {name: value}, gateway_item("CSCA", CSCA, ANCHOR)]
    assert len(read_foreign(json.dumps(items).encode(), PINNED, at=NOW).candidates) == 2


@given(st.integers(0, len(DSC.der) - 1), st.integers(0, 255))
def test_no_damaged_certificate_is_believed(at, octet):
    damaged = DSC.der[:at] + bytes((octet,)) + DSC.der[at + 1 :]
    signer = replace(DSC, der=damaged)
    assert (one(did_list([did_method(signer, None)])).refusal is None) is (damaged == DSC.der)


@pytest.mark.parametrize(
    ("code", "letters"),
    [
        ("PRT", "PT"),
        ("pt", "PT"),
        ("SVN", "SI"),
        ("VNM", "VN"),
        ("XXH", "XH"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("IOM", "IO"),
        ("-", ""),
        ("", ""),
        ("P", ""),
        ("PRTX", ""),
        ("12", ""),
        ("ÀÀ", ""),
    ],
)
def test_country_codes(code, letters):
    assert alpha_2(code) == letters


def test_which_files_are_foreign_lists(office, now):
    assert is_foreign(did_list([]))
    assert is_foreign(b" [{}]")
    assert not is_foreign(office.trust.to_json(now, now))
    assert not is_foreign(pem(office.der))
