"""Refusals in words: the code is the msgid, its sentences lie in the locale files of the area that refuses."""

from collections.abc import Mapping

from django.utils.translation import gettext

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
    "REPORT_PHOTO_GONE": 404,
    "DEMAND_UNKNOWN": 404,
}


def sentence(code: str, facts: Mapping[str, object] | None = None) -> str:
    """Give the refusal's sentence in the reader's language; gaps like `%(row)s` are filled from the facts."""
    text = gettext(code)
    try:
        return text % dict(facts or {})
    except (KeyError, ValueError, TypeError):
        return text  # a sentence without its numbers is still better than an error page


def refusal_status(code: str) -> int:
    """Give the HTTP status of a refusal: 403 without the right, 404 for what is out of reach, else 422."""
    return _STATUS.get(code, 422)
