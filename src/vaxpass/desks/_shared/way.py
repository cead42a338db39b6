"""The way of a record in five steps, as the step indicator shows it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Words
from vaxpass.records.states import State

STEPS: tuple[Words, ...] = (
    _("Received"),
    _("Identity compared"),
    _("Facility signs"),
    _("Ministry signs"),
    _("Passport"),
)

# How many steps are done, and whether the next one is stuck on somebody.
_REACHED: dict[State, tuple[int, bool]] = {
    State.RECEIVED: (1, False),
    State.UNANSWERED: (1, False),
    State.MISMATCHED: (1, True),
    State.INCOMPLETE: (1, True),
    State.VERIFIED: (2, False),
    State.EXEMPT: (2, False),
    State.ATTESTED: (3, False),
    State.REFUSED: (3, True),
    State.CERTIFIED: (5, False),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its word and whether it is done, current, stuck or to come."""

    word: Words
    status: str


def steps_of(state: State | int) -> list[Step]:
    """Give the five steps for a version in a state; a replaced or withdrawn one has none."""
    if State(state) not in _REACHED:
        return []
    done, stuck = _REACHED[State(state)]
    marks = ["done"] * done + ["stuck" if stuck else "current"] + ["to-come"] * len(STEPS)
    return [Step(word, mark) for word, mark in zip(STEPS, marks, strict=False)]
