"""Search in Vietnamese without accents: words folded here, found by PostgreSQL's dictionary `simple`. Pure.

The same folding makes the index of an article and the question: "ký số" and "ky so" are one.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from vaxpass.records.names import fold_name

_WORD: Final = re.compile(r"[a-z0-9]+")
_LONGEST: Final = 40
MOST_WORDS: Final = 40
ENOUGH: Final = 0.34
"""The share of the asker's words that an article must hold to be offered unasked."""
# Syllables that stand in nearly every sentence and say nothing about a difficulty, folded.
_SENTENCE: Final = """
a ai anh ay ban bi boi cac cai can cho co con cua cung da dang day de den di do duoc em gi giup hay het hoac hoi khi
khong la lai lam len luc minh mot nay nao ne neu nen nhu nhung no o qua ra rang rat roi sao se ta tai thay the thi thoi
toi tren trong tu va van vao vay ve vi viec voi vui xin y an and are as at be but by cannot does for from have how i is
it me my not of on or our please that this to was we what when where which why will with you your
"""
_EMPTY: Final = frozenset(_SENTENCE.split())


def words_of(text: str) -> list[str]:
    """Give the folded words of a text that say something, each once, in their order."""
    found = _WORD.findall(fold_name(text))
    return [word for word in dict.fromkeys(found) if word not in _EMPTY and len(word) <= _LONGEST][:MOST_WORDS]


def folded(*texts: str) -> str:
    """Give texts as they are put into the index."""
    return " ".join(_WORD.findall(fold_name(" ".join(texts))))


def all_words(words: Iterable[str]) -> str:
    """Give the tsquery that finds articles with all the words, the last letters of each left open."""
    return " & ".join(f"{word}:*" for word in words)


def any_words(words: Iterable[str]) -> str:
    """Give the tsquery that finds articles with any of the words."""
    return " | ".join(words)


def is_close(words: Sequence[str], index: str) -> bool:
    """Say whether an article's index holds enough of the words to be offered unasked."""
    there = set(index.split())
    hits = sum(word in there for word in words)
    return bool(words) and hits >= max(min(2, len(words)), ENOUGH * len(words))
