"""Finding what looks like a number of a person in a text: identity numbers, phones, e-mail addresses. Pure.

It errs on the side of warning: the asker then decides. Numbers of ours (receipts, certificates, codes of offices,
times) are no personal data by themselves and have other forms.
"""

import re
from typing import Final

_GAP: Final = r"[ .\-]?"
_IDENTITY: Final = re.compile(rf"(?<![\w])(?:\d{_GAP}){{8}}\d(?:{_GAP}(?:\d{_GAP}){{2}}\d)?(?![\w])")
"""Nine digits (CMND) or twelve (CCCD, Thông tư 59/2021/TT-BCA), written in groups or not."""
_PHONE: Final = re.compile(rf"(?<![\w])(?:\+?84|0){_GAP}(?:\d{_GAP}){{8}}\d{{0,2}}(?![\d])")
_EMAIL: Final = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_ALL: Final = (_EMAIL, _IDENTITY, _PHONE)
MASK: Final = "●●●"


def has_numbers(*texts: str) -> bool:
    """Say whether any of the texts holds what looks like an identity number, a phone or an e-mail address."""
    return any(pattern.search(text) for text in texts for pattern in _ALL)


def masked(text: str) -> str:
    """Give a text with such numbers covered."""
    for pattern in _ALL:
        text = pattern.sub(MASK, text)
    return text
