"""Receipt numbers: `PA-` (phản ánh), twelve letters that nobody guesses (60 bits), a check letter. Chance apart, pure.

The check letter is a weighted sum in GF(32): a wrong letter and two letters changed for each other are always noticed,
so that a slip of the pen is told from a guess.
"""

import secrets
from typing import Final

from vaxpass.offices.scope import Refused

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U: read aloud and copied by hand
_LENGTH: Final = 12
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1, primitive


def make_number() -> str:
    """Make a new number, as it is stored: fifteen signs without hyphens, `PA` first."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return f"PA{letters}{check_letter(letters)}"


def show_number(number: str) -> str:
    """Write a number for people: `PA-XXXX-XXXX-XXXX-X`."""
    body = number.removeprefix("PA")
    return "-".join(["PA", *(body[place : place + 4] for place in range(0, len(body), 4))])


def read_number(text: str) -> str:
    """Read a number as typed, in any case, with or without hyphens. Refuses RECEIPT_ILL_FORMED."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    body = (plain[2:] if plain.startswith("PA") and len(plain) > _LENGTH + 1 else plain).translate(_READ_AS)
    if len(body) != _LENGTH + 1 or any(sign not in _LETTERS for sign in body):
        raise Refused("RECEIPT_ILL_FORMED")
    if check_letter(body[:_LENGTH]) != body[_LENGTH]:
        raise Refused("RECEIPT_ILL_FORMED")
    return f"PA{body}"


def check_letter(letters: str) -> str:
    """Give the check letter: the sum of the letters' values, the n-th multiplied by x^n."""
    total, weight = 0, 1
    for letter in letters:
        total ^= _times(_LETTERS.index(letter), weight)
        weight = _times(weight, 2)
    return _LETTERS[total]


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0b100000:
            left ^= _POLYNOMIAL
        right >>= 1
    return product
