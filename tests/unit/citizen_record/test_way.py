"""A dose's way in words: for every state a reason, a turn, a time and something to do."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils.translation import override

from tests.factories import NOW, received
from vaxpass.citizens.own import OwnDose, Steps
from vaxpass.desks.citizen.way import way_of
from vaxpass.identity.rules import REASONS
from vaxpass.ministry_signing.rules import NotReady
from vaxpass.records.facts import VersionFacts
from vaxpass.records.states import ENDED, State


def dose(state: State, reason: str = "", since: datetime = NOW) -> OwnDose:
    row = received()
    version = VersionFacts(1, 1, 1, 1, 1, 1, int(state), since, reason, 1, NOW, False, row.identity, row.dose)
    return OwnDose(version, Steps(NOW, NOW, NOW, NOW), 0)


def marks(state: State, *not_ready: str) -> list[str]:
    return [step.mark for step in way_of(dose(state), not_ready, now=NOW).steps]


@pytest.mark.parametrize("state", list(State))
def test_every_state_says_why_and_what_to_do(state: State) -> None:
    wait = way_of(dose(state), [], now=NOW).wait
    with override("vi"):
        assert str(wait.reason)
        assert str(wait.do)
        if state not in ENDED and state != State.CERTIFIED:
            assert str(wait.turn)
            assert str(wait.until)


@pytest.mark.parametrize("reason", [code for code in NotReady if code != NotReady.REPORT_OPEN])
def test_every_reason_of_the_ministry_has_words(reason: NotReady) -> None:
    wait = way_of(dose(State.ATTESTED), [reason], now=NOW).wait
    assert str(wait.reason) != str(way_of(dose(State.ATTESTED), [], now=NOW).wait.reason)


def test_steps_show_how_far_it_came() -> None:
    assert marks(State.RECEIVED) == ["done", "now", "todo", "todo"]
    assert marks(State.MISMATCHED) == ["done", "stuck", "todo", "todo"]
    assert marks(State.VERIFIED)[:2] == ["done", "done"]
    assert marks(State.ATTESTED) == ["done", "done", "done", "now"]
    assert marks(State.ATTESTED, NotReady.EARLIER_DOSE_WAITS) == ["done", "done", "done", "stuck"]
    assert marks(State.CERTIFIED) == ["done"] * 4


def test_a_mismatch_reveals_nothing_of_the_population_database() -> None:
    """A number that nobody has and a wrong name read alike: which of them it is stays in the population database."""
    said = {
        language: {
            tuple(str(part) for part in (way.wait.reason, way.wait.do, way.wait.until))
            for reason in REASONS
            for way in [way_of(dose(State.MISMATCHED, reason), [], now=NOW)]
        }
        for language in ("vi", "en")
    }
    assert all(len(sentences) == 1 for sentences in said.values())


def test_signing_is_due_on_the_day_and_late_after_it() -> None:
    due = date(2022, 4, 15)
    today = way_of(dose(State.VERIFIED), [], now=NOW + timedelta(hours=14)).wait
    assert (today.due, today.tone) == (due, "")
    tomorrow = way_of(dose(State.VERIFIED), [], now=NOW + timedelta(hours=15)).wait  # 00:00 in Hanoi
    assert (tomorrow.due, tomorrow.tone) == (due, "stuck")


def test_an_open_report_is_told_before_anything_else() -> None:
    both = [NotReady.SERIES_INCOMPLETE, NotReady.REPORT_OPEN]
    alone = way_of(dose(State.ATTESTED), [NotReady.REPORT_OPEN], now=NOW).wait
    assert way_of(dose(State.ATTESTED), both, now=NOW).wait == alone


def test_a_withdrawn_dose_keeps_the_steps_that_it_made() -> None:
    early = replace(dose(State.WITHDRAWN), steps=Steps(NOW, NOW))
    assert [step.mark for step in way_of(early, [], now=NOW).steps] == ["done", "done", "todo", "todo"]
