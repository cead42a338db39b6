"""Refusals of the API: a code, its sentence in both languages, and the field where one is meant."""

import json
from enum import StrEnum
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext, override


class ApiCode(StrEnum):
    """Why a request is refused before anything is verified."""

    REQUEST_UNREADABLE = "REQUEST_UNREADABLE"
    REQUEST_INVALID = "REQUEST_INVALID"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    ADDRESS_UNKNOWN = "ADDRESS_UNKNOWN"
    LOG_NOT_PUBLISHED = "LOG_NOT_PUBLISHED"
    LOG_QUESTION_ILLEGAL = "LOG_QUESTION_ILLEGAL"


STATUS: Final = {
    ApiCode.REQUEST_UNREADABLE: 400,
    ApiCode.REQUEST_INVALID: 422,
    ApiCode.REQUEST_TOO_LARGE: 413,
    ApiCode.TOO_MANY_REQUESTS: 429,
    ApiCode.METHOD_NOT_ALLOWED: 405,
    ApiCode.ADDRESS_UNKNOWN: 404,
    ApiCode.LOG_NOT_PUBLISHED: 503,
    ApiCode.LOG_QUESTION_ILLEGAL: 422,
}


class ApiRefusal(Exception):  # noqa: N818 -- said so in the answer too
    """A request that is refused. `field`: the member that is wrong, `texts.0`."""

    def __init__(self, code: ApiCode, field: str = "") -> None:
        super().__init__(code, field)
        self.code = code
        self.field = field


def both_languages(code: str) -> dict[str, str]:
    """Give the sentence of a code of the platform by language."""
    found = {}
    for language in ("vi", "en"):
        with override(language):
            found[language] = gettext(code)
    return found


def refusal_body(code: ApiCode, field: str = "") -> dict[str, Any]:
    """What the answer holds: never anything of what was sent."""
    error: dict[str, Any] = {"code": code.value, "sentence": both_languages(code.value)}
    return {"error": error | ({"field": field} if field else {})}


def refusal_response(code: ApiCode, field: str = "", **headers: str) -> HttpResponse:
    """The answer to a request that is refused."""
    body = json.dumps(refusal_body(code, field), ensure_ascii=False).encode()
    return HttpResponse(body, status=STATUS[code], content_type="application/json", headers=headers)
