"""The words of a page that runs on the device: every text that its files show, in each language of the platform.

The files are the list: a page says `t("…")`, `n("…", "…", count)` or `data-t`, and what stands there is looked up in
the locale files under exactly these words.
"""

import re
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.utils.translation import gettext, ngettext, override

_IN_CODE: Final = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)+)"')
_COUNTED: Final = re.compile(r'\bn\(\s*"([^"]+)",\s*"([^"]+)"')
_IN_PAGE: Final = re.compile(r"\sdata-t>([^<]+)<")
_IN_ATTRIBUTE: Final = re.compile(r'\sdata-t(?:-label)?="([^"]+)"')

Words = dict[str, str | list[str]]


def texts_of(sources: Iterable[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Give the plain texts and the counted ones (singular, plural) that these files show, sorted."""
    plain: set[str] = set()
    counted: set[tuple[str, str]] = set()
    for source in sources:
        for pattern in (_IN_CODE, _IN_PAGE, _IN_ATTRIBUTE):
            plain.update(text.strip() for text in pattern.findall(source))
        counted.update(_COUNTED.findall(source))
    return sorted(plain), sorted(counted)


def words_in(language: str, sources: Iterable[str]) -> Words:
    """Give what a page needs in one language: text → its translation, singular → its forms."""
    plain, counted = texts_of(sources)
    with override(language):
        words: Words = {text: gettext(text) for text in plain}
        return words | {one: [ngettext(one, many, 1), ngettext(one, many, 2)] for one, many in counted}


def languages() -> list[str]:
    """Give the languages of the platform, the country's first."""
    return [code for code, _name in settings.LANGUAGES]
