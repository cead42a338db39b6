"""Step 1: `HC1:` before the base45 text (hcert-spec §4), and mending of text that others mangled."""

from urllib.parse import unquote

from vaxproof.errors import Code, ProofError

PREFIX = "HC1:"
MAX_TEXT = 8192
"""Characters that are looked at. A QR code holds 4,296 of its alphabet; the rest is room for mangled copies.
"""

_LATER_VERSIONS = frozenset("23456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
# Line breaks and tabs are no base45; a no-break space is what some programs make of a space.
_MENDED = str.maketrans({"\r": None, "\n": None, "\t": None, "\ufeff": None, "\u00a0": " "})


def add(body: str) -> str:
    """`HC1:` and the base45 text."""
    return PREFIX + body


def strip(text: str) -> str:
    """The base45 text after `HC1:`.

    Raises:
        ProofError: TEXT_TOO_LONG, UNSUPPORTED_SCHEME_VERSION (`HC2:` …), INVALID_SCHEME_PREFIX.
    """
    if len(text) > MAX_TEXT:
        raise ProofError(Code.TEXT_TOO_LONG, f"{len(text)} characters")
    if text.startswith(PREFIX):
        return text[4:]
    if text[:2] == "HC" and text[2:3] in _LATER_VERSIONS and text[3:4] == ":":
        raise ProofError(Code.UNSUPPORTED_SCHEME_VERSION, text[:3])
    raise ProofError(Code.INVALID_SCHEME_PREFIX)


def tidy(text: str) -> str:
    """Without white space around and line breaks inside. Base45 never begins (deflate) or ends in a space."""
    return text.translate(_MENDED).strip()


def unquoted(text: str) -> str:
    """Percent-signs undone, for text that came through an address bar (hcert-spec issues 64 and 72).

    Only for a second try: `%20` is legal base45 too.
    """
    return unquote(text, errors="replace")
