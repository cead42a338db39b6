"""Support with everything that belongs to it, each in one transaction: the answer, and the notice to whoever asked.

Whoever asked reads the answer on the platform (a badge tells of it); where the office has named a mailbox, an e-mail
says that there is one. What was asked and answered never stands in the e-mail.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app

from vaxpass.campaigns.queries import mailboxes
from vaxpass.jobs.notices import send_soon
from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import NewNotice, Recipient, Template
from vaxpass.offices.scope import Actor
from vaxpass.support import actions
from vaxpass.support.actions import Words
from vaxpass.support.facts import Told
from vaxpass.support.problems import askers_of
from vaxpass.support.queries import told_of_steps
from vaxpass.support.rules import ProblemState

_QUEUE: Final = "support"


def tell(told: Iterable[Told], template: Template, *, now: datetime) -> None:
    """Write to the mailboxes of offices, once for each thing told; call it in the transaction of what is told."""
    found = list(told)
    boxes = mailboxes({one.office_id for one in found})
    notices = [
        NewNotice(
            key=one.key,
            template=template,
            to=Recipient(email=boxes[one.office_id]),
            facts={"number": one.number},
        )
        for one in found
        if one.office_id in boxes
    ]
    if notices:
        enqueue(notices, now=now)
        send_soon()


Decision = Callable[[], int]


def _decided(decision: Decision, now: datetime) -> None:
    with transaction.atomic():
        step = decision()
        tell(told_of_steps([step]), Template.DIFFICULTY_ANSWERED, now=now)


def answer(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> None:
    """Answer, and tell the asker. Refuses as actions.answer."""
    _decided(lambda: actions.answer(actor, difficulty_id, text, seen_step=seen_step, now=now), now)


def ask_back(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> None:
    """Ask back, and tell the asker. Refuses as actions.ask_back."""
    _decided(lambda: actions.ask_back(actor, difficulty_id, text, seen_step=seen_step, now=now), now)


def solve(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> None:
    """Solve, and tell the asker. Refuses as actions.solve."""
    _decided(lambda: actions.solve(actor, difficulty_id, text, seen_step=seen_step, now=now), now)


def escalate(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> None:
    """Pass up to the ministry's IT department, and tell the asker. Refuses as actions.escalate."""
    _decided(lambda: actions.escalate(actor, difficulty_id, text, seen_step=seen_step, now=now), now)


def hand_back(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> None:
    """Hand back to the branch, and tell the asker. Refuses as actions.hand_back."""
    _decided(lambda: actions.hand_back(actor, difficulty_id, text, seen_step=seen_step, now=now), now)


def link_problem(actor: Actor, difficulty_id: int, problem_id: int, *, seen_step: int, now: datetime) -> None:
    """Link to a known problem, and tell the asker. Refuses as actions.link_problem."""
    _decided(lambda: actions.link_problem(actor, difficulty_id, problem_id, seen_step=seen_step, now=now), now)


def tell_on_problem(actor: Actor, problem_id: int, state: ProblemState, text: Words, *, now: datetime) -> int:
    """Say how far a problem is; once it is solved, tell all who wait for it. Gives how many difficulties it solved.

    Refuses as actions.tell_on.
    """
    with transaction.atomic():
        steps = actions.tell_on(actor, problem_id, state, text, now=now)
        tell(told_of_steps(steps), Template.DIFFICULTY_ANSWERED, now=now)
        if state is ProblemState.SOLVED:
            tell(askers_of(problem_id), Template.PROBLEM_SOLVED, now=now)
    return len(steps)


def run_on(now: datetime) -> None:
    """Do what time brings: overdue difficulties go up, unanswered questions lapse; the askers are told."""
    for action in (actions.escalate_overdue, actions.lapse):
        while _told(action, now):
            pass


def _told(action: Callable[[datetime], list[int]], now: datetime) -> list[int]:
    with transaction.atomic():
        steps = action(now)
        tell(told_of_steps(steps), Template.DIFFICULTY_ANSWERED, now=now)
    return steps


@app.periodic(cron="*/5 * * * *")
@app.task(name="support.run_on", queue=_QUEUE, lock="support.run_on", queueing_lock="support.run_on")
def run_on_often(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Do what time brings."""
    run_on(datetime.now(UTC))


@app.periodic(cron="53 19 * * *")  # 02:53 in Hanoi
@app.task(name="support.cover_numbers", queue=_QUEUE, lock="support.cover", queueing_lock="support.cover_numbers")
def cover_numbers(timestamp: int) -> None:  # noqa: ARG001 -- as above
    """Cover the numbers in texts of difficulties that ended a month ago."""
    now = datetime.now(UTC)
    while actions.cover_numbers(now):
        pass
