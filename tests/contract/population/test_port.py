"""One suite for whatever answers as the population database."""

from dataclasses import replace

import pytest

from vaxpass.identity.ports import IdentityAnswer, IdentityQuestion, Outcome

ANH = IdentityQuestion(
    request_id="q-1",
    officer_code="040-000-01",
    name="Nguyễn Thị Ánh",
    sex="F",
    birth_date="1984-05-07",
    id_number="040184000001",
)
DUC = IdentityQuestion(
    request_id="q-2",
    officer_code="040-000-01",
    name="Đặng Đình Đức",
    sex="M",
    birth_date="1950",
    id_number="001050000002",
)


def outcome(behind, question):
    (answer,) = behind.database.compare([question])
    assert answer.request_id == question.request_id
    return answer.outcome


def test_nothing_asked_nothing_answered(behind):
    assert behind.database.compare([]) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(ANH, Outcome.MATCH, id="all four fields agree"),
        pytest.param(replace(ANH, name="NGUYỄN THỊ ÁNH"), Outcome.MATCH, id="case plays no part"),
        pytest.param(replace(ANH, name="Nguyễn Thị Ánh"), Outcome.MATCH, id="decomposed letters are the same letters"),
        pytest.param(replace(ANH, id_number="", old_number="182000001"), Outcome.MATCH, id="by the old number"),
        pytest.param(DUC, Outcome.MATCH, id="only the year is known"),
        pytest.param(replace(ANH, birth_date="1984"), Outcome.MATCH, id="only the year is asked"),
        pytest.param(replace(ANH, name="Nguyen Thi Anh"), Outcome.NO_MATCH, id="accents count"),
        pytest.param(replace(ANH, name="Thị Ánh Nguyễn"), Outcome.NO_MATCH, id="order counts"),
        pytest.param(replace(ANH, birth_date="1984-07-05"), Outcome.NO_MATCH, id="day and month swapped"),
        pytest.param(replace(ANH, birth_date="1985"), Outcome.NO_MATCH, id="another year"),
        pytest.param(replace(DUC, birth_date="1950-01-01"), Outcome.NO_MATCH, id="a day for whom has only a year"),
        pytest.param(replace(ANH, sex="M"), Outcome.NO_MATCH, id="the other sex"),
        pytest.param(replace(ANH, id_number="040184999999"), Outcome.NO_SUCH_PERSON, id="nobody's number"),
        pytest.param(
            replace(ANH, id_number="", old_number="999999999"),
            Outcome.NO_SUCH_PERSON,
            id="nobody's old number",
        ),
    ],
)
def test_comparison(behind, question, expected):
    assert outcome(behind, question) is expected


def test_each_answer_belongs_to_its_own_question_in_order(behind):
    questions = [
        replace(ANH, request_id=f"b-{n}", sex="F" if n % 3 else "M", birth_date="1984-05-07") for n in range(60)
    ]
    answers = behind.database.compare(questions)
    assert answers == [IdentityAnswer(f"b-{n}", Outcome.MATCH if n % 3 else Outcome.NO_MATCH) for n in range(60)]


def test_an_outage_is_no_answer_and_passes(behind):
    behind.switch_outage(on=True)
    answers = behind.database.compare([ANH, DUC])
    assert [answer.outcome for answer in answers] == [Outcome.NO_ANSWER] * 2
    assert not any(answer.permanent_fault for answer in answers)
    behind.switch_outage(on=False)
    assert outcome(behind, ANH) is Outcome.MATCH


@pytest.mark.parametrize("kind", ["no_answer", "wrong"])
def test_a_fault_is_no_answer_never_a_no(behind, kind):
    behind.set_faults(**{kind: 1.0})
    questions = [replace(ANH, request_id=f"{kind}-{n}") for n in range(24)]
    assert {answer.outcome for answer in behind.database.compare(questions)} == {Outcome.NO_ANSWER}


def test_faults_never_turn_a_yes_into_a_no(behind):
    behind.set_faults(no_answer=0.3, wrong=0.3)
    questions = [replace(ANH, request_id=f"mixed-{n}") for n in range(200)]
    outcomes = {answer.outcome for answer in behind.database.compare(questions)}
    assert outcomes == {Outcome.MATCH, Outcome.NO_ANSWER}


def test_asking_again_reaches_an_answer(behind):
    behind.set_faults(no_answer=0.5)
    waiting = [replace(ANH, request_id=f"again-{n}") for n in range(40)]
    for _ in range(40):
        answers = behind.database.compare(waiting)
        pairs = zip(waiting, answers, strict=True)
        waiting = [question for question, answer in pairs if answer.outcome is Outcome.NO_ANSWER]
    assert waiting == []


def test_a_question_without_a_number_can_never_be_answered(behind):
    (answer,) = behind.database.compare([replace(ANH, id_number="")])
    assert answer == IdentityAnswer("q-1", Outcome.NO_ANSWER, permanent_fault=True)
