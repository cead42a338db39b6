"""Numbers of invented people: 12-digit CCCD, 9-digit CMND, passports, phones.

In: the seed and a person's place in the nation (0 to 999,999). Out: numbers that no other person of the same
seed has, without remembering any: the six free digits are a permutation of the place.
Structure of the 12 digits: Decree 137/2015/ND-CP art. 13, Circular 07/2016/TT-BCA art. 7.
"""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from importlib import resources
from typing import Final

MOST_PEOPLE: Final = 1_000_000
_HALF: Final = 1_000  # the two halves of six digits
_ROUNDS: Final = 4
_UNUSED_PHONES: Final = ("0300", "0310", "0500", "0510", "0530")
_OLD_PREFIXES: Final = {"01": "01", "79": "02", "31": "03", "38": "17", "40": "18", "42": "18", "48": "20"}


class Numbering:
    """A seed's way of giving out numbers."""

    def __init__(self, seed: int) -> None:
        keys = (_tables(f"{seed}/{purpose}") for purpose in ("cccd", "cmnd", "passport", "phone"))
        self._cccd, self._cmnd, self._passport, self._phone = keys

    def cccd(self, place: int, *, province: str, sex: str, birth_year: int) -> str:
        """Give the 12 digits: `0`, province of birth, century and sex, two of the year, six free."""
        century_sex = (birth_year // 100 - 19) * 2 + (sex == "F")
        return f"0{province}{century_sex}{birth_year % 100:02d}{_permute(place, self._cccd):06d}"

    def cmnd(self, place: int, *, province: str) -> str:
        """Give the old 9 digits: prefix of the issuing police, one more digit, six free ones."""
        prefix = _OLD_PREFIXES.get(province, f"2{int(province) % 10}")
        return f"{prefix}{place % 7}{_permute(place, self._cmnd):06d}"

    def passport(self, place: int, *, nationality: str) -> str:
        """Give a passport number: a letter and eight digits."""
        return f"{nationality[0]}{place % 89 + 10}{_permute(place, self._passport):06d}"

    def phone(self, place: int) -> str:
        """Give a number of mobile form, 10 digits, under a prefix that no operator gives to subscribers."""
        return f"{_UNUSED_PHONES[place % len(_UNUSED_PHONES)]}{_permute(place, self._phone):06d}"


@cache
def province_names() -> dict[str, str]:
    """Give the 63 provinces at the time of the campaign: code to Vietnamese name."""
    table = resources.files("vaxpass").joinpath("offices/data/provinces.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines())
    campaign = "2022-01-01"
    return {row["code"]: row["name_vi"] for row in rows if _holds(row, campaign)}


def _holds(row: dict[str, str], day: str) -> bool:
    return row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"])


def _tables(key: str) -> list[list[int]]:
    """Make the round tables of a small Feistel network: the same key, the same permutation."""
    return [[_mix(f"{key}/{turn}/{half}") for half in range(_HALF)] for turn in range(_ROUNDS)]


def _mix(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest()) % _HALF


def _permute(place: int, tables: list[list[int]]) -> int:
    left, right = divmod(place, _HALF)
    for table in tables:
        left, right = right, (left + table[right]) % _HALF
    return left * _HALF + right
