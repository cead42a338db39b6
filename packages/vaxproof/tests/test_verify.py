"""The verdict: one thing wrong, one named reason."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from vaxproof import Answer, Code, Kind, Policy, RevocationList, SoftwareSigner, TrustList, issue, read_certificate
from vaxproof.envelope import cose
from vaxproof.trust.revocation_list import hash_of_identifier
from vaxproof.verify import open_text, verify

HOUR = timedelta(hours=1)


def sign(
    office: Any,
    dcc: Mapping[str, Any],
    now: datetime,
    *,
    protected: Mapping[int, Any] | None = None,
    unprotected: Mapping[int, Any] | None = None,
    claims: Mapping[int, Any] | None = None,
) -> str:
    """A certificate signed as strangely as asked for."""
    header = {1: office.signer.algorithm.cose_id, 4: office.signer.key_id} if protected is None else protected
    seconds = int(now.timestamp())
    payload = cbor2.dumps({1: "VN", 4: seconds + 3600, 6: seconds - 3600, -260: {1: dcc}} | (claims or {}))
    head = cbor2.dumps(dict(header)) if header else b""
    signature = office.signer.sign(cose.to_be_signed(head, payload))
    return issue.to_hc1(cbor2.dumps(cbor2.CBORTag(18, [head, dict(unprotected or {}), payload, signature])))


@pytest.fixture
def dcc(vaccination, now):
    prepared = issue.prepare(vaccination(), now, now + HOUR, b"12345678", "ES256")
    return cbor2.loads(prepared.payload_cbor)[-260][1]


@pytest.fixture
def text(vaccination, office, now):
    return issue.issue(vaccination(), office.signer, now - HOUR, now + HOUR)


def test_ours_is_valid_and_says_what_it_says(text, office, now):
    verdict = verify(text, office.trust, at=now)
    assert (verdict.answer, verdict.code) == (Answer.VALID, Code.VALID)
    claims = verdict.claims
    assert (claims.kind, claims.issuer) == (Kind.VACCINATION, "VN")
    assert (claims.family_name, claims.given_name, claims.birth_date) == ("Đặng", "Đình Đức", "1980-05-01")
    assert (claims.issued_at, claims.expires_at) == (now - HOUR, now + HOUR)
    assert claims.uvci == "URN:UVCI:01:VN:01001/ABCDEF0123456789ABCD#O"
    assert verdict.certificate.country == "VN"
    assert verdict.facts.remarks == ()
    assert not verdict.facts.revocations_checked


def test_ps256_is_valid(vaccination, rsa_office, now):
    text = issue.issue(vaccination(), rsa_office.signer, now - HOUR, now + HOUR)
    assert verify(text, rsa_office.trust, at=now).code is Code.VALID


def test_any_flipped_bit_of_the_signed_bytes_is_refused(text, office, now):
    signed = open_text(text)
    for at in range(0, len(signed.payload) * 8, 7):
        payload = bytearray(signed.payload)
        payload[at // 8] ^= 1 << at % 8
        altered = issue.to_hc1(cose.encode(signed.protected, bytes(payload), signed.signature))
        assert verify(altered, office.trust, at=now).code is Code.SIGNATURE_INVALID


@pytest.mark.parametrize("length", [0, 63, 65, 70, 72, 96, 128])
def test_a_signature_of_another_length_is_wrong_and_crashes_nothing(text, office, now, length):
    """CO24 of the EU's list: an over-long ECDSA signature."""
    signed = open_text(text)
    altered = issue.to_hc1(
        cose.encode(signed.protected, signed.payload, signed.signature.ljust(length, b"\0")[:length])
    )
    assert verify(altered, office.trust, at=now).code is Code.SIGNATURE_INVALID


def test_zeros_are_no_signature(text, office, now):
    signed = open_text(text)
    for zeros in (bytes(64), bytes(32) + signed.signature[32:], signed.signature[:32] + bytes(32)):
        assert verify(
            issue.to_hc1(cose.encode(signed.protected, signed.payload, zeros)), office.trust, at=now
        ).code is (Code.SIGNATURE_INVALID)


class TestKeyIds:
    """CO18 to CO23, CO25 and CO26 of the EU's list."""

    @pytest.mark.parametrize(
        ("protected", "unprotected", "code"),
        [
            ("right", None, Code.VALID),
            (None, "right", Code.VALID),
            ("right", "right", Code.VALID),
            ("right", "wrong", Code.VALID),
            ("wrong", "right", Code.KEY_NOT_IN_TRUST_LIST),
            (None, "wrong", Code.KEY_NOT_IN_TRUST_LIST),
            (None, None, Code.KEY_ID_MISSING),
            ("short", None, Code.KEY_ID_ILLEGAL),
            ("long", None, Code.KEY_ID_ILLEGAL),
        ],
    )
    def test_where_it_stands(self, office, dcc, now, protected, unprotected, code):
        right = office.signer.key_id
        ids = {"right": right, "wrong": bytes(8), "short": right[:7], "long": right + b"x"}
        text = sign(
            office,
            dcc,
            now,
            protected={1: -7} | ({4: ids[protected]} if protected else {}),
            unprotected={4: ids[unprotected]} if unprotected else {},
        )
        assert verify(text, office.trust, at=now).code is code

    def test_every_certificate_with_the_key_id_is_tried(self, text, office, office_with, now):
        """A key id is a hint: others may carry it (android issue 35)."""
        others = [read_certificate(office_with().der, key_id=office.signer.key_id) for _ in range(3)]
        verdict = verify(text, TrustList([*others, *office.trust.certificates]), at=now)
        assert verdict.code is Code.VALID
        assert verdict.certificate == office.trust.certificates[0]

    def test_none_of_them_fits(self, text, office, office_with, now):
        other = read_certificate(office_with().der, key_id=office.signer.key_id)
        assert verify(text, TrustList([other]), at=now).code is Code.SIGNATURE_INVALID


class TestAlgorithms:
    def test_another_algorithm_is_refused(self, office, dcc, now):
        """CO4."""
        text = sign(office, dcc, now, protected={1: -35, 4: office.signer.key_id})
        assert verify(text, office.trust, at=now).code is Code.UNSUPPORTED_ALGORITHM

    @pytest.mark.parametrize(("algorithm", "kind"), [(-37, "office"), (-7, "rsa_office")])
    def test_the_algorithm_of_another_kind_of_key_is_refused(self, request, dcc, now, algorithm, kind):
        """CO27: what the header says must never choose how a key is used."""
        office = request.getfixturevalue(kind)
        text = sign(office, dcc, now, protected={1: algorithm, 4: office.signer.key_id})
        assert verify(text, office.trust, at=now).code is Code.UNSUITABLE_PUBLIC_KEY_TYPE

    def test_the_algorithm_may_stand_unprotected(self, office, dcc, now):
        text = sign(office, dcc, now, protected={4: office.signer.key_id}, unprotected={1: -7})
        assert verify(text, office.trust, at=now).code is Code.VALID

    def test_p384_is_refused(self, text, office, certificate_of, now):
        other = certificate_of(ec.generate_private_key(ec.SECP384R1()))
        trust = TrustList([read_certificate(other, key_id=office.signer.key_id)])
        assert verify(text, trust, at=now).code is Code.UNSUITABLE_PUBLIC_KEY_TYPE


class TestTimes:
    @pytest.mark.parametrize(
        ("offset", "code"),
        [
            (-HOUR, Code.VALID),
            (HOUR, Code.VALID),
            (-HOUR - timedelta(seconds=1), Code.CWT_NOT_YET_VALID),
            (HOUR + timedelta(seconds=1), Code.CWT_EXPIRED),
        ],
    )
    def test_both_ends_belong_to_it(self, text, office, now, offset, code):
        assert verify(text, office.trust, at=now + offset).code is code

    def test_fractions_are_read(self, office, dcc, now):
        seconds = now.timestamp()
        text = sign(office, dcc, now, claims={4: seconds + 0.5, 6: seconds - 0.5})
        assert verify(text, office.trust, at=now).code is Code.VALID
        assert verify(text, office.trust, at=now + timedelta(seconds=1)).code is Code.CWT_EXPIRED

    def test_without_an_end_it_is_refused(self, office, dcc, now):
        assert verify(sign(office, dcc, now, claims={4: None}), office.trust, at=now).code is (
            Code.CWT_DESERIALIZATION_FAILED
        )

    @pytest.mark.parametrize(
        ("validity", "code"),
        [
            ({"not_after": timedelta(seconds=-1)}, Code.PUBLIC_KEY_EXPIRED),
            ({"not_before": timedelta(seconds=1)}, Code.PUBLIC_KEY_NOT_YET_VALID),
            ({"not_after": timedelta(0)}, Code.VALID),
        ],
    )
    def test_the_signers_certificate_must_be_valid(self, vaccination, office_with, now, validity, code):
        office = office_with(**{end: now + offset for end, offset in validity.items()})
        text = issue.issue(vaccination(), office.signer, now - HOUR, now + HOUR)
        assert verify(text, office.trust, at=now).code is code


class TestPurposes:
    @pytest.mark.parametrize("arc", ["1.3.6.1.4.1.1847.2021.1.", "1.3.6.1.4.1.0.1847.2021.1."])
    @pytest.mark.parametrize(
        ("numbers", "code"),
        [("2", Code.VALID), ("123", Code.VALID), ("1", Code.KEY_USAGE_MISMATCH), ("13", Code.KEY_USAGE_MISMATCH)],
    )
    def test_the_kind_must_be_named(self, vaccination, office_with, now, arc, numbers, code):
        office = office_with(purposes=[arc + number for number in numbers])
        text = issue.issue(vaccination(), office.signer, now - HOUR, now + HOUR)
        assert verify(text, office.trust, at=now).code is code

    def test_foreign_purposes_count_only_where_the_policy_says_so(self, vaccination, office_with, now):
        office = office_with(purposes=["1.3.6.1.5.5.7.3.2"])
        text = issue.issue(vaccination(), office.signer, now - HOUR, now + HOUR)
        verdict = verify(text, office.trust, at=now)
        assert verdict.code is Code.VALID
        assert Code.FOREIGN_KEY_USAGE in verdict.facts.remarks
        strict = Policy(ignore_foreign_purposes=False)
        assert verify(text, office.trust, at=now, policy=strict).code is Code.KEY_USAGE_MISMATCH


class TestLists:
    def test_no_list(self, text, now):
        verdict = verify(text, TrustList([]), at=now)
        assert (verdict.answer, verdict.code) == (Answer.CANNOT_TELL, Code.TRUST_LIST_MISSING)

    def test_unknown_key(self, text, rsa_office, now):
        verdict = verify(text, rsa_office.trust, at=now)
        assert (verdict.answer, verdict.code) == (Answer.CANNOT_TELL, Code.KEY_NOT_IN_TRUST_LIST)
        assert verdict.claims is None

    @pytest.mark.parametrize(
        ("late", "code"), [(timedelta(hours=48), Code.VALID), (timedelta(hours=49), Code.TRUST_LIST_EXPIRED)]
    )
    def test_an_old_list_counts_for_a_while(self, text, office, now, late, code):
        trust = TrustList(office.trust.certificates, now - 9 * HOUR, now - late)
        verdict = verify(text, trust, at=now)
        assert verdict.code is code
        assert verdict.facts.trust_next_at == now - late

    def test_an_old_list_does_not_soften_a_refusal(self, text, office, now):
        trust = TrustList(office.trust.certificates, now - 9 * HOUR, now - timedelta(days=9))
        assert verify(text, trust, at=now + 2 * HOUR).code is Code.CWT_EXPIRED

    def test_a_clock_turned_back_is_noticed_where_asked_for(self, text, office, now):
        trust = TrustList(office.trust.certificates, now + HOUR, now + 2 * HOUR)
        assert verify(text, trust, at=now).code is Code.VALID
        guarded = verify(text, trust, at=now, policy=Policy(guard_clock=True))
        assert (guarded.answer, guarded.code) == (Answer.CANNOT_TELL, Code.TRUST_LIST_NOT_YET_VALID)

    def test_revoked(self, text, office, now):
        uvci = verify(text, office.trust, at=now).claims.uvci
        revocations = RevocationList.of(now, now + HOUR, UCI=[hash_of_identifier(uvci)])
        verdict = verify(text, office.trust, at=now, revocations=revocations)
        assert (verdict.answer, verdict.code) == (Answer.NOT_VALID, Code.REVOKED)
        assert verdict.facts.revocations_checked

    @pytest.mark.parametrize(
        ("made", "due", "code"),
        [
            (-HOUR, HOUR, Code.VALID),
            (-HOUR, timedelta(hours=-49), Code.REVOCATION_LIST_EXPIRED),
            (HOUR, 2 * HOUR, Code.REVOCATION_LIST_NOT_YET_VALID),
        ],
    )
    def test_the_age_of_the_revocation_list(self, text, office, now, made, due, code):
        revocations = RevocationList.of(now + made, now + due)
        verdict = verify(text, office.trust, at=now, revocations=revocations, policy=Policy(guard_clock=True))
        assert verdict.code is code


class TestText:
    def test_mangled_text_is_mended(self, text, office, now):
        for mangled in (
            f"  {text}\n",
            "\ufeff" + text,
            text[:60] + "\r\n" + text[60:],
            text.replace(" ", "\u00a0"),
            text.replace("%", "%25").replace(" ", "%20"),
        ):
            assert verify(mangled, office.trust, at=now).code is Code.VALID

    def test_lower_case_is_not_mended(self, text, office, now):
        assert verify(text.lower(), office.trust, at=now).code is Code.INVALID_SCHEME_PREFIX
        assert verify("HC1:" + text[4:].lower(), office.trust, at=now).code is Code.BASE_45_DECODING_FAILED

    @pytest.mark.parametrize(
        ("text", "answer", "code"),
        [
            ("", Answer.NOT_VALID, Code.INVALID_SCHEME_PREFIX),
            ("HC2:ABC", Answer.CANNOT_TELL, Code.UNSUPPORTED_SCHEME_VERSION),
            ("HC1:", Answer.NOT_VALID, Code.DECOMPRESSION_FAILED),
            ("HC1:" + "A" * 100_000, Answer.NOT_VALID, Code.TEXT_TOO_LONG),
        ],
    )
    def test_what_is_no_certificate(self, office, now, text, answer, code):
        verdict = verify(text, office.trust, at=now)
        assert (verdict.answer, verdict.code) == (answer, code)


class TestContent:
    def test_content_is_not_looked_at_before_the_signature(self, office, rsa_office, now):
        assert verify(sign(office, {}, now), rsa_office.trust, at=now).code is Code.KEY_NOT_IN_TRUST_LIST
        assert verify(sign(office, {}, now), office.trust, at=now).code is Code.SCHEMA_VALIDATION_FAILED

    def test_a_date_under_tag_0_and_a_date_with_a_time_are_read(self, office, dcc, now):
        dcc["v"][0]["dt"] = cbor2.CBORTag(0, "2021-10-01T00:00:00Z")
        verdict = verify(sign(office, dcc, now), office.trust, at=now)
        assert verdict.code is Code.VALID
        assert verdict.claims.entry["dt"] == "2021-10-01"

    @pytest.mark.parametrize(("result", "remarks"), [("260373001", (Code.TEST_DETECTED,)), ("260415000", ())])
    def test_a_detected_virus_is_remarked(self, office, dcc, now, result, remarks):
        """DGC7 of the EU's list: the certificate is genuine, and says that its holder is ill."""
        test = {
            "tg": "840539006", "tt": "LP6464-4", "sc": "2026-05-31T12:00:00Z", "tr": result, "tc": "x", "co": "VN",
            "is": "x", "ci": "URN:UVCI:01:VN:A",
        }  # fmt: skip
        del dcc["v"]
        verdict = verify(sign(office, dcc | {"t": [test]}, now), office.trust, at=now)
        assert verdict.code is Code.VALID
        assert verdict.facts.remarks == remarks

    def test_a_sample_of_tomorrow_is_remarked(self, office, dcc, now):
        """DGC8 of the EU's list."""
        dcc["v"][0]["dt"] = "2026-06-02"
        assert verify(sign(office, dcc, now), office.trust, at=now).facts.remarks == (Code.DATED_IN_FUTURE,)

    @pytest.mark.parametrize(
        ("field", "value", "remark"),
        [
            ("ma", "ORG-100030215", Code.WRONG_TRIPLE),
            ("vp", "J07BX03", Code.CODE_INACTIVE),
            ("mp", "EU/1/99/9999", Code.CODE_UNKNOWN),
            ("dn", 3, Code.DOSES_AMBIGUOUS),
            ("ci", "urn:uvci:01:vn:abc", Code.UVCI_NOT_WELL_FORMED),
        ],
    )
    def test_what_is_odd_is_remarked_and_does_not_refuse(self, office, dcc, now, field, value, remark):
        dcc["v"][0][field] = value
        verdict = verify(sign(office, dcc, now), office.trust, at=now)
        assert verdict.code is Code.VALID
        assert verdict.facts.remarks == (remark,)

    def test_a_validity_beyond_the_key_is_remarked(self, vaccination, office_with, now):
        office = office_with(not_after=now + timedelta(minutes=1))
        text = issue.issue(vaccination(), office.signer, now - HOUR, now + HOUR)
        assert verify(text, office.trust, at=now).facts.remarks == (Code.OUTSIDE_KEY_VALIDITY,)


@pytest.mark.vectors
def test_vietnams_specimen(vectors, now):
    """PS256, kid protected, the wrong holder for the product; its key is not public, so: cannot tell."""
    text = (vectors / "vietnam" / "acc-specimen.hc1.txt").read_text()
    signed = open_text(text)
    assert (signed.checked_algorithm(), signed.checked_key_id().hex()) == ("PS256", "f30da46716f7882d")
    production = TrustList.load(vectors / "vietnam" / "prod-dsc-ZtJVElOdWm0.pem")
    assert verify(text, production, at=now).code is Code.KEY_NOT_IN_TRUST_LIST


@pytest.mark.vectors
def test_the_wrong_triple_of_vietnams_specimen_is_remarked(vectors, rsa_office, now):
    signed = open_text((vectors / "vietnam" / "acc-specimen.hc1.txt").read_text())
    dcc = cbor2.loads(signed.payload)[-260][1]
    verdict = verify(sign(rsa_office, dcc, now), rsa_office.trust, at=now)
    assert verdict.code is Code.VALID
    assert verdict.claims.given_name == "Bảo Duy"
    assert verdict.facts.remarks == (Code.WRONG_TRIPLE,)


def test_the_key_id_of_a_signer_is_free(vaccination, office, now):
    """A signer says its key id; a trust list entry may say the same one."""
    signer = SoftwareSigner(office.key, b"12345678")
    text = issue.issue(vaccination(), signer, now - HOUR, now + HOUR)
    trust = TrustList([read_certificate(office.der, key_id=b"12345678")])
    assert verify(text, trust, at=now).code is Code.VALID
    assert base64.b64encode(verify(text, trust, at=now).facts.key_id) == b"MTIzNDU2Nzg="
