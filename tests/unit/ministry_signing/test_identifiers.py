import re
from collections import Counter

from vaxproof import uvci

from vaxpass.ministry_signing.identifiers import LENGTH, fresh_uvci, random_part


def test_an_identifier_names_the_facility_and_checks_itself() -> None:
    made = fresh_uvci("40A01")
    assert re.fullmatch(r"URN:UVCI:01:VN:40A01/[0-9A-Z]{20}#[A-Z0-9/:]", made)
    assert uvci.is_well_formed(made)
    assert 36**LENGTH >= 2**96


def test_identifiers_do_not_repeat_and_use_every_letter() -> None:
    parts = [random_part() for _ in range(2_000)]
    assert len(set(parts)) == len(parts)
    counts = Counter("".join(parts))
    assert len(counts) == 36
    assert max(counts.values()) < 1.5 * min(counts.values())
