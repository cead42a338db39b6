"""Every code has its sentence in both languages."""

import tomllib
from importlib import resources

import pytest
from vaxproof import Code, sentence


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_code_has_its_sentence_and_no_sentence_is_left_over(language):
    file = resources.files("vaxproof") / "locale" / f"{language}.toml"
    sentences = tomllib.loads(file.read_text("utf-8"))
    assert set(sentences) == {code.value for code in Code}
    assert all(text.endswith(".") and len(text) > 30 for text in sentences.values())


def test_vietnamese_is_the_default_and_english_the_rest():
    assert sentence("REVOKED") == sentence("REVOKED", "vi") != sentence("REVOKED", "en")
    assert sentence("REVOKED", "fr") == sentence("REVOKED", "en")


def test_the_library_keeps_its_law():
    """No framework, no network client, and no clock outside the command line."""
    root = resources.files("vaxproof")
    for path in sorted(root.rglob("*.py")):
        source = path.read_text("utf-8")
        for word in ("django", "vaxpass", "requests", "httpx", "urllib.request", "socket"):
            assert f"import {word}" not in source, path
            assert f"from {word}" not in source, path
        if "_cli" not in path.parts:
            assert ".now(" not in source, path
            assert "time.time" not in source, path
