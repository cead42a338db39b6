"""States in words, each with a tone (colour and shape together) and whose turn it is."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Words
from vaxpass.records.states import OWNER, State, Turn


@dataclass(frozen=True, slots=True)
class Chip:
    """A word with a tone: wait, turn, ready, done, ended or refused (colour and shape in parts.css)."""

    word: Words
    tone: str
    turn: Words = ""


STATE_WORDS: dict[State, Words] = {
    State.RECEIVED: _("Received"),
    State.MISMATCHED: _("Does not match"),
    State.INCOMPLETE: _("Incomplete"),
    State.UNANSWERED: _("No answer yet"),
    State.VERIFIED: _("Identity confirmed"),
    State.EXEMPT: _("Exempt from comparison"),
    State.ATTESTED: _("Signed by the facility"),
    State.CERTIFIED: _("Passport issued"),
    State.REPLACED: _("Replaced"),
    State.WITHDRAWN: _("Withdrawn"),
    State.REFUSED: _("Refused by the ministry"),
}

_TONES: dict[State, str] = {
    State.RECEIVED: "wait",
    State.MISMATCHED: "turn",
    State.INCOMPLETE: "turn",
    State.UNANSWERED: "wait",
    State.VERIFIED: "ready",
    State.EXEMPT: "ready",
    State.ATTESTED: "ready",
    State.CERTIFIED: "done",
    State.REPLACED: "ended",
    State.WITHDRAWN: "ended",
    State.REFUSED: "refused",
}

TURN_WORDS: dict[Turn, Words] = {
    Turn.SYSTEM: _("The system is working on it"),
    Turn.FACILITY: _("The facility or the commune mends it"),
    Turn.FACILITY_SIGNER: _("The facility's signer signs"),
    Turn.MINISTRY: _("The ministry issues"),
    Turn.HOLDER: _("The holder has it"),
    Turn.NOBODY: _("Ended"),
}


def state_chip(state: State | int) -> Chip:
    """Give the chip of a state of a dose version."""
    known = State(state)
    return Chip(STATE_WORDS[known], _TONES[known], TURN_WORDS[OWNER[known]])


def chip_html(state: State | int) -> str:
    """Give the chip of a state as safe HTML, for a cell of a table."""
    return render_to_string("parts/chip.html", {"chip": state_chip(state)})


def word_chip(word: str, tone: str) -> SafeString:
    """Give a chip of any word as safe HTML; tones as in the tag `chip`."""
    return render_to_string("parts/chip.html", {"chip": {"word": word, "tone": tone}})
