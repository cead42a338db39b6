"""English names of units made of the Vietnamese ones: `Xã Kim Sơn` becomes `Kim Son Commune`."""

import unicodedata
from typing import Final

_KINDS: Final = (
    ("Thành phố ", "City"),
    ("Đặc khu ", "Special Zone"),
    ("Thị trấn ", "Township"),
    ("Thị xã ", "Town"),
    ("Phường ", "Ward"),
    ("Huyện ", "District"),
    ("Quận ", "District"),
    ("Tỉnh ", "Province"),
    ("Xã ", "Commune"),
)


def english_name(name_vi: str) -> str:
    """Give the name without accents, the kind of unit behind it; "" of nothing."""
    name = unicodedata.normalize("NFC", name_vi).strip()
    for word, kind in _KINDS:
        if name.startswith(word):
            return f"{_bare(name.removeprefix(word))} {kind}"
    return _bare(name)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).strip()
