"""The way of a difficulty: branch, ministry, answers, two clocks, and who may do what."""

from datetime import timedelta

import pytest

from tests.unit.support.conftest import NOW, NUMBER, Desk, opened, refusal, seen, told
from vaxpass.offices.models import Act
from vaxpass.records.queries import get_versions, looks_at
from vaxpass.support import actions, queries
from vaxpass.support.levels import service_levels
from vaxpass.support.models import Difficulty, DifficultyStep
from vaxpass.support.rules import Level, Status, StepKind, Urgency

HOUR = timedelta(hours=1)
TEXT = "Đã đặt lại mã PIN."


def the(difficulty_id: int) -> Difficulty:
    return Difficulty.objects.get(pk=difficulty_id)


def read(actor, difficulty_id: int, **named):
    return queries.read_difficulty(actor, difficulty_id, now=NOW, **named)


def kinds(difficulty_id: int) -> list[str]:
    return list(DifficultyStep.objects.filter(difficulty=difficulty_id).order_by("pk").values_list("kind", flat=True))


def decide(action, actor, difficulty_id: int, text: str = TEXT, *, now=NOW) -> int:
    step: int = action(actor, difficulty_id, text, seen_step=seen(actor, difficulty_id), now=now)
    return step


def test_it_goes_to_the_branch_of_the_province_with_two_promises(desk: Desk) -> None:
    one = the(opened(desk.clerk))
    assert (one.branch_id, one.level, one.status) == (desk.branch, Level.BRANCH, Status.OPEN)
    assert (one.first_due_at, one.solve_due_at) == (NOW + 5 * HOUR, NOW + 48 * HOUR)  # 4 h over noon, 16 h: two days
    assert queries.count_waiting(desk.agent) == 1
    assert queries.count_waiting(desk.hanoi_agent) == 0 == queries.count_waiting(desk.it)


def test_a_province_without_a_branch_goes_to_the_ministry(desk: Desk) -> None:
    one = the(opened(desk.far_clerk))
    assert (one.branch_id, one.level) == (None, Level.MINISTRY)
    assert queries.count_waiting(desk.it) == 1
    assert refusal(decide, actions.hand_back, desk.it, one.pk) == "SUPPORT_NO_BRANCH"
    assert refusal(decide, actions.escalate, desk.it, one.pk) == "SUPPORT_AT_THE_TOP"


def test_a_branch_sees_its_own_province_alone(desk: Desk) -> None:
    mine = opened(desk.clerk)
    assert read(desk.agent, mine).row.number == f"KK-{mine:06d}"
    assert refusal(read, desk.hanoi_agent, mine) == "DIFFICULTY_UNKNOWN"
    assert refusal(read, desk.stranger, mine) == "DIFFICULTY_UNKNOWN"
    assert refusal(read, desk.operator, mine) == "DIFFICULTY_UNKNOWN"
    step = seen(desk.agent, mine)
    assert refusal(actions.answer, desk.hanoi_agent, mine, TEXT, seen_step=step, now=NOW) == "DIFFICULTY_UNKNOWN"
    assert refusal(actions.answer, desk.clerk, mine, TEXT, seen_step=step, now=NOW) == "RIGHT_MISSING"
    assert refusal(actions.tell_more, desk.stranger, mine, TEXT, seen_step=step, now=NOW) == "DIFFICULTY_UNKNOWN"
    assert refusal(actions.answer, desk.it, mine, TEXT, seen_step=step, now=NOW) == "SUPPORT_NOT_IN_CHARGE"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": " "}, "SUPPORT_TEXT_MISSING"),
        ({"text": ""}, "SUPPORT_TEXT_MISSING"),
        ({"subject": "a" * 121}, "SUPPORT_TEXT_TOO_LONG"),
        ({"text": "a" * 4001}, "SUPPORT_TEXT_TOO_LONG"),
        ({"text": f"Số {NUMBER}"}, "SUPPORT_NUMBERS_FOUND"),
        ({"subject": "Gọi 0912345678"}, "SUPPORT_NUMBERS_FOUND"),
        ({"version_id": 10**9}, "RECORD_UNKNOWN"),
    ],
)
def test_bad_input_opens_nothing(desk: Desk, changes: dict[str, object], code: str) -> None:
    assert refusal(opened, desk.clerk, **changes) == code
    assert not Difficulty.objects.exists()


def test_who_may_not_and_too_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(opened, desk.agent) == "RIGHT_MISSING"
    monkeypatch.setattr("vaxpass.support.rules.MOST_OF_OFFICER_A_DAY", 1)
    opened(desk.clerk)
    assert refusal(opened, desk.clerk) == "SUPPORT_LIMIT"
    opened(desk.colleague)
    opened(desk.clerk, now=NOW + 25 * HOUR)


def test_a_page_or_code_without_the_form_of_one_is_left_out(desk: Desk) -> None:
    one = the(opened(desk.clerk, page="http://x/?<script>", code="Nguyễn Văn A 0912"))
    assert (one.page, one.code) == ("", "")


def test_of_two_agents_at_once_one_wins(desk: Desk) -> None:
    mine = opened(desk.clerk)
    both_read = seen(desk.agent, mine)
    actions.solve(desk.agent, mine, TEXT, seen_step=both_read, now=NOW)
    code = refusal(actions.answer, desk.colleague_agent, mine, TEXT, seen_step=both_read, now=NOW)
    assert code == "DIFFICULTY_CHANGED"
    assert kinds(mine) == ["OPENED", "SOLVED"]
    assert refusal(decide, actions.answer, desk.colleague_agent, mine) == "SUPPORT_SOLVED_ALREADY"


def test_answered_asked_back_and_solved_with_the_clock_standing_still(desk: Desk) -> None:
    mine = opened(desk.clerk)
    decide(actions.ask_back, desk.agent, mine, "Token hãng nào?", now=NOW + HOUR)
    one = the(mine)
    assert (one.status, one.solve_due_at, one.left_seconds) == (Status.ASKED, None, 15 * 3600)
    assert (one.first_in_time, one.first_minutes, one.unread) == (True, 60, True)
    assert queries.count_waiting(desk.agent) == 0
    assert actions.escalate_overdue(NOW + timedelta(days=10)) == []
    later = NOW + timedelta(days=5)  # Monday, 9 o'clock
    actions.tell_more(desk.colleague, mine, "VNPT.", seen_step=seen(desk.clerk, mine), now=later)
    assert the(mine).solve_due_at == later + timedelta(days=1, hours=8)  # 15 working hours on: Tuesday, 17 o'clock
    decide(actions.solve, desk.agent, mine, now=later + HOUR)
    one = the(mine)
    assert (one.status, one.solved_in_time, one.solved_minutes) == (Status.SOLVED, True, 120)


def test_opened_again_once(desk: Desk) -> None:
    mine = opened(desk.clerk)
    assert refusal(actions.reopen, desk.clerk, mine, TEXT, seen_step=seen(desk.clerk, mine), now=NOW) == (
        "SUPPORT_NOT_SOLVED"
    )
    decide(actions.solve, desk.agent, mine)
    actions.reopen(desk.colleague, mine, "Vẫn lỗi.", seen_step=seen(desk.clerk, mine), now=NOW + HOUR)
    assert (the(mine).status, the(mine).solved_at) == (Status.OPEN, None)
    decide(actions.solve, desk.agent, mine)
    code = refusal(actions.reopen, desk.clerk, mine, TEXT, seen_step=seen(desk.clerk, mine), now=NOW)
    assert code == "SUPPORT_REOPENED_ALREADY"


def test_ended_by_the_office(desk: Desk) -> None:
    mine = opened(desk.clerk)
    actions.close(desk.clerk, mine, seen_step=seen(desk.clerk, mine), now=NOW)
    assert the(mine).status == Status.CLOSED
    assert refusal(decide, actions.solve, desk.agent, mine) == "SUPPORT_SOLVED_ALREADY"
    assert refusal(actions.close, desk.clerk, mine, seen_step=seen(desk.clerk, mine), now=NOW) == (
        "SUPPORT_SOLVED_ALREADY"
    )


def test_passed_up_and_handed_back(desk: Desk) -> None:
    mine = opened(desk.clerk)
    decide(actions.escalate, desk.agent, mine, now=NOW + HOUR)
    assert (the(mine).level, the(mine).overdue_at) == (Level.MINISTRY, None)
    assert the(mine).first_due_at > NOW + 5 * HOUR
    assert refusal(decide, actions.answer, desk.agent, mine) == "SUPPORT_NOT_IN_CHARGE"
    assert read(desk.agent, mine).row.level is Level.MINISTRY  # it reads along
    decide(actions.answer, desk.it, mine)
    decide(actions.hand_back, desk.it, mine)
    assert the(mine).level == Level.BRANCH
    decide(actions.solve, desk.colleague_agent, mine)
    assert kinds(mine) == ["OPENED", "ESCALATED", "ANSWERED", "HANDED_BACK", "SOLVED"]
    verbs = Act.objects.filter(subject=f"difficulty/{mine}").order_by("at", "id").values_list("verb", flat=True)
    assert list(verbs)[:2] == ["open_difficulty", "answered_difficulty"] or set(verbs) >= {"solved_difficulty"}


def test_what_is_overdue_goes_up_by_itself(desk: Desk) -> None:
    mine, fresh = opened(desk.clerk), opened(desk.clerk, now=NOW + 4 * HOUR)
    assert actions.escalate_overdue(NOW + 5 * HOUR) == []
    late = NOW + 5 * HOUR + timedelta(minutes=1)
    assert len(actions.escalate_overdue(late)) == 1
    one = the(mine)
    assert (one.level, one.overdue_at, one.unread) == (Level.MINISTRY, late, True)
    assert kinds(mine) == ["OPENED", "OVERDUE"]
    assert the(fresh).level == Level.BRANCH
    decide(actions.solve, desk.it, mine, now=late)
    assert (the(mine).first_in_time, the(mine).solved_in_time) == (False, False)
    assert actions.escalate_overdue(late) == []


def test_a_question_that_nobody_answers_lapses(desk: Desk) -> None:
    mine = opened(desk.clerk)
    decide(actions.ask_back, desk.agent, mine)
    assert actions.lapse(NOW + timedelta(days=14)) == []
    assert len(actions.lapse(NOW + timedelta(days=14, seconds=1))) == 1
    assert the(mine).status == Status.CLOSED


def test_numbers_are_sent_only_when_chosen_and_shown_only_when_asked_for(desk: Desk) -> None:
    mine = opened(desk.clerk, text=f"Người có số {NUMBER}", sends_numbers=True)
    assert NUMBER in read(desk.clerk, mine).text
    assert NUMBER not in read(desk.agent, mine).text
    assert read(desk.agent, mine).has_numbers
    assert refusal(actions.see_numbers, desk.it, mine, now=NOW) == "SUPPORT_NOT_IN_CHARGE"
    before = seen(desk.agent, mine)
    actions.see_numbers(desk.agent, mine, now=NOW)
    assert NUMBER in read(desk.agent, mine, with_numbers=True).text
    assert kinds(mine) == ["OPENED", "NUMBERS_SEEN"]
    assert seen(desk.agent, mine) == before  # who reads does not overtake who answers
    code = refusal(actions.tell_more, desk.clerk, mine, NUMBER, seen_step=before, now=NOW)
    assert code == "SUPPORT_NUMBERS_FOUND"
    plain = opened(desk.clerk)
    assert refusal(actions.see_numbers, desk.agent, plain, now=NOW) == "SUPPORT_NO_NUMBERS"


def test_numbers_are_covered_for_good_a_month_after_the_end(desk: Desk) -> None:
    mine = opened(desk.clerk, text=f"Số {NUMBER}", sends_numbers=True)
    step = seen(desk.clerk, mine)
    actions.tell_more(desk.clerk, mine, "Gọi 0912345678", seen_step=step, now=NOW, sends_numbers=True)
    month = NOW + timedelta(days=30, seconds=1)
    assert actions.cover_numbers(month) == 0  # still open
    decide(actions.solve, desk.agent, mine)
    assert actions.cover_numbers(NOW + timedelta(days=29)) == 0
    assert actions.cover_numbers(month) == 1
    found = read(desk.clerk, mine)
    assert NUMBER not in found.text
    assert not any("0912345678" in one.text for one in found.steps)
    assert not found.has_numbers
    assert actions.cover_numbers(month) == 0


def test_the_record_is_shown_only_when_chosen_and_each_look_is_written_down(desk: Desk) -> None:
    (version,) = get_versions([desk.version_id])
    without, chosen = opened(desk.clerk), opened(desk.clerk, version_id=desk.version_id)
    assert refusal(actions.see_record, desk.agent, without, now=NOW) == "RECORD_UNKNOWN"
    assert refusal(actions.see_record, desk.it, chosen, now=NOW) == "SUPPORT_NOT_IN_CHARGE"
    assert refusal(actions.see_record, desk.hanoi_agent, chosen, now=NOW) == "DIFFICULTY_UNKNOWN"
    assert actions.see_record(desk.agent, chosen, now=NOW).version_id == desk.version_id
    looks = [(look.officer_id, look.purpose) for look in looks_at(version.person_id)]
    assert sorted(looks) == [(desk.clerk.officer_id, "difficulty"), (desk.agent.officer_id, "difficulty")]
    assert kinds(chosen) == ["OPENED", "RECORD_SEEN"]
    assert refusal(opened, desk.stranger, version_id=desk.version_id) == "RECORD_UNKNOWN"
    decide(actions.solve, desk.agent, chosen)
    assert refusal(actions.see_record, desk.agent, chosen, now=NOW) == "SUPPORT_SOLVED_ALREADY"


def test_answers_wait_unread_until_the_office_reads_them(desk: Desk) -> None:
    mine = opened(desk.clerk)
    assert queries.count_unread(desk.clerk) == 0
    decide(actions.answer, desk.agent, mine)
    assert queries.count_unread(desk.clerk) == 1 == queries.count_unread(desk.colleague)
    actions.mark_read(desk.agent, mine)
    assert queries.count_unread(desk.clerk) == 1
    actions.mark_read(desk.colleague, mine)
    assert queries.count_unread(desk.clerk) == 0


def test_service_levels_by_branch(desk: Desk) -> None:
    quick, slow, far = opened(desk.clerk), opened(desk.clerk, urgency=Urgency.STOPPED), opened(desk.far_clerk)
    decide(actions.answer, desk.agent, quick, now=NOW + HOUR)
    decide(actions.solve, desk.agent, quick, now=NOW + 2 * HOUR)
    actions.escalate_overdue(NOW + 2 * HOUR)
    decide(actions.solve, desk.it, slow, now=NOW + 7 * HOUR)  # 16 o'clock
    levels = {one.branch_id: one for one in service_levels(desk.it, now=NOW + 8 * HOUR)}
    branch = levels[desk.branch]
    assert (branch.opened, branch.open, branch.escalated) == (2, 0, 1)
    assert (branch.answered_share, branch.solved_share) == (50, 50)
    assert (branch.first_minutes, branch.solved_minutes) == (60, 120)
    assert (levels[None].opened, levels[None].overdue, levels[None].answered_share) == (1, 1, None)
    assert [one.branch_id for one in service_levels(desk.agent, now=NOW)] == [desk.branch]
    assert service_levels(desk.hanoi_agent, now=NOW) == []
    assert the(far).branch_id is None


def test_every_step_leaves_its_kind_in_the_state_table(desk: Desk) -> None:
    mine = opened(desk.clerk)
    one = DifficultyStep.objects.get(difficulty=mine)
    assert (one.kind, one.officer_id, one.office_id) == (StepKind.OPENED, desk.clerk.officer_id, desk.facility)
    assert told().kind.value == the(mine).kind
