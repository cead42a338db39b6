"""Names as people type them: tidy for showing, folded for finding and comparing."""

import unicodedata

_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ɖ": "d", "Ɖ": "D"})


def tidy_name(text: str) -> str:
    """Give the name in NFC with single spaces; nothing else is changed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold_name(text: str) -> str:
    """Give the name in lower case without accents, single spaces: `Đặng Đình Đức` -> `dang dinh duc`."""
    plain = unicodedata.normalize("NFD", tidy_name(text).translate(_D))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()


def name_key(text: str) -> str:
    """Give the folded words in alphabetical order, so that swapped words and lost accents change nothing."""
    return " ".join(sorted(fold_name(text).split()))
