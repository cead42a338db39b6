from datetime import UTC, date, datetime, timedelta

import pytest

from vaxpass.identity import rules
from vaxpass.identity.ports import IdentityAnswer, Outcome
from vaxpass.identity.rules import Patience, Step
from vaxpass.records.facts import IdentityFacts
from vaxpass.records.states import Verb

NOW = datetime(2022, 4, 15, 2, 0, tzinfo=UTC)
TODAY = date(2022, 4, 15)


def identity(**columns):
    fields = {
        "full_name": "Nguyễn Thị Hường",
        "sex": 2,
        "birth_date": "1990-05-17",
        "nationality": "VN",
        "number_kind": 1,
        "number": "040190000001",
    }
    return IdentityFacts(**{**fields, **columns})


def answer(outcome, **columns):
    return IdentityAnswer("r", outcome, **columns)


@pytest.mark.parametrize(
    ("columns", "foreigner"),
    [
        ({}, False),
        ({"nationality": "FR", "number_kind": 3, "number": "X1"}, True),
        ({"nationality": "FR"}, False),
        ({"nationality": "VN", "number_kind": 3, "number": "C1234567"}, False),
    ],
)
def test_only_a_foreigner_with_a_passport_is_a_foreigner(columns, foreigner):
    assert rules.is_foreigner(identity(**columns)) is foreigner


def test_the_facility_answers_for_a_foreigner_or_the_record_is_incomplete():
    assert rules.step_for_foreigner(facility_states_identity=True) == Step(Verb.EXEMPT)
    without = rules.step_for_foreigner(facility_states_identity=False)
    assert without == Step(Verb.REPORT_UNSENDABLE, "IDENTITY_STATEMENT_MISSING")


def test_a_right_question_may_be_sent():
    assert rules.step_before_asking(identity(), today=TODAY) is None


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"number_kind": 0, "number": ""}, "IDENTITY_NUMBER_MISSING"),
        ({"number_kind": 3, "number": "C1234567"}, "IDENTITY_NUMBER_MISSING"),
        ({"number": "04019000001"}, "IDENTITY_NUMBER_LENGTH"),
        ({"number_kind": 2, "number": "12345678"}, "IDENTITY_OLD_NUMBER_LENGTH"),
        ({"sex": 1}, "IDENTITY_SEX_DIGIT"),
        ({"sex": 9}, "IDENTITY_SEX_MISSING"),
    ],
)
def test_a_hopeless_question_is_not_sent(columns, code):
    assert rules.step_before_asking(identity(**columns), today=TODAY) == Step(Verb.REPORT_UNSENDABLE, code)


@pytest.mark.parametrize(
    ("given", "step"),
    [
        (answer(Outcome.MATCH), Step(Verb.CONFIRM_IDENTITY)),
        (answer(Outcome.NO_MATCH), Step(Verb.REPORT_MISMATCH, "IDENTITY_FIELDS_DIFFER")),
        (answer(Outcome.NO_SUCH_PERSON), Step(Verb.REPORT_MISMATCH, "IDENTITY_NUMBER_UNKNOWN")),
        (answer(Outcome.NO_ANSWER), Step(Verb.REPORT_UNANSWERED, "IDENTITY_NO_ANSWER")),
        (answer(Outcome.NO_ANSWER, permanent_fault=True), Step(Verb.REPORT_UNSENDABLE, "IDENTITY_NOT_ASKABLE")),
    ],
)
def test_what_an_answer_means(given, step):
    assert rules.step_after_answer(given) == step


def test_waits_double_up_to_the_cap_and_never_end():
    patience = Patience()
    waits = [
        rules.ask_again_at(patience, now=NOW, attempts=attempts, fraction=1.0) - NOW for attempts in (1, 2, 3, 10, 9999)
    ]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[3] == waits[4] == patience.longest


def test_the_spread_takes_at_most_half_of_the_wait():
    patience = Patience()
    assert rules.ask_again_at(patience, now=NOW, attempts=1, fraction=0.0) - NOW == patience.first / 2


def test_the_service_may_ask_for_a_longer_wait_but_not_a_shorter_one():
    patience = Patience()
    longer = rules.ask_again_at(patience, now=NOW, attempts=1, fraction=1.0, retry_after=600)
    shorter = rules.ask_again_at(patience, now=NOW, attempts=1, fraction=1.0, retry_after=2)
    assert longer - NOW == timedelta(minutes=10)
    assert shorter - NOW == timedelta(minutes=1)


def test_one_unanswered_question_is_no_outage_but_many_without_any_answer_are():
    patience = Patience()
    silence = answer(Outcome.NO_ANSWER)
    assert not rules.is_outage(patience, [silence], pauses=0)
    assert rules.is_outage(patience, [silence] * 5, pauses=0)
    assert rules.is_outage(patience, [silence], pauses=1)
    assert not rules.is_outage(patience, [silence] * 50 + [answer(Outcome.NO_MATCH)], pauses=3)
    assert not rules.is_outage(patience, [], pauses=3)


def test_a_pause_doubles_up_to_its_cap():
    patience = Patience()
    pauses = [rules.resume_at(patience, now=NOW, pauses=n, fraction=1.0) - NOW for n in (1, 2, 30)]
    assert pauses == [timedelta(seconds=30), timedelta(seconds=60), timedelta(minutes=15)]


def test_the_officer_code_fits_the_service_and_names_nobody():
    assert rules.officer_code("40A01", 17) == "40A01-17"
    assert rules.officer_code("ABCDEFGHIJKL", 123_456_789) == "123456789"
