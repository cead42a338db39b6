"""Revocation filters: as the EU's library writes them; a miss is certain, a hit is not."""

import json
import struct
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaxproof import Algorithm, Code, ProofError, RevocationList
from vaxproof.trust.bloom import BloomFilter, place_of
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.trust.revocation_list import HashKind, hashes_by_kind

MADE = datetime(2026, 6, 1, tzinfo=UTC)
DUE = MADE + timedelta(days=1)

# What the tests of eu-digital-green-certificates/dgc-bloomfilter state (Apache-2.0), as numbers.
KNOWN_WORDS = [
    (["1"], [1], [2102098068, 1202697683, 439752268]),
    (["1", "2"], [1, 1], [2129861756, 1680563432]),
    (["1", "2", "3"], [1, 0, 1], [72564506, 917192896]),
    (["1", "2", "3", "4"], [1, 0, 1, 1], [373367068, -1457290747, -1504305326, 379210944]),
]


@pytest.mark.parametrize(("data", "written", "words"), KNOWN_WORDS)
def test_the_words_are_those_of_the_library(data, written, words):
    bloom = BloomFilter.sized_for(len(data), 1e-4)
    bloom.add_all(text.encode() for text, added in zip(data, written, strict=True) if added)
    assert bytes(bloom.bits) == struct.pack(f">{len(words)}i", *words)
    for text, added in zip(data, written, strict=True):
        assert bloom.might_contain(text.encode()) >= bool(added)


def test_places_sizes_and_lengths_are_those_of_the_library():
    assert place_of(b"\x0b", 1, 100) == 75
    assert place_of(b"\x01", 1, 1) == 0
    sized = BloomFilter.sized_for(10_000, 1e-5)
    assert (sized.hashes, sized.size) == (17, 239_680)
    assert len(BloomFilter.sized_for(1, 1).to_bytes()) == 24
    one = BloomFilter(1, 0.5, 1, bytearray(4))
    one.add_all([bytes((0, 5, 33, 44))])
    assert int.from_bytes(one.bits, "big", signed=True) == -(1 << 31) >> 26 & 0x3F
    assert not one.might_contain(bytes((0, 5, 88, 44)))


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=40), st.sampled_from([0.5, 1e-3, 1e-9]))
def test_what_was_added_is_always_found(elements, rate):
    bloom = BloomFilter.sized_for(len(elements), rate)
    bloom.add_all(elements)
    again = BloomFilter.from_bytes(bloom.to_bytes())
    assert all(again.might_contain(element) for element in elements)
    assert (again.hashes, again.planned, again.added, again.rate) == (
        bloom.hashes,
        len(elements),
        len(elements),
        bloom.rate,
    )
    assert again.to_bytes() == bloom.to_bytes()


@given(st.binary(min_size=1, max_size=40), st.integers(0, 126), st.integers(1, 10_000))
def test_table_arithmetic_gives_the_signed_remainder(element, number, words):
    bloom = BloomFilter(number + 1, 0.5, 1, bytearray(words * 4))
    places = bloom._places_of([element])
    assert places[number] == place_of(element, number, words * 32)


def test_false_hits_stay_below_the_rate():
    bloom = BloomFilter.sized_for(2000, 1e-2)
    bloom.add_all(sha256(bytes((1, *n.to_bytes(4, "big")))).digest()[:16] for n in range(2000))
    hits = sum(bloom.might_contain(sha256(bytes((2, *n.to_bytes(4, "big")))).digest()[:16]) for n in range(5000))
    assert hits <= 5000 * 1e-2


@pytest.mark.parametrize(
    ("planned", "rate"), [(0, 0.1), (-1, 0.1), (1, 0), (1, 1.5), (29_900_000_000, 1e-10), (1, 1e-38)]
)
def test_filters_that_cannot_be(planned, rate):
    with pytest.raises(ValueError, match=r"needs|too large"):
        BloomFilter.sized_for(planned, rate)


HEAD = struct.Struct(">hbbfiii")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEAD.pack(1, 1, 0, 0.5, 1, 0, 1),
        HEAD.pack(1, 1, 0, 0.5, 1, 0, 1) + bytes(5),
        HEAD.pack(2, 1, 0, 0.5, 1, 0, 1) + bytes(4),
        HEAD.pack(1, 0, 0, 0.5, 1, 0, 1) + bytes(4),
        HEAD.pack(1, -1, 0, 0.5, 1, 0, 1) + bytes(4),
        HEAD.pack(1, 1, 1, 0.5, 1, 0, 1) + bytes(4),
        HEAD.pack(1, 1, 0, 2.0, 1, 0, 1) + bytes(4),
        HEAD.pack(1, 1, 0, float("nan"), 1, 0, 1) + bytes(4),
        HEAD.pack(1, 1, 0, 0.5, -1, 0, 1) + bytes(4),
        HEAD.pack(1, 1, 0, 0.5, 1, 0, 0),
        HEAD.pack(1, 1, 0, 0.5, 1, 0, -1),
        HEAD.pack(1, 1, 0, 0.5, 1, 0, 2**31 - 1) + bytes(4),
    ],
)
def test_refuses_a_damaged_filter(data):
    with pytest.raises(ProofError) as refused:
        BloomFilter.from_bytes(data)
    assert refused.value.code is Code.REVOCATION_LIST_INVALID


@given(st.binary(max_size=64))
def test_no_bytes_crash_it(data):
    with suppress(ProofError):
        BloomFilter.from_bytes(data).might_contain(b"x")


MARKS = {"uvci": "URN:UVCI:01:VN:A/B#C", "country": "VN", "signature": bytes(range(64)), "algorithm": Algorithm.ES256}


@pytest.mark.parametrize("kind", list(HashKind))
@pytest.mark.parametrize("variant", [0, 1])
def test_any_hash_of_any_kind_hits(kind, variant):
    hashes = hashes_by_kind(**MARKS)[kind]
    listed = RevocationList.of(MADE, DUE, countries=["VN"], number=3, **{kind: [hashes[variant % len(hashes)]]})
    found = RevocationFilter.from_json(RevocationFilter.of(listed).to_json())
    assert found.is_possibly_revoked(**MARKS)
    assert not found.is_possibly_revoked(**MARKS | {"uvci": "other", "signature": bytes(64)})
    assert (found.countries, found.kinds, found.entries, found.number) == ({"VN"}, {kind}, 1, 3)


def test_both_variants_of_a_signature_are_published():
    whole, half = hashes_by_kind(**MARKS)[HashKind.SIGNATURE]
    assert whole == sha256(bytes(range(64))).digest()[:16]
    assert half == sha256(bytes(range(32))).digest()[:16]
    assert len(hashes_by_kind(**MARKS | {"algorithm": Algorithm.PS256, "signature": bytes(256)})["SIGNATURE"]) == 1


def test_an_empty_list_gives_a_filter_that_never_hits():
    found = RevocationFilter.from_json(RevocationFilter.of(RevocationList.of(MADE, DUE)).to_json())
    assert not found.is_possibly_revoked(**MARKS)
    assert found.countries is None


@pytest.mark.parametrize(
    "change",
    [
        {"filter": "AA=="},
        {"filter": None},
        {"kinds": ["OTHER"]},
        {"kinds": [[]]},
        {"kinds": "UCI"},
        {"entries": -1},
        {"entries": True},
        {"countries": ["Vietnam"]},
        {"countries": "VN"},
        {"number": -1},
        {"number": 1.5},
        {"version": 2},
        {"next_at": "soon"},
    ],
)
def test_refuses_a_damaged_document(change):
    document = json.loads(RevocationFilter.of(RevocationList.of(MADE, DUE)).to_json()) | change
    with pytest.raises(ProofError) as refused:
        RevocationFilter.from_json(json.dumps(document).encode())
    assert refused.value.code is Code.REVOCATION_LIST_INVALID
