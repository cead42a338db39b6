"""Refusals in words: the code is the msgid, its sentences lie in the locale files of the area that refuses.

The first refusal that a request shows is remembered in the officer's session, so that a difficulty can say it.
"""

from collections.abc import Mapping
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext

_FIRST: ContextVar[str] = ContextVar("first_refusal", default="")
_LAST_REFUSAL = "last_refusal"
_REFUSED = frozenset({403, 404, 422})

_STATUS = {
    "RIGHT_MISSING": 403,
    "RECORD_UNKNOWN": 404,
    "OFFICER_UNKNOWN": 404,
    "PASSPORT_UNKNOWN": 404,
    "UPLOAD_UNKNOWN": 404,
    "CORRECTION_UNKNOWN": 404,
    "OFFICE_UNKNOWN": 404,
    "BATCH_UNKNOWN": 404,
    "BOUNCE_UNKNOWN": 404,
    "CREDENTIAL_UNKNOWN": 404,
    "RULE_UNKNOWN": 404,
    "RULES_PROPOSAL_UNKNOWN": 404,
    "TRUST_IMPORT_UNKNOWN": 404,
    "TRUST_PROPOSAL_UNKNOWN": 404,
    "TRUST_KEY_UNKNOWN": 404,
    "ALARM_UNKNOWN": 404,
    "REPORT_UNKNOWN": 404,
    "WEEKLY_REPORT_UNKNOWN": 404,
    "UNIT_CHANGE_UNKNOWN": 404,
    "REPORT_PHOTO_GONE": 404,
    "DEMAND_UNKNOWN": 404,
    "COMPLAINT_UNKNOWN": 404,
    "FINDING_UNKNOWN": 404,
    "SAMPLED_UNKNOWN": 404,
    "INSPECTION_UNKNOWN": 404,
    "DIRECTIVE_UNKNOWN": 404,
    "STEP_UNKNOWN": 404,
    "ATTACHMENT_UNKNOWN": 404,
    "DIFFICULTY_UNKNOWN": 404,
    "PROBLEM_UNKNOWN": 404,
    "ARTICLE_UNKNOWN": 404,
}


def sentence(code: str, facts: Mapping[str, object] | None = None) -> str:
    """Give the refusal's sentence in the reader's language; gaps like `%(row)s` are filled from the facts."""
    text = gettext(code)
    if not _FIRST.get():
        _FIRST.set(code)
    try:
        return text % dict(facts or {})
    except (KeyError, ValueError, TypeError):
        return text  # a sentence without its numbers is still better than an error page


def refusal_status(code: str) -> int:
    """Give the HTTP status of a refusal: 403 without the right, 404 for what is out of reach, else 422."""
    return _STATUS.get(code, 422)


def begin_noting() -> None:
    """Forget what the request before this one showed."""
    _FIRST.set("")


def note_refusal(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Remember the code of an answer that refuses; the pages of support ask for it and leave it as it is."""
    match = request.resolver_match
    if _FIRST.get() and answer.status_code in _REFUSED and not (match and match.app_name == "support"):
        request.session[_LAST_REFUSAL] = _FIRST.get()


def last_refusal(request: HttpRequest) -> str:
    """Give the code of the last refusal that this session was shown, or nothing."""
    return str(request.session.get(_LAST_REFUSAL, ""))
