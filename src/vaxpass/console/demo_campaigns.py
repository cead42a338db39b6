"""The demo's directives: two of April 2022 in the ministry's name, one that runs today, one of a province.

Their numbers and dates are those of real dispatches; their words are the demo's own.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from vaxpass.campaigns import actions, following, queries
from vaxpass.campaigns.facts import DirectiveDraft
from vaxpass.campaigns.rules import Function, StepDraft, Target
from vaxpass.console.demo_walk import Demo, Say
from vaxpass.jobs import campaigns as jobs
from vaxpass.offices.workdays import day_in_vietnam

_KINDS: Final = ("facility", "commune", "province")
_SIGNED, _MINISTRY_DUE, _PROVINCE_DUE = date(2022, 4, 25), date(2022, 4, 30), date(2022, 5, 5)


def issue_demo_directives(demo: Demo, now: datetime, say: Say) -> None:
    """Issue the directives, unless there are some; some units acknowledge, others do not."""
    if queries.issued_by(demo.actor("operator")).exists():
        return
    say("• The ministry and a province issue directives …")
    opening = _issue(demo, "operator", _draft("1815/BYT-CNTT", date(2022, 4, 8), *_OPENING), _opening_steps())
    cleaning = _issue(demo, "operator", _draft("1975/BYT-CNTT", date(2022, 4, 19), *_CLEANING), _cleaning_steps())
    today = day_in_vietnam(now)
    running = _draft("2262/BYT-CNTT", today - timedelta(days=4), *_RUNNING)
    current = _issue(demo, "operator", running, _running_steps(today), now - timedelta(days=4))
    own = _draft("318/SYT-NVY", today - timedelta(days=2), *_PROVINCIAL)
    _issue(demo, "province", own, _provincial_steps(today), now - timedelta(days=2))
    for username, directives in (
        ("head", (opening, cleaning)),
        ("commune", (opening, current)),
        ("province", (opening,)),
    ):
        following.set_contact(
            demo.actor(username), demo.actor(username).office_id, f"{username}@co-so.example.vn", now=now
        )
        for directive_id in directives:
            following.acknowledge(demo.actor(username), directive_id, now=now)


def _draft(number: str, signed_on: date, title: str, text: str) -> DirectiveDraft:
    return DirectiveDraft(number, signed_on, title, text, (), _KINDS, (), moves_deadlines=True)


def _issue(
    demo: Demo, username: str, draft: DirectiveDraft, steps: Sequence[StepDraft], at: datetime | None = None
) -> int:
    """Draft and publish; without a time, on the morning after the day of signature."""
    day = draft.signed_on
    now = at or datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)
    directive_id = actions.draft(demo.actor(username), draft, now=now)
    for step in steps:
        actions.put_step(demo.actor(username), directive_id, step)
    jobs.publish(demo.actor(username), directive_id, now=now)
    return directive_id


def _due(title: str, target: Target, due_on: date, facility_class: str = "", percent: int | None = None) -> StepDraft:
    return StepDraft(title, None, target, percent, None, None, due_on, facility_class)


def _opens(title: str, function: Function, opens_on: date) -> StepDraft:
    return StepDraft(title, function, Target.TOLD, None, opens_on, None, None, "")


_OPENING: Final = (
    "Triển khai ký số dữ liệu tiêm chủng và cấp hộ chiếu vắc xin (mẫu)",
    (
        "Từ ngày 08/4/2022, cơ sở tiêm chủng ký số dữ liệu tiêm mình đã nhập.\n"
        "Từ ngày 15/4/2022, Bộ ký tập trung và cấp hộ chiếu vắc xin.\n"
        "Mũi tiêm mới phải được nhập và ký xác nhận ngay trong ngày."
    ),
)
_CLEANING: Final = (
    "Hoàn thành làm sạch dữ liệu và ký xác nhận (mẫu)",
    (
        "Đến 25/4: trả lời hết phản ánh, ký hết mũi tiêm đã xác minh đúng.\n"
        "Đến 30/4: cơ sở thuộc Bộ Y tế và các bộ, ngành hoàn thành. Đến 05/5: cơ sở của địa phương hoàn thành.\n"
        "Người đứng đầu chịu trách nhiệm khi dữ liệu sai hoặc chậm làm người dân không có hộ chiếu."
    ),
)
_RUNNING: Final = (
    "Rà soát phản ánh quá hạn và dữ liệu còn sai (mẫu)",
    (
        "Các đơn vị rà soát, xử lý dứt điểm phản ánh quá hạn và thông tin nhân thân còn sai; lập tổ công tác, "
        "phân công người chịu trách nhiệm từng ngày."
    ),
)
_PROVINCIAL: Final = (
    "Đôn đốc ký số và trả lời phản ánh trên địa bàn tỉnh (mẫu)",
    "Các cơ sở ký ít nhất 95% mũi tiêm đã xác minh; báo khó khăn về Sở Y tế trong ngày.",
)


def _opening_steps() -> list[StepDraft]:
    return [
        _opens("Cơ sở tiêm chủng ký số", Function.FACILITY_SIGNING, date(2022, 4, 8)),
        _opens("Bộ ký tập trung", Function.MINISTRY_SIGNING, date(2022, 4, 15)),
    ]


def _cleaning_steps() -> list[StepDraft]:
    return [
        _due("Trả lời hết phản ánh quá hạn", Target.NO_REPORT_OVERDUE, _SIGNED),
        _due("Ký hết mũi đã xác minh: cơ sở thuộc Bộ Y tế", Target.ALL_SIGNED, _MINISTRY_DUE, "ministry"),
        _due("Ký hết mũi đã xác minh: cơ sở bộ, ngành", Target.ALL_SIGNED, _MINISTRY_DUE, "sector"),
        _due("Ký hết mũi đã xác minh: cơ sở của địa phương", Target.ALL_SIGNED, _PROVINCE_DUE, "provincial"),
    ]


def _running_steps(today: date) -> list[StepDraft]:
    return [
        _due("Lập tổ công tác, phân công người phụ trách", Target.TOLD, today - timedelta(days=1)),
        _due("Xử lý hết phản ánh quá hạn", Target.NO_REPORT_OVERDUE, today + timedelta(days=3)),
        _due("Sửa hết thông tin nhân thân sai hoặc thiếu", Target.IDENTITIES_MENDED, today + timedelta(days=10)),
    ]


def _provincial_steps(today: date) -> list[StepDraft]:
    return [_due("Ký ít nhất 95% mũi đã xác minh", Target.SHARE_SIGNED, today + timedelta(days=5), percent=95)]
