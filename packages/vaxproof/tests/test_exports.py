"""Our keys and revocations in the forms of others; judged by openssl and by our own readers."""

import base64
import json
import subprocess
from contextlib import suppress
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from vaxproof import Code, ProofError, TrustList, read_certificate
from vaxproof.trust import cms, exports
from vaxproof.trust.entries import TrustEntry, Usage, Withdrawal
from vaxproof.trust.foreign import Anchors
from vaxproof.trust.foreign_lists import read_foreign
from vaxproof.trust.revocation_batches import Batch, list_of, make_batches
from vaxproof.trust.revocation_list import HashKind, hash_of

from packages.vaxproof.tests.pki import NOW, YEAR, party, pem

CSCA = party("CSCA Viet Nam", "VN", authority=True)
DSC = party("DSC Viet Nam", "VN", CSCA)
RSA_DSC = party("DSC RSA", "VN", CSCA, key=rsa.generate_private_key(65537, 2048))
UPLOADER = party("NB UP Viet Nam", "VN", CSCA)
RSA_UPLOADER = party("NB UP RSA", "VN", CSCA, key=rsa.generate_private_key(65537, 2048))
DAY = timedelta(days=1)


def certificate(subject):
    return read_certificate(subject.der)


class TestCurrentSigners:
    @pytest.mark.parametrize(
        ("entry", "counted"),
        [
            (TrustEntry(certificate(DSC)), True),
            (TrustEntry(certificate(DSC), Usage.CSCA), False),
            (TrustEntry(certificate(DSC), withdrawn=Withdrawal(NOW, "KEY_STOLEN", unless_logged=True)), False),
            (TrustEntry(certificate(DSC), accepted_from=NOW + DAY), False),
            (TrustEntry(certificate(DSC), accepted_until=NOW - DAY), False),
            (TrustEntry(certificate(DSC), accepted_from=NOW, accepted_until=NOW), True),
            (TrustEntry(certificate(party("Old", "VN", end=NOW - DAY))), False),
        ],
    )
    def test_only_those_that_count_now(self, entry, counted):
        assert bool(exports.current_signers([entry], NOW)) is counted


class TestDidDocument:
    DID = "did:web:example.vn:published:exports"

    def methods(self, *signers):
        data = exports.did_document(self.DID, [certificate(s) for s in signers], {DSC.der: CSCA.der})
        document = json.loads(data)
        assert document["id"] == self.DID
        assert document["assertionMethod"] == [m["id"] for m in document["verificationMethod"]]
        return document["verificationMethod"]

    def test_it_names_key_and_certificates(self):
        (method,) = self.methods(DSC)
        jwk = method["publicKeyJwk"]
        point = DSC.key.public_key().public_numbers()
        assert method["type"] == "JsonWebKey2020"
        assert method["id"].endswith(f"#{base64.b64encode(DSC.signer.key_id).decode()}")
        assert [base64.b64decode(c) for c in jwk["x5c"]] == [DSC.der, CSCA.der]
        x, y = (base64.urlsafe_b64decode(jwk[name] + "=") for name in ("x", "y"))
        assert (x, y) == (point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big"))

    def test_an_rsa_key(self):
        jwk = self.methods(RSA_DSC)[0]["publicKeyJwk"]
        numbers = RSA_DSC.key.public_key().public_numbers()
        assert int.from_bytes(base64.urlsafe_b64decode(jwk["n"] + "=="), "big") == numbers.n
        assert jwk["e"] == "AQAB"

    def test_whos_reader_takes_our_methods(self):
        methods = [
            m | {"participant": {"code": "#VNM"}, "keyusage": {"code": "#DSC"}} for m in self.methods(DSC, RSA_DSC)
        ]
        document = {"id": "did:web:tng-cdn.who.int:v2:trustlist:DCC:VNM:DSC", "verificationMethod": methods}
        found = read_foreign(json.dumps(document).encode(), Anchors([CSCA.der]), at=NOW)
        assert [c.refusal for c in found.candidates] == [None, None]
        assert found.candidates[0].claimed.quirks == ()


def test_verifier_service():
    document = json.loads(exports.verifier_service([certificate(RSA_DSC), certificate(DSC)]))
    kids = [base64.b64encode(s.signer.key_id).decode() for s in (DSC, RSA_DSC)]
    assert document["status"] == sorted(kids)
    assert document["certificates"][kids[0]] == [base64.b64encode(DSC.der).decode()]


class TestGatewayUpload:
    @pytest.mark.parametrize("uploader", [UPLOADER, RSA_UPLOADER], ids=["ES256", "PS256"])
    def test_openssl_finds_it_signed_by_the_uploader(self, tmp_path, uploader):
        data = exports.gateway_upload(certificate(DSC), uploader.der, uploader.signer, at=NOW)
        (tmp_path / "message.cms").write_bytes(data)
        (tmp_path / "above.pem").write_bytes(pem(CSCA.der))
        seconds = str(int(NOW.timestamp()))
        done = subprocess.run(
            [
                *("openssl", "cms", "-verify", "-inform", "DER", "-in", "message.cms", "-CAfile", "above.pem"),
                *("-attime", seconds, "-purpose", "any", "-out", "content.der", "-signer", "signer.pem"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "content.der").read_bytes() == DSC.der
        assert TrustList.load(tmp_path / "signer.pem").certificates[0].der == uploader.der

    @pytest.mark.parametrize("uploader", [UPLOADER, RSA_UPLOADER], ids=["ES256", "PS256"])
    def test_our_own_reader_agrees(self, uploader):
        message = cms.open_signed(cms.sign_message(b"text", uploader.der, uploader.signer, at=NOW))
        assert (message.content, message.certificate) == (b"text", uploader.der)

    def test_what_openssl_signs_is_read(self, tmp_path):
        key = UPLOADER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / "key.pem").write_bytes(key)
        (tmp_path / "certificate.pem").write_bytes(pem(UPLOADER.der))
        (tmp_path / "content").write_bytes(DSC.der)
        for more, detached in (
            (["-nodetach"], None),
            ([], DSC.der),
            (["-noattr"], DSC.der),
            (["-stream"], DSC.der),
            (
                ["-stream", "-nodetach"],
                None,
            ),
        ):
            subprocess.run(
                [
                    *("openssl", "cms", "-sign", "-binary", "-outform", "DER", "-in", "content", "-out", "message"),
                    *("-signer", "certificate.pem", "-inkey", "key.pem", *more),
                ],
                cwd=tmp_path,
                check=True,
            )
            message = cms.open_signed((tmp_path / "message").read_bytes(), detached=detached)
            assert (message.content, message.certificate) == (DSC.der, UPLOADER.der)

    def test_any_changed_octet_is_noticed(self):
        data = cms.sign_message(b"text", UPLOADER.der, UPLOADER.signer, at=NOW)
        for at in range(0, len(data), 7):
            changed = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
            with suppress(ProofError):  # the message says in two places who signed and how; the reader needs one
                assert cms.open_signed(changed).content == b"text"

    @pytest.mark.parametrize("data", [b"", b"0", b"\x30\x80", b"\x30\x00", DSC.der])
    def test_what_is_no_message(self, data):
        with pytest.raises(ProofError) as refused:
            cms.open_signed(data)
        assert refused.value.code is Code.FOREIGN_ENTRY_UNSIGNED

    @given(st.binary(max_size=120))
    def test_no_bytes_crash_it(self, data):
        with pytest.raises(ProofError):
            cms.open_signed(data, detached=b"x")


class TestBatches:
    HASHES = tuple(hash_of(n.to_bytes(4, "big")) for n in range(2001))

    def made(self, **changes):
        options = {"kind": HashKind.UCI, "country": "VN", "expires": NOW + YEAR} | changes
        return list(make_batches(self.HASHES, **options))

    def test_a_thousand_at_most_and_none_lost(self):
        batches = self.made()
        assert [len(batch.hashes) for batch in batches] == [1000, 1000, 1]
        assert {value for batch in batches for value in batch.hashes} == set(self.HASHES)
        assert self.made() == batches

    def test_the_form_of_the_gateway(self):
        document = json.loads(self.made(key_id=bytes(8))[-1].to_json())
        assert document["kid"] == "AAAAAAAAAAA="
        assert list(document) == ["country", "expires", "kid", "hashType", "entries"]
        assert json.loads(self.made()[0].to_json())["kid"] == "UNKNOWN_KID"
        assert list(document["entries"][0]) == ["hash"]

    @pytest.mark.parametrize("key_id", [None, bytes(8)])
    def test_there_and_back(self, key_id):
        for batch in self.made(key_id=key_id):
            assert Batch.from_json(batch.to_json()) == batch

    def test_one_list_of_many_without_those_that_expired(self):
        old = Batch("FR", NOW - DAY, None, HashKind.UCI, (hash_of(b"old"),))
        live = Batch("DE", NOW + DAY, None, HashKind.SIGNATURE, (hash_of(b"live"),))
        found = list_of([*self.made(), old, live], NOW, NOW + DAY, at=NOW, number=3)
        assert found.entries == {HashKind.UCI: set(self.HASHES), HashKind.SIGNATURE: {hash_of(b"live")}}
        assert found.countries == {"VN", "FR", "DE"}

    @pytest.mark.parametrize(
        "change",
        [
            {"country": "Viet Nam"},
            {"country": 1},
            {"expires": "later"},
            {"kid": "AAAA"},
            {"kid": None},
            {"hashType": "MD5"},
            {"hashType": []},
            {"entries": []},
            {"entries": [{"hash": "AAAA"}]},
            {"entries": ["AAAA"]},
            {"entries": [{"hash": base64.b64encode(bytes(16)).decode()}] * 1001},
            {"entries": None},
        ],
    )
    def test_damaged_ones(self, change):
        document = json.loads(self.made()[-1].to_json()) | change
        with pytest.raises(ProofError) as refused:
            Batch.from_json(json.dumps(document).encode())
        assert refused.value.code is Code.REVOCATION_LIST_INVALID

    @given(st.binary(max_size=80))
    def test_no_bytes_crash_it(self, data):
        with pytest.raises(ProofError):
            Batch.from_json(data)
