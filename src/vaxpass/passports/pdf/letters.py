"""Which letters the vendored fonts can draw, and where a long word may break.

PDF/A-2a forbids a character without a shape in an embedded font, so a character that the fonts lack is printed as
U+FFFD; the name in passport letters stands beside it, and the QR code holds the name as it is.
"""

import re
from typing import Final

REPLACEMENT: Final = "\ufffd"
BREAK: Final = "\u200b"
_LONGEST_WORD: Final = 36
_PIECE: Final = 24
_TIGHT_WORD, _TIGHT_TEXT = 26, 60

_LACKING: Final = re.compile(
    "[^\u0020-\u007e\u00a0-\u024f\u0300-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u04ff"
    "\u1e00-\u1eff\u200b\u2010-\u2027\u2030-\u203a\u20ab\u2116\ufffd]"
)
_OVERLONG: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_PIECES: Final = re.compile(rf"(\S{{{_PIECE}}})(?=\S)")


def printable(text: str) -> str:
    """Give the text with a mark in place of each character that the fonts lack, and breaks in overlong words."""
    return _OVERLONG.sub(lambda word: _PIECES.sub(rf"\1{BREAK}", word[0]), _LACKING.sub(REPLACEMENT, text))


def is_tight(text: str) -> bool:
    """Whether a text needs small letters: long, or with a word that nearly fills a line."""
    return len(text) > _TIGHT_TEXT or any(len(word) > _TIGHT_WORD for word in text.split())
