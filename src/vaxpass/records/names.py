"""Names as people type them: tidy for showing, folded for finding and comparing."""

import unicodedata
from functools import lru_cache

_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ɖ": "d", "Ɖ": "D"})


def tidy_name(text: str) -> str:
    """Give the name in NFC with single spaces; nothing else is changed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _fold_slowly(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.translate(_D))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()


# What folding makes of each letter of Latin-1, Latin Extended and Vietnamese: a name of these becomes plain ASCII.
_FOLDED = {sign: _fold_slowly(chr(sign)) for sign in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))}


@lru_cache(maxsize=16_384)  # a person's name is folded for the key, for the index, and again for the next dose
def fold_name(text: str) -> str:
    """Give the name in lower case without accents, single spaces: `Đặng Đình Đức` -> `dang dinh duc`."""
    tidy = tidy_name(text)
    plain = tidy.translate(_FOLDED)
    return plain.lower() if plain.isascii() else _fold_slowly(tidy)


def name_key(text: str) -> str:
    """Give the folded words in alphabetical order, so that swapped words and lost accents change nothing."""
    return " ".join(sorted(fold_name(text).split()))
