"""Names as a passport's machine-readable zone writes them (ICAO Doc 9303-3 §6), right for Vietnamese.

The table of ICAO lacks Ơ, Ư and the letters U+1EA0 to U+1EF9. Taking the letters apart (NFD) and dropping the
marks gives what Vietnamese passports print.
"""

import re
import unicodedata
from functools import lru_cache

MAX_LENGTH = 80
"""Characters, shown or standardised (DCC schema 1.3)."""

# Letters that are no base letter with marks. Đ U+0110, Ð U+00D0 and Ɖ U+0189 look alike and all mean D here.
_TABLE = str.maketrans(
    {
        "Đ": "D", "Ð": "D", "Ɖ": "D", "Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Ø": "OE", "Æ": "AE",
        "Œ": "OE", "ß": "SS", "ẞ": "SS", "Þ": "TH", "Ĳ": "IJ", "Ŋ": "N", "Ł": "L", "Ħ": "H", "Ŧ": "T",
        "ı": "I", "ĸ": "Q",
    }
)  # fmt: skip
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u02b9\u00b4\u0060\u2032]")  # typed ones and their look-alikes
_SEPARATORS = re.compile(r"[\s,\-\u2010-\u2015<]+")
_OTHERS = re.compile("[^A-Z<]")
_FILLERS = re.compile("<+")


@lru_cache(maxsize=65_536)
def transliterate(name: str) -> str:
    """`Đặng Đình Đức` → `DANG<DINH<DUC`: letters A-Z single `<` between words, at most 80; maybe empty."""
    text = unicodedata.normalize("NFC", name.strip()).replace("ß", "ẞ").upper().translate(_TABLE)
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    words = _SEPARATORS.sub("<", _APOSTROPHES.sub("", bare.translate(_TABLE)))
    return _FILLERS.sub("<", _OTHERS.sub("", words)).strip("<")[:MAX_LENGTH].rstrip("<")


def split_vietnamese_name(full_name: str) -> tuple[str, str]:
    """Family name (the first word) and given name (the rest: middle and given names), in NFC.

    A name of one word is a family name with an empty given name.
    """
    family, _, given = " ".join(unicodedata.normalize("NFC", full_name).split()).partition(" ")
    return family, given
