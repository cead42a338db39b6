"""Signed publications: opened by a pinned key, or refused with the one reason."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from vaxproof import Code, ProofError
from vaxproof.trust import documents
from vaxproof.trust.publications import Pins, base64url, is_publication, sign_publication

from packages.vaxproof.tests.pki import NOW, YEAR, party

MADE = NOW - timedelta(hours=1)
PAYLOAD = documents.encode("vaxproof-trust-list", MADE, NOW + timedelta(days=1), number=7, certificates=[])
PUBLISHER = party("Publisher", "VN")
SIGNED = sign_publication(PAYLOAD, PUBLISHER.signer)
PINS = Pins([PUBLISHER.der])


def refusal(data, pins=PINS, at=NOW):
    with pytest.raises(ProofError) as refused:
        pins.open(data, at=at)
    return refused.value.code


def signed_with(header, payload=PAYLOAD, signer=PUBLISHER.signer):
    """A publication whose protected header is as asked for, rightly signed."""
    head = base64url(json.dumps(header).encode() if isinstance(header, dict) else header)
    message = f"{head}.{base64url(payload)}".encode()
    return message + b"." + base64url(signer.sign(message)).encode()


HEADER = {"alg": "ES256", "kid": PUBLISHER.signer.key_id.hex(), "typ": "vaxproof-trust-list+json"}


def test_the_payload_comes_back_byte_for_byte():
    assert PINS.open(SIGNED, at=NOW) == PAYLOAD
    assert is_publication(SIGNED)
    assert not is_publication(PAYLOAD)


def test_the_header_says_what_the_contract_says():
    header = base64.urlsafe_b64decode(SIGNED.split(b".")[0] + b"==")
    kid = PUBLISHER.signer.key_id.hex()
    assert header == f'{{"alg":"ES256","kid":"{kid}","typ":"vaxproof-trust-list+json"}}'.encode()


def test_an_rsa_publisher_signs_with_ps256():
    publisher = party("RSA", "VN", key=rsa.generate_private_key(65537, 2048))
    signed = sign_publication(PAYLOAD, publisher.signer)
    assert Pins([publisher.der]).open(signed, at=NOW) == PAYLOAD
    assert refusal(signed[:-40], Pins([publisher.der])) is Code.PUBLICATION_UNREADABLE


def test_a_publisher_of_another_kind_of_key_cannot_be_pinned():
    publisher = party("P-384", "VN", key=ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(ProofError) as refused:
        Pins([publisher.der])
    assert refused.value.code is Code.UNSUITABLE_PUBLIC_KEY_TYPE


def test_another_publisher_is_unknown():
    assert refusal(SIGNED, Pins([party("Other", "VN").der])) is Code.PUBLICATION_SIGNER_UNKNOWN
    assert refusal(SIGNED, Pins([])) is Code.PUBLICATION_SIGNER_UNKNOWN


def test_a_key_id_borrowed_from_the_pinned_publisher_does_not_help():
    thief = party("Thief", "VN")
    assert refusal(signed_with(HEADER, signer=thief.signer)) is Code.PUBLICATION_SIGNATURE_INVALID


@pytest.mark.parametrize("at", [NOW - YEAR - timedelta(seconds=1), NOW + YEAR + timedelta(seconds=1)])
def test_outside_the_pins_validity(at):
    assert refusal(SIGNED, at=at) is Code.PUBLICATION_SIGNER_EXPIRED


@pytest.mark.parametrize("at", range(0, len(SIGNED), 23))
def test_a_half_written_file_is_never_opened(at):
    assert refusal(SIGNED[:at]) is Code.PUBLICATION_UNREADABLE


def test_any_changed_letter_of_the_payload_is_refused():
    head, payload, signature = SIGNED.split(b".")
    for at in range(0, len(payload), 11):
        other = b"A" if payload[at : at + 1] != b"A" else b"B"
        changed = b".".join((head, payload[:at] + other + payload[at + 1 :], signature))
        assert refusal(changed) in (Code.PUBLICATION_SIGNATURE_INVALID, Code.PUBLICATION_UNREADABLE)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (HEADER | {"crit": ["b64"], "b64": False}, Code.PUBLICATION_UNREADABLE),
        (HEADER | {"crit": []}, Code.PUBLICATION_UNREADABLE),
        (HEADER | {"alg": "none"}, Code.PUBLICATION_UNREADABLE),
        (HEADER | {"alg": "HS256"}, Code.PUBLICATION_UNREADABLE),
        (HEADER | {"alg": "PS256"}, Code.PUBLICATION_SIGNATURE_INVALID),
        (HEADER | {"kid": "00" * 8}, Code.PUBLICATION_SIGNER_UNKNOWN),
        (HEADER | {"kid": HEADER["kid"].upper() + " "}, Code.PUBLICATION_SIGNER_UNKNOWN),
        (HEADER | {"kid": None}, Code.PUBLICATION_UNREADABLE),
        (HEADER | {"typ": "vaxproof-index+json"}, Code.PUBLICATION_UNEXPECTED),
        (HEADER | {"typ": 1}, Code.PUBLICATION_UNREADABLE),
        (b"[]", Code.PUBLICATION_UNREADABLE),
        (b"{", Code.PUBLICATION_UNREADABLE),
        (b"\xff", Code.PUBLICATION_UNREADABLE),
        (HEADER | {"more": "x" * 2000}, Code.PUBLICATION_UNREADABLE),
    ],
)
def test_headers(header, code):
    assert refusal(signed_with(header)) is code


def test_unknown_members_of_the_header_are_ignored():
    assert PINS.open(signed_with(HEADER | {"x": 1}), at=NOW) == PAYLOAD


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"..",
        SIGNED + b"\n",
        SIGNED + b".x",
        b"<html>",
        PAYLOAD,
        SIGNED.replace(b".", b"=.", 1),
        SIGNED[:-1] + (b"B" if SIGNED[-1:] == b"A" else b"A")[:0] + b"-!",
    ],
    ids=str.split("nothing dots newline four page payload padded letters"),
)
def test_what_is_no_publication(data):
    assert refusal(data) is Code.PUBLICATION_UNREADABLE


def test_bits_left_over_in_base64_are_refused():
    """Two spellings of one signature would be two files with one meaning."""
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = letters.index(SIGNED[-1:])
    assert refusal(SIGNED[:-1] + letters[last | 1 : (last | 1) + 1]) is Code.PUBLICATION_UNREADABLE


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"format": 1}', b'{"format": "Other Format"}', b'{"x": NaN}'])
def test_only_documents_with_a_format_are_signed(payload):
    with pytest.raises(ProofError) as refused:
        sign_publication(payload, PUBLISHER.signer)
    assert refused.value.code is Code.PUBLICATION_UNREADABLE


@given(st.binary(max_size=300))
def test_no_bytes_crash_it(data):
    with pytest.raises(ProofError):
        PINS.open(data, at=NOW)


@given(st.text(alphabet="eyJ.-_A0", max_size=200))
def test_nothing_that_looks_like_it_crashes_it(text):
    with pytest.raises(ProofError):
        PINS.open(text.encode(), at=NOW)
