"""The words of the verifier's page: its texts (_shared/device_words.py), and vaxproof's sentences of the codes."""

from collections.abc import Iterable

from vaxproof import Code, sentence

from vaxpass.desks._shared import device_words
from vaxpass.desks._shared.device_words import Words, languages, texts_of

__all__ = ["Words", "languages", "texts_of", "words_in"]


def words_in(language: str, sources: Iterable[str]) -> Words:
    """Give what the page needs in one language: its words, and code → its sentence."""
    return device_words.words_in(language, sources) | {code.value: sentence(code, language) for code in Code}
