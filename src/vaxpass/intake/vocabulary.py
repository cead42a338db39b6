"""Words that facilities use: vaccines, sexes, countries. In: a typed text. Out: our code, or nothing."""

import re
from functools import cache, lru_cache
from typing import Final

from babel import Locale
from babel.core import get_global
from vaxproof.valuesets import LICENSED_IN_VIETNAM

from vaxpass.records.names import fold_name

HOME: Final = "VN"

# Words that name one product and no other. Decision 5772/QD-BYT lists the eight; the spellings are those of files.
_VACCINE_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "EU/1/21/1529": ("astra", "azd1222", "vaxzevria"),
    "EU/1/20/1528": ("pfizer", "comirnaty", "biontech", "bnt162"),
    "EU/1/20/1507": ("moderna", "spikevax", "mrna1273"),
    "EU/1/20/1525": ("janssen", "jcovden", "johnson"),
    "Sputnik-V": ("sputnik", "gamcovidvac", "gamaleya"),
    "BBIBP-CorV": ("verocell", "sinopharm", "bbibp"),
    "Hayat-Vax": ("hayat",),
    "Abdala": ("abdala",),
}
_BY_CODE: Final = {product.mp.lower(): product.mp for product in LICENSED_IN_VIETNAM}
_SEXES: Final = {
    "1": 1, "nam": 1, "n am": 1, "male": 1, "m": 1, "trai": 1, "ong": 1,
    "2": 2, "nu": 2, "female": 2, "f": 2, "gai": 2, "ba": 2,
}  # fmt: skip


@lru_cache(maxsize=4096)
def read_vaccine(text: str) -> str | None:
    """Give the EU product code of a vaccine's name; None where no product, or more than one, is named."""
    if text.strip().lower() in _BY_CODE:
        return _BY_CODE[text.strip().lower()]
    letters = re.sub(r"[^a-z0-9]", "", fold_name(text))
    named = {code for code, words in _VACCINE_WORDS.items() if any(word in letters for word in words)}
    if named == {"BBIBP-CorV", "Hayat-Vax"}:  # "Hayat-Vax (Vero Cell)": the same vaccine filled elsewhere
        return "Hayat-Vax"
    return named.pop() if len(named) == 1 else None


@lru_cache(maxsize=1024)
def read_sex(text: str) -> int | None:
    """Give 1 for a man, 2 for a woman."""
    return _SEXES.get(fold_name(text))


@lru_cache(maxsize=4096)
def read_nationality(text: str) -> str | None:
    """Give the ISO 3166 alpha-2 code of a country named in Vietnamese, English, or by a code of 2 or 3 letters."""
    return _countries().get(re.sub(r"[^a-z]", "", fold_name(text)))


@cache
def _countries() -> dict[str, str]:
    words = {"vietnamese": HOME, "nguoivietnam": HOME, "vietnam": HOME, "my": "US", "hanquoc": "KR", "anh": "GB"}
    for language in ("vi", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():  # noqa: PLR2004 -- alpha-2
                words.setdefault(re.sub(r"[^a-z]", "", fold_name(name)), code)
                words[code.lower()] = code
    for old, new in get_global("territory_aliases").items():
        if len(old) == 3 and old.isalpha() and len(new) == 1:  # noqa: PLR2004 -- alpha-3
            words.setdefault(old.lower(), new[0])
    words["uk"] = "GB"
    return words
