"""Unique certificate identifiers (eHealth Network, interoperability guidelines, annex 2), LUHN mod 38."""

import re

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
_BASE = len(_ALPHABET)
_HASH = ord("#")
_SHAPE = re.compile(r"URN:UVCI:01:[A-Z]{2,3}:[A-Z0-9]+(?:/[A-Z0-9]+){0,2}(?:#[A-Z0-9/:])?")
MAX_LENGTH = 80


def _table(factor: int) -> bytes:
    table = bytearray(256)
    for value, letter in enumerate(_ALPHABET):
        product = value * factor
        table[letter] = product // _BASE + product % _BASE
    return bytes(table)


_ONCE, _TWICE = _table(1), _table(2)


def check_character(identifier: str) -> str:
    """LUHN mod 38 over the whole text, prefix included, letters in upper case.

    Raises:
        ValueError: a character outside A-Z, 0-9, `/`, `:`.
    """
    codes = identifier.upper().encode("ascii", "replace")
    if codes.translate(None, _ALPHABET):
        raise ValueError("character outside the alphabet of identifiers")
    return chr(_check(codes))


def _check(codes: bytes) -> int:
    """Every second character from the end counts twice, carried over within base 38."""
    total = sum(codes[-1::-2].translate(_TWICE)) + sum(codes[-2::-2].translate(_ONCE))
    return _ALPHABET[-total % _BASE]


def build(country: str, facility: str, opaque: str) -> str:
    """`URN:UVCI:01:<country>:<facility>/<opaque>#<check>`; the facility lets fraud be traced and limited.

    Raises:
        ValueError: not well-formed, or longer than 80.
    """
    identifier = f"URN:UVCI:01:{country}:{facility}/{opaque}"
    uvci = f"{identifier}#{check_character(identifier)}"
    if not is_well_formed(uvci):
        raise ValueError("identifier is not well-formed")
    return uvci


def is_well_formed(uvci: str) -> bool:
    """Upper case, version 01, one to three segments, and the check character right where there is one."""
    if len(uvci) > MAX_LENGTH or not _SHAPE.fullmatch(uvci):
        return False
    codes = uvci.encode("ascii")
    return codes[-2] != _HASH or _check(codes[:-2]) == codes[-1]


def is_same(one: str, other: str) -> bool:
    """Whether both name one certificate: the check character is no part of it, nor is upper or lower case."""
    return one.partition("#")[0].upper() == other.partition("#")[0].upper()
