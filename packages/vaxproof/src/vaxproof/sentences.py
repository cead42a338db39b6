"""The sentences for people: each code in Vietnamese and English, from `locale/*.toml`."""

import tomllib
from functools import cache
from importlib import resources

LANGUAGES = ("vi", "en")


@cache
def _sentences(language: str) -> dict[str, str]:
    file = resources.files("vaxproof") / "locale" / f"{language}.toml"
    return {code: str(text) for code, text in tomllib.loads(file.read_text("utf-8")).items()}


def sentence(code: str, language: str = "vi") -> str:
    """What is wrong, who must act, what to do next. `language`: `vi` or `en`, anything else gives English."""
    return _sentences(language if language in LANGUAGES else "en")[code]
