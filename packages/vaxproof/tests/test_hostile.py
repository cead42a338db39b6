"""Any bytes: only refusals with a code come out of any parser."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from vaxproof import Code, ProofError, RevocationList, TrustList, issue, read_certificate
from vaxproof._cli.inspect import contents_of
from vaxproof.envelope import base45, cbor, cose, cwt, deflate
from vaxproof.picture import read_qr
from vaxproof.verify import Verdict, verify

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PARSERS = [
    deflate.inflate,
    cbor.decode,
    cose.decode,
    cwt.decode,
    read_certificate,
    TrustList.parse,
    TrustList.from_json,
    RevocationList.from_json,
    read_qr,
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats()
    | st.text(max_size=9)
    | st.binary(max_size=9)
)
CBOR = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from([1, 2, 4, 6, -260, "v", "nam", "dob", "ver"]) | st.text(max_size=3), inner, max_size=5
        )
        | st.builds(cbor2.CBORTag, st.sampled_from([0, 1, 2, 18, 61, 258, 28, 29, 35, 99]), inner)
    ),
    max_leaves=20,
)


def coded(function, *arguments):
    """Whether it passes, or refuses with a code; anything else fails the test."""
    try:
        return function(*arguments)
    except ProofError:
        return None


@pytest.mark.parametrize("parse", PARSERS)
@given(data=st.binary(max_size=400))
@example(data=b"")
@example(data=b"{" * 2000)
@example(data=b"[" * 200_000)
def test_any_bytes(parse, data):
    coded(parse, data)


@pytest.mark.parametrize("parse", [cbor.decode, cose.decode, cwt.decode])
@given(value=CBOR)
def test_any_cbor(parse, value):
    try:
        data = cbor2.dumps(value)
    except cbor2.CBOREncodeError:  # what the tag forbids
        return
    coded(parse, data)


@given(parts=st.lists(CBOR, min_size=4, max_size=4))
def test_any_signed_thing(parts):
    try:
        data = cbor2.dumps(cbor2.CBORTag(18, parts))
    except cbor2.CBOREncodeError:
        return
    read = coded(cose.decode, data)
    if read is not None:
        coded(read.checked_algorithm)
        coded(read.checked_key_id)
        coded(contents_of, issue.to_hc1(data))


@given(text=st.text(max_size=300) | st.text(base45.ALPHABET, max_size=300).map("HC1:".__add__))
@example(text="HC1:" + "%" * 5000)
@example(text="\ud800")
@example(text="HC1:\ud800")
def test_any_text_gets_a_verdict(office, text):
    coded(base45.decode, text)
    assert isinstance(verify(text, office.trust, at=NOW), Verdict)
    coded(contents_of, text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_real_certificate_with_bytes_changed(office, vaccination, changes):
    """Of the COSE, of the compressed bytes, and of the signer's certificate."""
    text = issue.issue(vaccination(), office.signer, NOW, NOW.replace(month=7))
    compressed = base45.decode(text[4:])

    def mutated(data):
        result = bytearray(data)
        for at, value in changes:
            result[at % len(result)] = value
        return bytes(result)

    sign1 = deflate.inflate(compressed)
    for other in ("HC1:" + base45.encode(mutated(compressed)), issue.to_hc1(mutated(sign1))):
        verdict = verify(other, office.trust, at=NOW)
        assert verdict.code is not Code.VALID or deflate.inflate(base45.decode(other[4:])) == sign1 or verdict.claims
        coded(contents_of, other)
    certificate = coded(read_certificate, mutated(office.der))
    if certificate is not None:
        coded(lambda: certificate.algorithm)
        coded(certificate.has_signed, b"message", bytes(64))


@given(
    change=st.dictionaries(
        st.sampled_from(["format", "version", "made_at", "next_at", "certificates", "entries"]),
        st.none()
        | st.integers()
        | st.text(max_size=9)
        | st.lists(
            st.dictionaries(st.sampled_from(["der", "kid", "source"]), st.text(max_size=9) | st.none() | st.integers())
        ),
    )
)
def test_any_list_document(office, change):
    lists = [
        (TrustList.from_json, office.trust.to_json(NOW, NOW)),
        (RevocationList.from_json, RevocationList.of(NOW, NOW, UCI=[bytes(16)]).to_json()),
    ]
    for parse, data in lists:
        coded(parse, json.dumps(json.loads(data) | change).encode())


@pytest.mark.vectors
def test_real_certificates_with_bytes_changed(vectors):
    """WHO's list is a torture set already; every certificate is read once more with a byte lost in the middle."""
    document = json.loads((vectors / "trust" / "gdhcn-prod-dcc-dsc-did.json").read_text("utf-8"))
    for method in document["verificationMethod"]:
        key = method.get("publicKeyJwk") if isinstance(method, dict) else None
        if key:
            data = base64.b64decode(key["x5c"][0])
            for at in range(0, len(data), 97):
                coded(read_certificate, data[:at] + data[at + 1 :])


def test_no_parser_is_forgotten(root: Path):
    """Each module of the library that reads bytes is named above."""
    assert {parse.__module__ if hasattr(parse, "__module__") else "" for parse in PARSERS} >= {
        "vaxproof.envelope.deflate",
        "vaxproof.envelope.cbor",
        "vaxproof.envelope.cose",
        "vaxproof.envelope.cwt",
        "vaxproof.trust.certificates",
        "vaxproof.trust.trust_list",
        "vaxproof.trust.revocation_list",
        "vaxproof.picture",
    }
