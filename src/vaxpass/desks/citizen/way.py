"""A dose's way in a citizen's words: entered → identity checked → signed by the facility → passport. Pure.

In: where the dose stands, when it did its steps, why the person has no passport yet. Out: the line of four steps, the
plain reason where it waits, whose turn it is, until when, and what the citizen can do.

Deadlines are those that stand somewhere: doses are signed on the day (dispatch 1815/BYT-CNTT of 8/4/2022), a report is
answered within 48 working hours (dispatch 9458/BYT-CNTT). Where none is set, that is said. What the population database
holds is never said, nor which field differs: MISMATCHED is one sentence, whatever its reason.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from vaxpass.citizens.own import LATER_DOSE_WAITS, OwnDose
from vaxpass.desks._shared.navigation import Words
from vaxpass.ministry_signing.rules import NotReady
from vaxpass.records.states import State

HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps. `mark`: done, now, stuck or todo; `at`: when it was done, aware UTC."""

    word: Words
    mark: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a dose stands where it stands. `due`: the day by which it should have moved, where a rule sets one."""

    reason: Words
    turn: Words
    until: Words
    do: Words
    tone: str = ""
    due: date | None = None
    may_report: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """The line of a dose, and what is to be said below it."""

    steps: tuple[Step, ...]
    wait: Wait


_WORDS: Final[tuple[Words, ...]] = (
    _("Entry of the data"),
    _("Identity check"),
    _("Signature of the facility"),
    _("Passport"),
)
_NO_DATE: Final = _("No date is set for this step.")
_NOTHING: Final = _("You need do nothing.")
_BY_ITSELF: Final = _("The platform, by itself")
_FACILITY: Final = _("The facility that vaccinated you, or your commune's health station")
_MINISTRY: Final = _("The Ministry of Health")
_AFTER_A_REPORT: Final = _(
    "No date is set while nobody reports it. Once you report what is wrong, it must be answered within 48 working hours"
    " (dispatch 9458/BYT-CNTT)."
)

_WAITS: Final[dict[State, Wait]] = {
    State.RECEIVED: Wait(
        _("Your data wait to be compared with the population database."), _BY_ITSELF, _NO_DATE, _NOTHING
    ),
    State.UNANSWERED: Wait(
        _("The population database has not answered yet. The question is put again by itself until it does."),
        _BY_ITSELF,
        _NO_DATE,
        _NOTHING,
    ),
    State.MISMATCHED: Wait(
        _(
            "Name, birth date, sex and ID number, taken together, do not agree with the population database. It does"
            " not tell anybody which of them."
        ),
        _FACILITY,
        _AFTER_A_REPORT,
        _(
            "Compare what is written above with your citizen card. If something differs, report it. If everything is"
            " the same, ask the commune police whether your data are right there."
        ),
        "stuck",
        may_report=True,
    ),
    State.INCOMPLETE: Wait(
        _("Something in name, birth date, sex or ID number is missing or mistyped, so that it cannot be compared."),
        _FACILITY,
        _AFTER_A_REPORT,
        _("Compare what is written above with your citizen card or passport, and report what is wrong or missing."),
        "stuck",
        may_report=True,
    ),
    State.VERIFIED: Wait(
        _("Your identity is confirmed. The facility has not signed the dose yet."),
        _("The signer of the facility"),
        _("The same day (dispatch 1815/BYT-CNTT)."),
        _("You need do nothing. If the day has passed, call the facility."),
    ),
    State.CERTIFIED: Wait(_("This dose stands in your passport."), "", "", _("Open your passport."), "done"),
    State.WITHDRAWN: Wait(
        _("This dose was taken out of the records. It is not counted."), "", "", _("If that is wrong, report it."),
        "ended", may_report=True,
    ),
    State.REFUSED: Wait(
        _("The ministry refused this dose. It is not counted."), "", "", _("If that is wrong, report it."), "ended",
        may_report=True,
    ),
    State.REPLACED: Wait(
        _("This record was corrected. The corrected one is a new record."), "", "",
        _("Leave, and find your record again with the right data."), "ended",
    ),
}  # fmt: skip
_WAITS[State.EXEMPT] = Wait(
    _("As a foreigner you are not compared with the population database. The facility has not signed the dose yet."),
    *(getattr(_WAITS[State.VERIFIED], name) for name in ("turn", "until", "do")),
)

_READY: Final = Wait(
    _("The facility has signed. The dose waits for the ministry's next signing."), _MINISTRY, _NO_DATE, _NOTHING
)
# The first that holds is told: who has an open report waits for its answer, whatever else is missing.
_NOT_READY: Final[tuple[tuple[str, Wait], ...]] = (
    (
        NotReady.REPORT_OPEN,
        Wait(
            _("Something about your record was reported and is being worked on; no passport is made meanwhile."),
            _FACILITY,
            _("Within 48 working hours of the report (dispatch 9458/BYT-CNTT)."),
            _("Follow your report. If you are asked for more, answer: the time stands still until then."),
        ),
    ),
    (
        NotReady.EARLIER_DOSE_WAITS,
        Wait(
            _("An earlier dose of yours is not signed yet. The passport counts all of them together."),
            _("Whoever the earlier dose waits for; see there"),
            _NO_DATE,
            _("Look at the earlier dose: it says what it waits for."),
            "stuck",
        ),
    ),
    (
        LATER_DOSE_WAITS,
        Wait(
            _("The facility has signed. The series is complete with a dose of yours that still waits."),
            _("Whoever the other dose waits for; see there"),
            _NO_DATE,
            _("Look at the other dose: it says what it waits for."),
        ),
    ),
    (
        NotReady.SERIES_INCOMPLETE,
        Wait(
            _("The series is not complete: the passport is issued after the last dose of it."),
            _("You, or the facility that has not sent your next dose"),
            _NO_DATE,
            _("Get the next dose. If you had it already, report that it is missing here."),
            may_report=True,
        ),
    ),
    (
        NotReady.PRODUCT_NOT_LICENSED,
        Wait(
            _("This vaccine is not licensed in Vietnam; no passport can be issued for it."),
            "",
            "",
            _("If you were given another vaccine, report it."),
            "stuck",
            may_report=True,
        ),
    ),
)
_OTHERWISE: Final = Wait(
    _("The dose is signed, but something in the record keeps the ministry from making a passport of it."),
    _FACILITY,
    _AFTER_A_REPORT,
    _("Compare what is written above with your citizen card, and report what is wrong."),
    "stuck",
    may_report=True,
)
_DONE_BEFORE: Final[dict[State, int]] = {
    State.RECEIVED: 1, State.UNANSWERED: 1, State.MISMATCHED: 1, State.INCOMPLETE: 1, State.VERIFIED: 2,
    State.EXEMPT: 2, State.ATTESTED: 3, State.CERTIFIED: 4,
}  # fmt: skip


def way_of(dose: OwnDose, not_ready: Collection[str], *, now: datetime) -> Way:
    """Say where a dose stands. `not_ready`: why its person gets no passport yet (NotReady codes)."""
    state = State(dose.version.state)
    wait = _wait_of(state, not_ready)
    if state in (State.VERIFIED, State.EXEMPT):
        wait = _with_day(wait, dose.version.since, now)
    return Way(_steps_of(state, dose, stuck=wait.tone == "stuck"), wait)


def _wait_of(state: State, not_ready: Collection[str]) -> Wait:
    if state != State.ATTESTED:
        return _WAITS[state]
    if not not_ready:
        return _READY
    return next((wait for code, wait in _NOT_READY if code in not_ready), _OTHERWISE)


def _with_day(wait: Wait, since: datetime, now: datetime) -> Wait:
    day = since.astimezone(HANOI).date()
    late = now.astimezone(HANOI).date() > day
    return Wait(wait.reason, wait.turn, wait.until, wait.do, "stuck" if late else wait.tone, day)


def _steps_of(state: State, dose: OwnDose, *, stuck: bool) -> tuple[Step, ...]:
    times = (dose.steps.entered, dose.steps.checked, dose.steps.signed, dose.steps.certified)
    done = _DONE_BEFORE.get(state, sum(at is not None for at in times))
    waiting = ("stuck" if stuck else "now") if state in _DONE_BEFORE else "todo"
    marks = ("done",) * done + (waiting,) + ("todo",) * len(times)
    return tuple(
        Step(word, mark, at if mark == "done" else None) for word, mark, at in zip(_WORDS, marks, times, strict=False)
    )
