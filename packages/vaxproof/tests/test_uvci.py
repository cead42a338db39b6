"""Identifiers and their check character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaxproof import uvci

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"


def test_the_published_example():
    assert uvci.check_character("URN:UVCI:01:NL:187/37512422923") == "Z"


def test_build_appends_the_check_after_a_hash():
    built = uvci.build("VN", "01001", "ABCDEF0123456789ABCD")
    assert built == "URN:UVCI:01:VN:01001/ABCDEF0123456789ABCD#O"
    assert uvci.is_well_formed(built)


@pytest.mark.parametrize(
    "text",
    [
        "URN:UVCI:01:VN:FFFE3D31FABD035899134A9D3BAE9BCF",  # option 1, without check
        "URN:UVCI:01:VN:01001/ABC",  # option 2
        "URN:UVCI:01:VN:01001/BNT/ABC",  # option 3
        "URN:UVCI:01:NL:187/37512422923#Z",
    ],
)
def test_well_formed(text):
    assert uvci.is_well_formed(text)


@pytest.mark.parametrize(
    "text",
    [
        "URN:UVCI:01:NL:187/37512422923#A",  # wrong check
        "URN:UVCI:01:NL:187/37512422923Z#",  # misplaced hash
        "URN:UVCI:V1:DE:ABC",  # default of the EU's issuance service
        "URN:UCI:01:DE:ABC",
        "urn:uvci:01:vn:abc",
        "01:VN:ABC",
        "URN:UVCI:01:VN:A/B/C/D",
        "URN:UVCI:01:VN:Đ",
        "URN:UVCI:01:VN:" + "A" * 70,
        "",
    ],
)
def test_not_well_formed(text):
    assert not uvci.is_well_formed(text)


def test_build_refuses_what_is_not_well_formed():
    for facility, opaque in (("A B", "C"), ("", "C"), ("A", ""), ("A/B/C", "D"), ("A", "B" * 80), ("Đ", "A")):
        with pytest.raises(ValueError, match="identifier"):
            uvci.build("VN", facility, opaque)


def test_the_check_is_no_part_of_the_identity_and_case_does_not_matter():
    assert uvci.is_same("URN:UVCI:01:VN:A/B#X", "urn:uvci:01:vn:a/b")
    assert not uvci.is_same("URN:UVCI:01:VN:A/B", "URN:UVCI:01:VN:A/C")


@given(st.text(LETTERS, min_size=1, max_size=60), st.data())
def test_any_one_wrong_letter_changes_the_check(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(LETTERS.replace(text[at], "")))
    assert uvci.check_character(text) != uvci.check_character(text[:at] + other + text[at + 1 :])


@given(st.text(max_size=100))
def test_any_text_is_judged(text):
    uvci.is_well_formed(text)
