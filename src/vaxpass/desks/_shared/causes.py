"""Why a dose waits, in a few words: for headings of tables and for filters. The whole sentence stands at the record."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.chips import STATE_WORDS
from vaxpass.desks._shared.navigation import Words
from vaxpass.records.states import State

REASON_WORDS: Final[dict[str, Words]] = {
    "IDENTITY_FIELDS_DIFFER": _("Fields differ from the register"),
    "IDENTITY_NUMBER_UNKNOWN": _("Number not in the register"),
    "IDENTITY_NUMBER_MISSING": _("Number missing"),
    "IDENTITY_NUMBER_NOT_DIGITS": _("Number with letters"),
    "IDENTITY_NUMBER_LENGTH": _("Number too short or too long"),
    "IDENTITY_PROVINCE_UNKNOWN": _("Number of no province"),
    "IDENTITY_SEX_DIGIT": _("Number and sex do not fit"),
    "IDENTITY_YEAR_DIGITS": _("Number and birth year do not fit"),
    "IDENTITY_OLD_NUMBER_NOT_DIGITS": _("Old number with letters"),
    "IDENTITY_OLD_NUMBER_LENGTH": _("Old number too short or too long"),
    "IDENTITY_NAME_MISSING": _("Name missing"),
    "IDENTITY_SEX_MISSING": _("Sex missing"),
    "IDENTITY_BIRTH_DATE_FORM": _("No real birth date"),
    "IDENTITY_BIRTH_DATE_FUTURE": _("Birth date in the future"),
    "IDENTITY_NOT_ASKABLE": _("The register refuses the question"),
    "IDENTITY_STATEMENT_MISSING": _("Foreigner without the facility's statement"),
    "IDENTITY_NO_ANSWER": _("The register does not answer"),
}
"""By the reason that the state of a version carries. The register: the national population database."""

_WAITS: Final[dict[State, Words]] = {
    State.RECEIVED: _("Not compared yet"),
    State.UNANSWERED: _("The register does not answer"),
    State.VERIFIED: _("Waits for the facility's signature"),
    State.EXEMPT: _("Foreigner, waits for the facility's signature"),
    State.ATTESTED: _("Waits for the ministry's signature"),
}


def cause_words(state: State, reason: str) -> str:
    """Say why doses wait; a reason without words of its own is said as its state."""
    waits = _WAITS.get(state)
    return str(waits or REASON_WORDS.get(reason, STATE_WORDS[state]))
