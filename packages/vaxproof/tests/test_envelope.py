"""Each step of the envelope, both ways, and what it refuses."""

import os
import zlib

import base45 as oracle
import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaxproof import Algorithm, Code, ProofError
from vaxproof.envelope import base45, cbor, cose, cwt, deflate, prefix


def refusal(function, *arguments):
    with pytest.raises(ProofError) as refused:
        function(*arguments)
    return refused.value.code


class TestPrefix:
    def test_there_and_back(self):
        assert prefix.strip(prefix.add("NCF")) == "NCF"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("HL0:NCF", Code.INVALID_SCHEME_PREFIX),
            ("NCF", Code.INVALID_SCHEME_PREFIX),
            ("hc1:NCF", Code.INVALID_SCHEME_PREFIX),  # lower case is not legal
            ("HC1NCF", Code.INVALID_SCHEME_PREFIX),
            ("HC0:NCF", Code.INVALID_SCHEME_PREFIX),
            ("", Code.INVALID_SCHEME_PREFIX),
            ("HC2:NCF", Code.UNSUPPORTED_SCHEME_VERSION),
            ("HCA:NCF", Code.UNSUPPORTED_SCHEME_VERSION),
            ("HC1:" + "A" * 9000, Code.TEXT_TOO_LONG),
        ],
    )
    def test_refuses(self, text, code):
        assert refusal(prefix.strip, text) is code

    def test_tidies(self):
        assert prefix.tidy("\ufeff \tHC1:AB\r\nCD\u00a0E\n") == "HC1:ABCD E"
        assert prefix.unquoted("HC1:A%20B") == "HC1:A B"


class TestBase45:
    @pytest.mark.parametrize(
        ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"", "")]
    )
    def test_examples_of_the_rfc(self, data, text):
        assert base45.encode(data) == text
        assert base45.decode(text) == data

    @given(st.binary(max_size=700))
    def test_as_the_other_implementation(self, data):
        text = oracle.b45encode(data).decode()
        assert base45.encode(data) == text
        assert base45.decode(text) == data

    @pytest.mark.parametrize(
        "text", ["GGW", "::::::", "A", "AAAA", "ab8", "B!8", "ĐB8", "::", "U6", "BB8\n\n\n", "BB8É5"]
    )
    def test_refuses(self, text):
        assert refusal(base45.decode, text) is Code.BASE_45_DECODING_FAILED

    def test_the_largest_values_pass(self):
        assert base45.decode("FGW") == b"\xff\xff"
        assert base45.decode("U5") == b"\xff"

    def test_refuses_more_than_a_qr_code_holds(self):
        assert refusal(base45.decode, "A" * 4299) is Code.TEXT_TOO_LONG

    @given(st.text(alphabet=base45.ALPHABET, max_size=60))
    def test_what_decodes_encodes_to_the_same(self, text):
        try:
            data = base45.decode(text)
        except ProofError:
            return
        assert base45.encode(data) == text


class TestDeflate:
    @given(st.binary(max_size=3000))
    def test_there_and_back(self, data):
        assert deflate.inflate(deflate.compress(data)) == data

    def test_a_bomb_of_five_megabytes_stops_at_the_limit(self):
        bomb = zlib.compress(bytes(5_000_000), 9)
        assert refusal(deflate.inflate, bomb) is Code.DECOMPRESSED_TOO_LARGE

    @pytest.mark.parametrize("cut", [1, 4, 20])
    def test_refuses_what_is_cut_short(self, cut):
        assert refusal(deflate.inflate, zlib.compress(os.urandom(100))[:-cut]) is Code.DECOMPRESSION_FAILED

    def test_refuses_what_follows(self):
        assert refusal(deflate.inflate, zlib.compress(b"a") + b"x") is Code.DECOMPRESSION_FAILED

    def test_refuses_what_is_not_compressed(self):
        assert refusal(deflate.inflate, bytes.fromhex("d2844da20126")) is Code.DECOMPRESSION_FAILED


class TestCbor:
    def test_text_under_tag_0_is_text(self):
        assert cbor.decode(b"\xc0" + cbor2.dumps("2021-06-01")) == "2021-06-01"

    def test_indefinite_lengths_are_read(self):
        assert cbor.decode(bytes.fromhex("bf6161 9f01ff ff".replace(" ", ""))) == {"a": [1]}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"\x81" * 500 + b"\x00", "deep arrays"),
            (b"\xc0" * 500 + b"\x60", "deep tags"),
            (bytes.fromhex("a2010201 03".replace(" ", "")), "the same key twice"),
            (bytes.fromhex("bf616101616102ff"), "the same key twice, indefinite"),
            (bytes.fromhex("c249010000000000000000"), "a big number"),
            (bytes.fromhex("c482001a7fffffff"), "a decimal fraction"),
            (bytes.fromhex("c5821b7fffffffffffffff01"), "a big float"),
            (bytes.fromhex("d8236161"), "a regular expression"),
            (bytes.fromhex("d81c81d81d00"), "a value that holds itself"),
            (bytes.fromhex("9b7fffffffffffffff"), "a huge array"),
            (bytes.fromhex("bb7fffffffffffffff"), "a huge map"),
            (bytes.fromhex("7b7fffffffffffffff"), "a huge text"),
            (bytes.fromhex("5a7fffffff"), "huge bytes"),
            (bytes.fromhex("62fffe"), "text that is not UTF-8"),
            (bytes.fromhex("0102"), "a second value"),
            (bytes.fromhex("c001"), "tag 0 on a number"),
            (bytes.fromhex("ff"), "a break"),
            (b"", "nothing"),
            (b"\x59\x40\x00" + bytes(16384), "too many bytes"),
        ],
    )
    def test_refuses(self, data, why):
        assert refusal(cbor.decode, data) is Code.CBOR_DESERIALIZATION_FAILED, why

    @given(st.integers(0, 2**64 - 1), st.text(max_size=300), st.binary(max_size=300))
    def test_writes_the_shortest_form(self, number, text, octets):
        assert cbor.unsigned(number) == cbor2.dumps(number)
        assert cbor.text(text) == cbor2.dumps(text)
        assert cbor.octets(octets) == cbor2.dumps(octets)


PROTECTED = cose.encode_protected(Algorithm.ES256, b"12345678")


def sign1(protected=PROTECTED, unprotected=None, payload=b"p", signature=b"s" * 64):
    return [protected, unprotected or {}, payload, signature]


class TestCose:
    def test_there_and_back(self):
        data = cose.encode(PROTECTED, b"payload", b"s" * 64)
        read = cose.decode(data)
        assert cbor2.loads(data) == cbor2.CBORTag(18, (PROTECTED, cbor2.frozendict({}), b"payload", b"s" * 64))
        assert (read.payload, read.signature, read.protected) == (b"payload", b"s" * 64, PROTECTED)
        assert read.checked_algorithm() is Algorithm.ES256
        assert read.checked_key_id() == b"12345678"
        assert read.to_be_signed == cbor2.dumps(["Signature1", PROTECTED, b"", b"payload"])

    @pytest.mark.parametrize("tags", [[], [18], [61, 18]])
    def test_reads_it_untagged_tagged_and_under_the_cwt_tag(self, tags):
        value = sign1()
        for tag in reversed(tags):
            value = cbor2.CBORTag(tag, value)
        assert cose.decode(cbor2.dumps(value)).payload == b"p"

    @pytest.mark.parametrize(
        ("protected", "unprotected", "key_id"),
        [
            ({4: b"protectd"}, {}, b"protectd"),
            ({}, {4: b"unprotec"}, b"unprotec"),
            ({4: b"protectd"}, {4: b"unprotec"}, b"protectd"),
        ],
    )
    def test_the_protected_key_id_wins(self, protected, unprotected, key_id):
        read = cose.decode(cbor2.dumps(sign1(cbor2.dumps(protected), unprotected)))
        assert read.checked_key_id() == key_id

    def test_an_algorithm_in_the_unprotected_header_is_read(self):
        read = cose.decode(cbor2.dumps(sign1(b"", {1: -37, 4: b"12345678"})))
        assert read.checked_algorithm() is Algorithm.PS256

    @pytest.mark.parametrize("algorithm", [-8, -35, -36, -38, -257, 5, "ES256", None, -7.0, True, [], 2**63])
    def test_other_algorithms_are_refused(self, algorithm):
        read = cose.decode(cbor2.dumps(sign1(cbor2.dumps({1: algorithm, 4: b"12345678"}))))
        assert refusal(read.checked_algorithm) is Code.UNSUPPORTED_ALGORITHM

    def test_critical_headers_are_refused(self):
        read = cose.decode(cbor2.dumps(sign1(cbor2.dumps({1: -7, 2: [99], 99: 1}))))
        assert refusal(read.checked_algorithm) is Code.UNSUPPORTED_CRITICAL_HEADER

    @pytest.mark.parametrize("key_id", [b"", b"1234567", b"123456789", "12345678", 5])
    def test_key_ids_of_another_length_or_kind_are_refused(self, key_id):
        read = cose.decode(cbor2.dumps(sign1(cbor2.dumps({1: -7, 4: key_id}))))
        assert refusal(read.checked_key_id) is Code.KEY_ID_ILLEGAL

    def test_no_key_id(self):
        assert refusal(cose.decode(cbor2.dumps(sign1(b""))).checked_key_id) is Code.KEY_ID_MISSING

    @pytest.mark.parametrize(
        "value",
        [
            {},
            [],
            sign1()[:3],
            [*sign1(), b""],
            sign1(protected={}),
            sign1(protected="a"),
            sign1(protected=b"\x01"),
            sign1(protected=b"\xff"),
            sign1(unprotected=[1]),
            sign1(payload=None),
            sign1(payload={}),
            sign1(signature="a"),
            cbor2.CBORTag(61, sign1()),
            cbor2.CBORTag(18, cbor2.CBORTag(18, sign1())),
            cbor2.CBORTag(98, sign1()),
            "abcd",
        ],
    )
    def test_refuses(self, value):
        assert refusal(cose.decode, cbor2.dumps(value)) is Code.COSE_DESERIALIZATION_FAILED


class TestCwt:
    RIGHT = {1: "VN", 4: 200, 6: 100, -260: {1: {"ver": "1.3.0"}}}

    def test_reads(self):
        assert cwt.decode(cbor2.dumps(self.RIGHT)) == ("VN", 100, 200, {"ver": "1.3.0"})

    def test_reads_fractions_and_other_claims_and_no_issuer(self):
        claims = self.RIGHT | {4: 200.5, 6: 100.25, 2: "subject", 7: b"id"}
        del claims[1]
        assert cwt.decode(cbor2.dumps(claims)) == (None, 100.25, 200.5, {"ver": "1.3.0"})

    @pytest.mark.parametrize(
        "change",
        [
            {4: None},
            {6: None},
            {4: "200"},
            {4: True},
            {4: float("nan")},
            {4: float("inf")},
            {4: -1},
            {4: 2**64 - 1},
            {1: 5},
            {-260: None},
            {-260: {}},
            {-260: {1: []}},
            {-260: {2: {}}},
            {-260: []},
        ],
    )
    def test_refuses(self, change):
        assert refusal(cwt.decode, cbor2.dumps(self.RIGHT | change)) is Code.CWT_DESERIALIZATION_FAILED

    @pytest.mark.parametrize("value", [[], "text", 5, None])
    def test_refuses_what_is_no_map(self, value):
        assert refusal(cwt.decode, cbor2.dumps(value)) is Code.CWT_DESERIALIZATION_FAILED
