"""Known problems: public in both languages, followed in one press, solved for all who wait; and who is told."""

from datetime import timedelta

import pytest

from tests.unit.support.conftest import NOW, Desk, opened, refusal, seen
from vaxpass.campaigns.models import OfficeContact
from vaxpass.jobs import support as jobs
from vaxpass.notices.models import Notice
from vaxpass.support import actions, problems, queries
from vaxpass.support.actions import Words
from vaxpass.support.models import Difficulty
from vaxpass.support.rules import Component, ProblemState, Status

TITLE = Words("Ký số chậm", "Signing is slow")
TEXT = Words("Hãy ký lô nhỏ hơn.", "Sign smaller batches.")


def problem(desk: Desk, **changes) -> int:
    columns = {"since": NOW - timedelta(hours=1), "now": NOW, **changes}
    return actions.tell_problem(desk.agent, Component.SIGNING, TITLE, TEXT, **columns)


def linked(desk: Desk, problem_id: int) -> int:
    mine = opened(desk.clerk)
    jobs.link_problem(desk.agent, mine, problem_id, seen_step=seen(desk.agent, mine), now=NOW)
    return mine


def test_told_in_both_languages(desk: Desk) -> None:
    told = problem(desk)
    assert problems.get_problem(told, "vi").title == "Ký số chậm"
    assert problems.get_problem(told, "en").updates[0][2] == "Sign smaller batches."
    assert problems.components_troubled() == {Component.SIGNING: ProblemState.EXAMINED}


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        (Words("", "Title"), TEXT, "SUPPORT_TEXT_MISSING"),
        (TITLE, Words("Nội dung", " "), "SUPPORT_TEXT_MISSING"),
        (Words("a" * 161, "a"), TEXT, "SUPPORT_TEXT_TOO_LONG"),
        (TITLE, Words("Gọi 0912345678", "Call"), "SUPPORT_PUBLIC_NUMBERS"),
    ],
)
def test_bad_words(desk: Desk, title: Words, text: Words, code: str) -> None:
    assert refusal(actions.tell_problem, desk.agent, Component.ENTRY, title, text, since=NOW, now=NOW) == code


def test_who_may_not_and_what_cannot_be(desk: Desk) -> None:
    arguments = (Component.ENTRY, TITLE, TEXT)
    assert refusal(actions.tell_problem, desk.clerk, *arguments, since=NOW, now=NOW) == "RIGHT_MISSING"
    assert refusal(problem, desk, since=NOW + timedelta(seconds=1)) == "PROBLEM_IN_FUTURE"
    assert refusal(actions.tell_on, desk.clerk, 1, ProblemState.FOUND, TEXT, now=NOW) == "RIGHT_MISSING"
    assert refusal(actions.tell_on, desk.agent, 1, ProblemState.FOUND, TEXT, now=NOW) == "PROBLEM_UNKNOWN"
    assert refusal(problems.get_problem, 1, "vi") == "PROBLEM_UNKNOWN"
    mine = opened(desk.clerk)
    step = seen(desk.agent, mine)
    assert refusal(actions.link_problem, desk.agent, mine, 1, seen_step=step, now=NOW) == "PROBLEM_UNKNOWN"


def test_me_too_counts_once(desk: Desk) -> None:
    told = problem(desk)
    assert [actions.me_too(actor, told, now=NOW) for actor in (desk.clerk, desk.clerk, desk.far_clerk)] == [
        True, False, True,
    ]  # fmt: skip
    assert problems.get_problem(told, "vi").followers == 2
    assert refusal(actions.me_too, desk.agent, told, now=NOW) == "RIGHT_MISSING"


def test_linked_is_an_answer_and_does_not_go_up(desk: Desk) -> None:
    mine = linked(desk, problem(desk))
    one = Difficulty.objects.get(pk=mine)
    assert (one.first_in_time, one.unread, one.status) == (True, True, Status.OPEN)
    assert actions.escalate_overdue(NOW + timedelta(days=30)) == []


def test_solved_for_all_who_wait_and_each_is_told(desk: Desk) -> None:
    told = problem(desk)
    mine, other = linked(desk, told), opened(desk.clerk)
    actions.me_too(desk.far_clerk, told, now=NOW)
    OfficeContact.objects.create(
        office_id=desk.far_clerk.office_id, email="far@example.com", set_by_id=desk.it.officer_id, set_at=NOW
    )
    OfficeContact.objects.create(
        office_id=desk.facility, email="here@example.com", set_by_id=desk.it.officer_id, set_at=NOW
    )
    assert jobs.tell_on_problem(desk.it, told, ProblemState.WATCHED, TEXT, now=NOW) == 0
    assert jobs.tell_on_problem(desk.it, told, ProblemState.SOLVED, TEXT, now=NOW) == 1
    assert Difficulty.objects.get(pk=mine).status == Status.SOLVED
    assert Difficulty.objects.get(pk=other).status == Status.OPEN
    assert sorted(Notice.objects.values_list("template", flat=True)) == ["DIFFICULTY_ANSWERED", "PROBLEM_SOLVED"]
    assert (queries.count_news(desk.clerk), queries.count_news(desk.far_clerk)) == (1, 1)
    assert [one.problem_id for one in problems.solved_unseen(desk.far_clerk, "vi")] == [told]
    actions.mark_seen(desk.far_clerk, now=NOW)
    assert queries.count_news(desk.far_clerk) == 0
    assert problems.components_troubled() == {}
    assert refusal(actions.me_too, desk.clerk, told, now=NOW) == "PROBLEM_SOLVED"
    assert refusal(actions.tell_on, desk.it, told, ProblemState.FOUND, TEXT, now=NOW) == "PROBLEM_SOLVED"


def test_a_branch_does_not_solve_what_another_office_told_of(desk: Desk) -> None:
    """Difficulties of every branch may wait for it."""
    told = problem(desk)
    refused = refusal(actions.tell_on, desk.hanoi_agent, told, ProblemState.SOLVED, TEXT, now=NOW)
    assert refused == "PROBLEM_OF_ANOTHER_OFFICE"
    actions.tell_on(desk.colleague_agent, told, ProblemState.FOUND, TEXT, now=NOW)
    actions.tell_on(desk.it, told, ProblemState.SOLVED, TEXT, now=NOW)


def test_a_problem_of_a_mistyped_year_is_not_told(desk: Desk) -> None:
    def told(since):
        return refusal(actions.tell_problem, desk.agent, Component.SIGNING, TEXT, TEXT, since=since, now=NOW)

    assert told(NOW.replace(year=1)) == "PROBLEM_TOO_LONG_AGO"
    assert told(NOW + timedelta(minutes=1)) == "PROBLEM_IN_FUTURE"


def test_solved_ones_stay_for_two_weeks(desk: Desk) -> None:
    told = problem(desk)
    actions.tell_on(desk.agent, told, ProblemState.SOLVED, TEXT, now=NOW)
    assert [one.problem_id for one in problems.solved_problems("vi", NOW + timedelta(days=13))] == [told]
    assert problems.solved_problems("vi", NOW + timedelta(days=14)) == []


def test_the_asker_is_written_to_where_a_mailbox_is_known_and_no_word_of_it_stands_in_the_mail(desk: Desk) -> None:
    mine, far = opened(desk.clerk), opened(desk.far_clerk)
    OfficeContact.objects.create(
        office_id=desk.facility, email="here@example.com", set_by_id=desk.it.officer_id, set_at=NOW
    )
    jobs.answer(desk.agent, mine, "Một câu trả lời.", seen_step=seen(desk.agent, mine), now=NOW)
    jobs.answer(desk.it, far, "Một câu trả lời.", seen_step=seen(desk.it, far), now=NOW)
    assert [one.template for one in Notice.objects.all()] == ["DIFFICULTY_ANSWERED"]
    jobs.run_on(NOW + timedelta(days=3))
    assert Notice.objects.count() == 2  # the branch was late with the solution; the asker is told that it went up
