"""What our published JSON documents have in common: format, version, number, when made, when the next one comes."""

import base64
import binascii
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from vaxproof.errors import Code, ProofError

VERSION = 1
MAX_NESTING = 512
"""Objects and lists inside each other: room for the deepest rule that is taken (200 operations, two levels each)."""
MAX_NUMBER = 2**53 - 1  # what a JSON reader of any language holds exactly
# RFC 3339; ISO 8601 has more forms, which readers in other languages do not share.
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})")


def parse(data: bytes, *, format_name: str, limit: int, refusal: Code) -> dict[str, Any]:
    """The JSON object of this format.

    Raises:
        ProofError: `refusal`.
    """
    if len(data) > limit:
        raise ProofError(refusal, f"{len(data)} bytes")
    document = read_object(data, refusal)
    if document.get("format") != format_name:
        raise ProofError(refusal, "format")
    check_version(document, refusal)
    return document


def check_version(document: dict[str, Any], refusal: Code) -> None:
    """Raises ProofError `refusal` unless the document is of our version."""
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        raise ProofError(refusal, "version")


def read_object(data: bytes, refusal: Code) -> dict[str, Any]:
    """The JSON object in these bytes as every language reads it: UTF-8 without a mark, no NaN, numbers as doubles.

    Not nested deeper than `MAX_NESTING`, since how deep a reader goes by itself differs from machine to machine.

    Raises:
        ProofError: `refusal`.
    """
    try:
        document = json.loads(data.decode(), parse_int=_number, parse_float=_number, parse_constant=_no_such_number)
    except (ValueError, RecursionError):
        raise ProofError(refusal, "not JSON") from None
    if not isinstance(document, dict):
        raise ProofError(refusal, "no object")
    if _is_too_deep(document):
        raise ProofError(refusal, "nested too deeply")
    return document


def _is_too_deep(document: dict[str, Any]) -> bool:
    """Level by level, since a walk into the depth would itself have to stop somewhere."""
    level: list[Any] = [document]
    for _ in range(MAX_NESTING):
        insides = (one.values() if type(one) is dict else one for one in level)
        level = [value for inside in insides for value in inside if type(value) is dict or type(value) is list]
        if not level:
            return False
    return True


def _number(text: str) -> float:
    """Whole ones as int, `1.0` too; exact up to 2^53, as in JavaScript."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _no_such_number(name: str) -> float:
    raise ValueError(name)


def encode(format_name: str, made_at: datetime, next_at: datetime, *, number: int = 0, **fields: object) -> bytes:
    """The document as UTF-8 JSON; same content, same bytes. `number`: grows by one with every edition."""
    head = {"format": format_name, "version": VERSION, "number": number}
    head |= {"made_at": stamp(made_at), "next_at": stamp(next_at)}
    return json.dumps(head | fields, ensure_ascii=False, indent=1).encode() + b"\n"


def stamp(at: datetime) -> str:
    """`2026-11-22T08:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number_in(document: dict[str, Any], refusal: Code) -> int:
    """The number of the edition; 0 where the document has none, as local files may.

    Raises:
        ProofError: `refusal`.
    """
    number = document.get("number", 0)
    if type(number) is not int or not 0 <= number <= MAX_NUMBER:
        raise ProofError(refusal, "number")
    return number


def time_in(document: dict[str, Any], key: str, refusal: Code) -> datetime:
    """An aware time of the document (RFC 3339).

    Raises:
        ProofError: `refusal`.
    """
    try:
        text = document[key]
        aware = datetime.fromisoformat(text).astimezone(UTC) if _TIME.fullmatch(text) else None
    except (KeyError, TypeError, ValueError, OverflowError):
        aware = None
    if aware is None:
        raise ProofError(refusal, key)
    return aware


def octets(text: object, refusal: Code) -> bytes:
    """The bytes of a base64 text in its one form: padded, nothing else in it, no bits left over.

    Raises:
        ProofError: `refusal`.
    """
    if not isinstance(text, str):
        raise ProofError(refusal, "base64")
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise ProofError(refusal, "base64") from None
    if base64_of(data) != text:
        raise ProofError(refusal, "base64")
    return data


def base64_of(data: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def has_come(next_at: datetime | None, at: datetime, grace: timedelta) -> bool:
    """Whether the time of the next document is past by more than the grace."""
    return next_at is not None and at - grace > next_at
