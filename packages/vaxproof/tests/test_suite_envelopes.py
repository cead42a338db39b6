"""The oddities of the EU's test suite in envelopes, keys and files: cases of our own."""

import base64
import json
import zlib
from datetime import timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st
from vaxproof import SoftwareSigner
from vaxproof._cli import conformance
from vaxproof._cli.case import FLAGS, Case, evaluate
from vaxproof.trust.certificates import key_id_of

from packages.vaxproof.tests.suite_cases import (
    ALG,
    ALL,
    CLOCK,
    CONTENT_TYPE,
    CTI,
    EXP,
    HCERT,
    IAT,
    ISS,
    KID,
    SUB,
    dcc,
    failing,
    indefinite,
    known_classes,
    naat,
    outcomes,
    png,
    recovery,
)


@pytest.mark.parametrize("certificate", [dcc(), naat(), recovery()], ids=["v", "t", "r"])
def test_every_kind_succeeds_in_every_flag(build, certificate):
    assert outcomes(build(certificate)) == ALL


# Envelopes


@pytest.mark.parametrize(
    "tags",
    [
        cbor2.dumps,
        lambda inner: cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, inner))),
    ],
    ids=["untagged", "61 and 18"],
)
def test_tags_around_the_signature(build, tags):
    assert outcomes(build(tags=tags)) == ALL


@pytest.mark.parametrize("level", [1, 6], ids=["7801", "789C"])
def test_headers_of_zlib(build, level):
    assert outcomes(build(level=level)) == ALL


def test_maps_of_indefinite_length(build):
    assert outcomes(build(dumps=indefinite)) == ALL


def test_headers_in_either_place(build, office):
    kid = key_id_of(office.der)
    for protected, unprotected in (
        ({ALG: -7}, {KID: kid}),
        ({KID: kid}, {ALG: -7}),
        ({}, {ALG: -7, KID: kid}),
        ({ALG: -7, KID: kid}, {KID: kid}),
        ({ALG: -7, KID: kid}, {KID: b"wrong+id"}),
        ({ALG: -7, CONTENT_TYPE: 60, KID: kid}, {}),
        ({ALG: -7, KID: kid}, {CONTENT_TYPE: "application/cwt"}),
    ):
        assert outcomes(build(protected=protected, unprotected=unprotected)) == ALL


def test_a_wrong_or_missing_key_id_fails_verification(build, office):
    kid = key_id_of(office.der)
    for protected, unprotected in (
        ({ALG: -7, KID: b"wrong+id"}, {KID: kid}),
        ({ALG: -7}, {KID: b"wrong+id"}),
        ({ALG: -7}, {}),
        ({ALG: -7, KID: kid[:7]}, {}),
        ({ALG: -7, KID: kid + b"\0"}, {}),
    ):
        assert failing(build(protected=protected, unprotected=unprotected)) == {"VERIFY"}


@pytest.mark.parametrize("algorithm", [-8, -35, -257, -37, "ES256", None])
def test_another_algorithm_in_the_header_fails_verification(build, office, algorithm):
    assert failing(build(protected={ALG: algorithm, KID: key_id_of(office.der)})) == {"VERIFY"}


@pytest.mark.parametrize("bits", [2048, 3072])
def test_rsa(build, certificate_of, bits):
    key = rsa.generate_private_key(65537, bits)
    der = certificate_of(key)
    assert outcomes(build(der=der, signer=SoftwareSigner(key, key_id_of(der)))) == ALL


class P384Signer:
    """What Spain did: a key of P-384 under the name ES256."""

    algorithm = -7

    def __init__(self, key):
        self._key = key

    def sign(self, message):
        numbers = decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        return b"".join(number.to_bytes(48, "big") for number in numbers)


def test_p384_is_refused_and_known(build, certificate_of, tmp_path):
    key = ec.generate_private_key(ec.SECP384R1())
    content = build(der=certificate_of(key), signer=P384Signer(key))
    assert failing(content) == {"VERIFY"}
    assert known_classes(content, tmp_path) == {("VERIFY", "key-not-of-hcert")}


def test_a_signature_that_was_changed_fails_verification(build):
    content = build()
    octets = bytearray.fromhex(content["COSE"])
    octets[-1] ^= 1
    content["COSE"] = octets.hex()
    assert "VERIFY" in failing(content)


# Claims


def test_times_with_fractions(build, now):
    times = {IAT: (now - timedelta(days=1)).timestamp() + 0.25, EXP: (now + timedelta(days=1)).timestamp() + 0.75}
    assert outcomes(build(claims=times)) == ALL


@pytest.mark.parametrize("claims", [{IAT: CLOCK.timestamp() + 1}, {EXP: CLOCK.timestamp() - 0.5}])
def test_a_clock_outside_the_times_fails_expiration_alone(build, claims):
    assert failing(build(claims=claims)) == {"EXPIRATIONCHECK"}


def test_further_claims(build):
    assert outcomes(build(claims={SUB: "someone", CTI: b"\x01\x02"})) == ALL


def test_no_issuer(build):
    assert outcomes(build(dumps=lambda value: cbor2.dumps(_without(value, ISS)))) == ALL


def _without(value, key):
    """The claims without one; other maps as they are."""
    return {k: v for k, v in value.items() if k != key} if HCERT in value else value


# Key usage

ARC, MISTYPED_ARC = "1.3.6.1.4.1.1847.2021.1", "1.3.6.1.4.1.0.1847.2021.1"
FOREIGN, ANY = "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"


@pytest.mark.parametrize("arc", [ARC, MISTYPED_ARC])
@pytest.mark.parametrize(("number", "right"), [(1, "t"), (2, "v"), (3, "r")])
def test_purposes_of_both_arcs(build, office_with, arc, number, right):
    office = office_with(purposes=[f"{arc}.{number}"])
    for certificate in (dcc(), naat(), recovery()):
        content = build(certificate, der=office.der, signer=office.signer)
        assert failing(content) == (set() if right in certificate else {"KEYUSAGE"})


@pytest.mark.parametrize(
    ("purposes", "fails"),
    [(None, False), ([], False), ([ANY], False), ([FOREIGN], True), ([FOREIGN, f"{ARC}.2"], False)],
)
def test_other_purposes(build, office_with, purposes, fails):
    """An empty list of purposes, which DER forbids, names none; only foreign ones are taken at their word."""
    office = office_with(purposes=purposes)
    assert failing(build(der=office.der, signer=office.signer)) == ({"KEYUSAGE"} if fails else set())


def test_a_missing_certificate_makes_what_needs_it_not_evaluable(build):
    content = build()
    del content["TESTCTX"]["CERTIFICATE"]
    assert {flag for flag, outcome in outcomes(content).items() if outcome is None} == {"VERIFY", "KEYUSAGE"}


def test_spellings_of_the_certificate(build, office):
    plain = base64.b64encode(office.der).decode()
    lines = "\n".join(plain[at : at + 64] for at in range(0, len(plain), 64))
    pem = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
    spellings = [plain.rstrip("="), lines, lines.replace("\n", "\\n"), pem, base64.b64encode(pem.encode()).decode()]
    for spelling in [*spellings, base64.urlsafe_b64encode(office.der).decode()]:
        content = build()
        content["TESTCTX"]["CERTIFICATE"] = spelling
        assert outcomes(content) == ALL


# Pictures and texts


@pytest.mark.parametrize("name", ["2DCODE", "_2DCODE"])
@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_pictures_of_every_level_under_both_names(build, name, level):
    content = build()
    del content["2DCODE"]
    content[name] = png(content["PREFIX"], level)
    assert outcomes(content) == ALL


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "LA"])
def test_pictures_of_every_mode(build, mode):
    content = build()
    content["2DCODE"] = "data:image/png;base64," + png(content["PREFIX"], mode=mode)
    assert outcomes(content) == ALL


def test_a_picture_of_something_else(build):
    content = build()
    content["2DCODE"] = png(content["PREFIX"][:-3])
    assert failing(content) == {"PICTUREDECODE"}


def test_white_space_around_texts(build):
    content = build()
    content |= {name: f" {content[name]}\n" for name in ("PREFIX", "BASE45", "COSE", "CBOR", "COMPRESSED", "2DCODE")}
    assert outcomes(content) == ALL


def test_base45_against_another_compression_of_the_same(build):
    """The suite names two things to compare with: the compressed bytes, and the COSE in them."""
    content = build()
    content["COMPRESSED"] = zlib.compress(bytes.fromhex(content["COSE"]), 1).hex()
    assert outcomes(content) == ALL


# Files


@pytest.mark.parametrize(
    "clock",
    ["2026-06-01T12:00:00Z", "2026-06-01 12:00:00 +0000", "2026-06-01T9:00:00.1234567Z", "2026-06-01T14:00:00.5+02:00"],
)
def test_spellings_of_the_clock(build, clock):
    content = build()
    content["TESTCTX"]["VALIDATIONCLOCK"] = clock
    assert outcomes(content) == ALL


def test_folders_of_any_depth_and_what_is_no_case(build, tmp_path):
    text = json.dumps(build())
    for name in ("AT/2DCode/raw/1.json", "PL/1.3.0/2DCode/raw/1.json", "PT/2DCode/1.0.0/raw/x/1.json", "SK/raw/1.JSON"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "6.json").write_text(json.dumps({"1": "PL", "4": 1, "-260": {"1": dcc()}}))
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    report = conformance.assess(tmp_path)
    assert report.line == "assertions 48/48, cases 4/4"
    assert report.unreadable == ("gone.json",)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = ("JSON", "CBOR", "COSE", "COMPRESSED", "BASE45", "PREFIX", "2DCODE", "TESTCTX")


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(_FIELDS), _ANYTHING), st.dictionaries(st.text(max_size=3), _ANYTHING, max_size=1)
)
def test_whatever_a_file_holds_every_flag_has_an_outcome(fields, context):
    context_of_file = {"TESTCTX": {"CERTIFICATE": "AAAA", "VALIDATIONCLOCK": "2026-06-01T00:00:00Z"} | context}
    for content in (fields, context_of_file | fields):
        assert all(isinstance(evaluate(Case("x", content), flag)[1], str) for flag in FLAGS)
