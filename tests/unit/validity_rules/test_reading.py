import base64
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaxproof.rules import book
from vaxproof.rules.rule import Rule
from vaxproof.trust.cms import sign_message

from packages.vaxproof.tests.rule_samples import rule
from tests.factories.signing import make_key
from vaxpass.offices.scope import Refused
from vaxpass.validity_rules import reading
from vaxpass.validity_rules.reading import is_storable, read_file, read_text

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def packed(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in files.items():
            folder.writestr(name, content if isinstance(content, bytes | str) else json.dumps(content))
    return target.getvalue()


def refusal(content):
    with pytest.raises(Refused) as refused:
        read_file(content, "x.json")
    return refused.value.code


def test_one_rule_a_list_and_a_published_document():
    one, two = rule(), rule(Identifier="VR-VN-0002")
    assert [found.value for found in read_file(json.dumps(one).encode(), "x.json")] == [one]
    assert [found.where for found in read_file(json.dumps([one, two]).encode(), "x.json")] == ["x.json #1", "x.json #2"]
    marked = b"\xef\xbb\xbf" + json.dumps(one).encode()
    assert read_file(marked, "x.json")[0].value == one
    sets = [book.RuleSet("VN", "entry", (Rule.from_json(one), Rule.from_json(two)))]
    document = book.encode(sets, made_at=NOW, next_at=NOW)
    assert len(read_file(document, "rules.json")) == 2


def test_a_zip_of_rule_folders_leaves_out_tests_and_everything_else():
    files = {
        "testdata-main/VN/VR-VN-0001/rule.json": rule(),
        "testdata-main/VN/VR-VN-0001/tests/test001.json": {"payload": {}, "expected": True},
        "testdata-main/VN/VR-VN-0002/rule.json": b"{broken",
        "testdata-main/valuesets/valueSets.json": {"country-2-codes": ["VN"]},
        "testdata-main/package.json": {"name": "x"},
        "testdata-main/broken.json": b"{",
        "testdata-main/list.json": [rule(Identifier="VR-VN-0003")],
        "testdata-main/.git/x.json": rule(),
        "README.md": "hello",
    }
    found = read_file(packed(files), "rules.zip")
    assert [(one.where.removeprefix("testdata-main/"), one.fault) for one in found] == [
        ("VN/VR-VN-0001/rule.json", ""),
        ("VN/VR-VN-0002/rule.json", "RULE_UNREADABLE"),
        ("list.json #1", ""),
    ]


def test_the_gateways_list_holds_signed_messages():
    key = make_key()
    message = sign_message(json.dumps(rule()).encode(), key.certificates[0], key, at=NOW)
    altered = message.replace(b"VR-VN-0001", b"VR-VN-0002")
    entries = [{"cms": base64.b64encode(data).decode(), "version": "1.0.0"} for data in (message, altered, b"none")]
    right, wrong, none = read_file(json.dumps({"VN": entries}).encode(), "gateway.json")
    assert right.value == rule()
    assert [said[0] for said in right.remarks_as(lambda *said: said)] == ["RULE_SIGNER_NOT_CHECKED"]
    assert (wrong.fault, none.fault) == ("RULE_SIGNATURE_WRONG", "RULE_SIGNATURE_WRONG")
    (not_base64,) = read_file(json.dumps({"VN": [{"cms": "*"}]}).encode(), "gateway.json")
    assert not_base64.fault


def test_what_is_no_file_of_rules_is_refused_by_name(monkeypatch):
    assert refusal(b" \n") == "RULES_FILE_EMPTY"
    assert refusal(b"a" * (reading.MAX_BYTES + 1)) == "RULES_FILE_TOO_LARGE"
    assert refusal(b"hello") == "RULES_FILE_UNREADABLE"
    assert refusal(b"\xff\xfe") == "RULES_FILE_UNREADABLE"
    assert refusal(b"[" * 100_000) == "RULES_FILE_UNREADABLE"
    assert refusal(b'{"x": NaN}') == "RULES_FILE_UNREADABLE"
    assert refusal(b"PK\x03\x04 and then nothing") == "RULES_FILE_UNREADABLE"
    assert refusal(b"[]") == "RULES_FILE_WITHOUT_RULES"
    assert refusal(packed({"README.md": "x"})) == "RULES_FILE_WITHOUT_RULES"
    monkeypatch.setattr(reading, "MAX_UNPACKED", 1000)
    assert refusal(packed({"rule.json": b" " * 1001})) == "RULES_FILE_TOO_LARGE"


def test_a_zip_that_lies_about_its_sizes_is_refused():
    content = packed({"rule.json": b" " * 1_000_000})
    lying = content.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(Refused):
        read_file(lying, "x.zip")


def test_what_a_database_cannot_hold_is_unreadable():
    assert not is_storable({"x": "\0"})
    assert not is_storable(["\ud800"])
    assert is_storable({"x": "Đ\U0001f600"})
    (found,) = read_file(json.dumps([rule(Country="V\0")]).encode(), "x.json")
    assert found.fault == "RULE_UNREADABLE"


def test_typed_json_says_where_it_goes_wrong():
    assert read_text('{"and": [true, false]}') == {"and": [True, False]}
    with pytest.raises(Refused) as refused:
        read_text('{"and":\n [true false]}')
    assert (refused.value.code, refused.value.facts) == ("RULES_JSON_WRONG", {"line": 2, "column": 8})
    for text in ("", "[" * 100_000, "NaN", "1" * 5000):
        with pytest.raises(Refused):
            read_text(text)


@settings(deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: b"PK\x03\x04" + data))
def test_any_bytes_are_refused_by_name_or_found_faulty(content):
    try:
        found = read_file(content, "x")
    except Refused as refused:
        code = refused.code
        assert code.startswith("RULES_FILE_")
    else:
        assert found
