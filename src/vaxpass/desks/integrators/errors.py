"""Refusals of the API: a code, its sentence in both languages, and the field where one is meant."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import override

from vaxpass.desks._shared.refusals import sentence


class ApiCode(StrEnum):
    """Why a request is refused before anything is verified."""

    REQUEST_UNREADABLE = "REQUEST_UNREADABLE"
    REQUEST_INVALID = "REQUEST_INVALID"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    REQUEST_LENGTH_MISSING = "REQUEST_LENGTH_MISSING"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    ADDRESS_UNKNOWN = "ADDRESS_UNKNOWN"


STATUS: Final = {
    ApiCode.REQUEST_UNREADABLE: 400,
    ApiCode.REQUEST_INVALID: 422,
    ApiCode.REQUEST_TOO_LARGE: 413,
    ApiCode.REQUEST_LENGTH_MISSING: 411,
    ApiCode.TOO_MANY_REQUESTS: 429,
    ApiCode.METHOD_NOT_ALLOWED: 405,
    ApiCode.ADDRESS_UNKNOWN: 404,
}


def both_languages(code: str, facts: Mapping[str, object] | None = None) -> dict[str, str]:
    """Give the sentence of a code of the platform by language."""
    found = {}
    for language in ("vi", "en"):
        with override(language):
            found[language] = sentence(code, facts)
    return found


def error_response(
    code: str,
    status: int,
    *,
    field: str = "",
    facts: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer to a request that is refused; it never holds anything of what was sent."""
    error: dict[str, Any] = {"code": code, "sentence": both_languages(code, facts)}
    body = json.dumps({"error": error | ({"field": field} if field else {})}, ensure_ascii=False).encode()
    return HttpResponse(body, status=status, content_type="application/json", headers=dict(headers or {}))


def refusal_response(code: ApiCode, field: str = "", **headers: str) -> HttpResponse:
    """The same, of the API's own codes."""
    return error_response(code.value, STATUS[code], field=field, headers=headers)
