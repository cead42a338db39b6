"""The EU's test suite: the production policy's ceiling, and cases of our own where the suite has no file."""

import base64
import json
from datetime import timedelta

import pytest
from vaxproof import issue
from vaxproof._cli import conformance
from vaxproof._cli.case import FLAGS, Case, difference, evaluate
from vaxproof.envelope import base45, deflate
from vaxproof.verify import open_text


@pytest.mark.vectors
def test_the_suite(vectors):
    report = conformance.assess(vectors / "dcc")
    assert report.assertions_ok / report.assertions >= 0.989, report.line
    assert report.false_accepts == []
    assert [deviation for deviation in report.deviations if deviation.known is None] == []
    assert report.unreadable == ()


@pytest.mark.vectors
def test_every_class_of_deviations_says_why_and_has_one_way_to_match():
    for known in conformance.known_deviations():
        assert known["why"]
        assert ("rule" in known) != ("reason_matches" in known)
        assert set(known["flags"]) <= set(FLAGS)


@pytest.fixture
def content(vaccination, office, now):
    """A case that fulfils every flag, made by us."""
    text = issue.issue(vaccination(), office.signer, now, now + timedelta(days=1))
    signed = open_text(text)
    compressed = base45.decode(text[4:])
    certificate = json.loads(json.dumps(__import__("cbor2").loads(signed.payload)[-260][1]))
    return {
        "JSON": certificate,
        "CBOR": signed.payload.hex(),
        "COSE": deflate.inflate(compressed).hex(),
        "COMPRESSED": compressed.hex(),
        "BASE45": text[4:],
        "PREFIX": text,
        "2DCODE": base64.b64encode(_png(text)).decode(),
        "TESTCTX": {
            "CERTIFICATE": base64.b64encode(office.der).decode(),
            "VALIDATIONCLOCK": (now + timedelta(hours=1)).isoformat(),
        },
        "EXPECTEDRESULTS": {f"EXPECTED{flag}": True for flag in FLAGS},
    }


def _png(text):
    import io

    import zxingcpp
    from PIL import Image

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(code.to_image(scale=4))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def outcomes(content):
    case = Case("x.json", content)
    return {flag: evaluate(case, flag)[0] for flag in FLAGS}


def test_every_flag_is_evaluated(content):
    assert outcomes(content) == dict.fromkeys(FLAGS, True)


@pytest.mark.parametrize(
    ("lost", "flags"),
    [
        ("JSON", {"VALIDOBJECT", "ENCODE", "VALIDJSON"}),
        ("COSE", {"VERIFY", "COMPRESSION", "KEYUSAGE", "EXPIRATIONCHECK"}),
        ("2DCODE", {"PICTUREDECODE"}),
        ("COMPRESSED", {"COMPRESSION"}),
        ("PREFIX", {"UNPREFIX", "PICTUREDECODE", "VALIDJSON"}),
        ("BASE45", {"B45DECODE"}),
        ("CBOR", {"ENCODE", "DECODE"}),
    ],
)
def test_what_lacks_its_field_is_not_evaluable(content, lost, flags):
    del content[lost]
    assert {flag for flag, outcome in outcomes(content).items() if outcome is None} == flags


@pytest.mark.parametrize(
    ("field", "value", "flags"),
    [
        ("JSON", {"ver": "x"}, {"ENCODE", "DECODE", "VALIDJSON"}),
        ("BASE45", "AAA", {"B45DECODE", "UNPREFIX"}),
        ("COMPRESSED", "00", {"COMPRESSION"}),
        ("PREFIX", "HC2:AAA", {"UNPREFIX", "VALIDJSON", "PICTUREDECODE"}),
        ("2DCODE", "AAAA", {"PICTUREDECODE"}),
        ("CBOR", "ff", {"ENCODE", "DECODE", "SCHEMAVALIDATION"}),
        ("COSE", "ff", {"VERIFY", "COMPRESSION", "KEYUSAGE", "EXPIRATIONCHECK"}),
    ],
)
def test_each_flag_can_fail(content, field, value, flags):
    content[field] = value
    assert {flag for flag, outcome in outcomes(content).items() if outcome is False} == flags


def test_missing_misspelled_and_other_keys_assert_nothing(content):
    content["EXPECTEDRESULTS"] = {
        "EXPECTEDVERIFY": False,
        "EXPTECTEDEXPIRED": True,
        "EXPECTEDRESULTS": True,
        "EXPECTEDDECODE": "yes",
    }
    assert Case("x", content).expected == {"VERIFY": False}


def test_cases_are_found_at_any_depth_and_strays_are_none(content, tmp_path):
    deep = tmp_path / "PL" / "2DCode" / "raw" / "1.3.0"
    deep.mkdir(parents=True)
    (deep / "1.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(content).encode())
    (tmp_path / "6.json").write_text('{"stray": 1}')
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "broken.json").write_text("{")
    report = conformance.assess(tmp_path)
    assert report.line == "assertions 12/12, cases 1/1"
    assert report.unreadable == ("broken.json",)


@pytest.mark.parametrize("flag", ["VERIFY", "EXPIRATIONCHECK", "KEYUSAGE"])
def test_a_wrong_acceptance_is_never_passed_over(content, tmp_path, flag):
    content["EXPECTEDRESULTS"] = {f"EXPECTED{flag}": False}
    (tmp_path / "1.json").write_text(json.dumps(content))
    report = conformance.assess(tmp_path)
    assert [deviation.flag for deviation in report.false_accepts] == [flag]
    assert report.deviations[0].known is None


@pytest.mark.parametrize(
    ("purposes", "succeeds"),
    [
        (None, True),
        (["1.3.6.1.4.1.0.1847.2021.1.2"], True),
        (["1.3.6.1.4.1.1847.2021.1.1"], False),
        (["1.3.6.1.5.5.7.3.2"], False),
    ],
)
def test_key_usage_takes_purposes_at_their_word(content, vaccination, office_with, now, purposes, succeeds):
    office = office_with(purposes=purposes)
    content["TESTCTX"]["CERTIFICATE"] = base64.b64encode(office.der).decode()
    assert evaluate(Case("x", content), "KEYUSAGE")[0] is succeeds


def test_json_that_contradicts_the_signed_bytes_is_told_apart(content, tmp_path):
    content["JSON"]["nam"]["fn"] = "??ng"
    content["EXPECTEDRESULTS"] = {"EXPECTEDDECODE": True, "EXPECTEDVALIDJSON": True}
    (tmp_path / "1.json").write_text(json.dumps(content))
    assert {d.known for d in conformance.assess(tmp_path).deviations} == {"json-contradicts"}
    content["CBOR"] = "a0"
    (tmp_path / "1.json").write_text(json.dumps(content))
    assert None in {d.known for d in conformance.assess(tmp_path).deviations}


def test_a_code_outside_the_value_sets_is_told_apart(content, tmp_path):
    from cbor2 import dumps

    content["JSON"]["v"][0]["mp"] = "EU/1/99/9999"
    content["CBOR"] = dumps(content["JSON"]).hex()
    content["EXPECTEDRESULTS"] = {"EXPECTEDSCHEMAVALIDATION": False}
    (tmp_path / "1.json").write_text(json.dumps(content))
    assert [d.known for d in conformance.assess(tmp_path).deviations] == ["value-set-in-schema"]


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ({"a": 1}, {"a": 1.0}, None),
        ({"a": "2021-06-01T12:00:00Z"}, {"a": "2021-06-01T14:00:00+02:00"}, None),
        ({"a": "2021-06-01T12:00:00Z"}, {"a": "2021-06-01T12:00:00+02:00"}, ".a differs"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}]}, ".a.b differs"),
        ({"a": 1}, {}, ".a missing"),
        ({"a": [1]}, {"a": [1, 2]}, ".a differs"),
    ],
)
def test_where_two_certificates_differ(one, other, where):
    assert difference(one, other) == where
