from dataclasses import fields
from datetime import UTC, datetime

import pytest
from django.test import override_settings

from vaxpass.offices.scope import Refused
from vaxpass.rights import rules
from vaxpass.rights.limits import limits
from vaxpass.rights.rules import ANSWERS, MATTERS, Answer, Effect, Kind, Limits, Matter, Wish


def refusal(*arguments: object, **named: object) -> str:
    with pytest.raises(Refused) as caught:
        rules.check_wish(*arguments, **{"open_now": 0, "same_open": False, "limits": Limits(), **named})  # type: ignore[arg-type]  # test values
    return caught.value.code


def test_the_days_of_the_decree() -> None:
    allowed = Limits()
    assert [allowed.days(kind) for kind in Kind] == [10, 15, 15, 20]
    assert [allowed.extension(kind) for kind in (Kind.OBJECTION, Kind.RESTRICTION)] == [15, 15]
    assert allowed.first_reply_working_days == 2


@override_settings(RIGHTS_LIMITS={"deletion": 7})
def test_a_limit_is_set_by_its_name_and_the_others_stay() -> None:
    assert (limits().deletion, limits().objection) == (7, 15)


@override_settings(RIGHTS_LIMITS={"delection": 7})
def test_a_misspelt_limit_is_not_overlooked() -> None:
    with pytest.raises(TypeError):
        limits()


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 3, 2, 3, 0, tzinfo=UTC), datetime(2026, 3, 17, 17, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 16, 59, tzinfo=UTC), datetime(2026, 3, 17, 17, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 17, 1, tzinfo=UTC), datetime(2026, 3, 18, 17, 0, tzinfo=UTC)),  # in Vietnam the 3rd
    ],
)
def test_days_are_counted_in_vietnam_and_the_first_does_not_count(moment: datetime, due: datetime) -> None:
    assert rules.due_after(moment, 15) == due


def test_every_limit_is_a_whole_number_of_something() -> None:
    assert all(isinstance(getattr(Limits(), field.name), int) for field in fields(Limits))


@pytest.mark.parametrize(
    ("wish", "named", "code"),
    [
        (Wish(Kind.OBJECTION), {}, "DEMAND_ABOUT_NOTHING"),
        (Wish(Kind.OBJECTION, (Matter.PHOTOS,)), {}, "DEMAND_MATTER_UNKNOWN"),
        (Wish(Kind.DELETION, (Matter.PHOTOS,), "x" * 2001), {}, "DEMAND_WORDS_TOO_LONG"),
        (Wish(Kind.DELETION, (Matter.PHOTOS,)), {"same_open": True}, "DEMAND_OPEN_ALREADY"),
        (Wish(Kind.DELETION, (Matter.PHOTOS,)), {"open_now": 5}, "DEMANDS_TOO_MANY"),
    ],
)
def test_one_thing_wrong_one_refusal(wish: Wish, named: dict[str, object], code: str) -> None:
    assert refusal(wish, **named) == code


def test_every_matter_of_every_kind_can_be_answered() -> None:
    assert {(kind, matter) for kind, matters in MATTERS.items() for matter in matters} == set(ANSWERS)


def test_only_what_the_law_lets_go_is_ever_deleted() -> None:
    deleting = {
        matter
        for (kind, matter), answers in ANSWERS.items()
        for effects in answers.values()
        if kind is Kind.DELETION and effects
    }
    assert deleting == {Matter.MESSAGES, Matter.CONSENTS, Matter.PHOTOS}
    assert {Effect.TAKE_CONSENTS_BACK, Effect.FORGET_EMAIL, Effect.DELETE_PHOTOS} == set(Effect)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, "DEMAND_ANSWER_MISSING"),
        ({Matter.PHOTOS: Answer.DONE_DELETED, Matter.LOOKS: Answer.KEPT_PROOF}, "DEMAND_ANSWER_MISSING"),
        ({Matter.PHOTOS: Answer.KEPT_SIGNED}, "DEMAND_ANSWER_UNFIT"),
        ({Matter.PHOTOS: Answer.KEPT_OPEN_REPORT}, "DEMAND_NO_OPEN_REPORT"),
    ],
)
def test_answers_that_do_not_fit_are_refused(answers: dict[Matter, Answer], code: str) -> None:
    with pytest.raises(Refused) as caught:
        rules.check_answers(Kind.DELETION, [Matter.PHOTOS], answers, report_open=False)
    assert caught.value.code == code


def test_numbers_are_read_aloud_without_doubt_and_fit_the_notices() -> None:
    from vaxpass.notices.templates import FORMS

    numbers = {rules.make_number() for _ in range(200)}
    assert len(numbers) == 200
    assert all(FORMS["number"].fullmatch(number) for number in numbers)
    assert not any(set("01IOL") & set(number.removeprefix("DL")) for number in numbers)
