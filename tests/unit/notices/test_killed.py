"""A worker killed at every step: each statement, each commit, each message. In the end every phone rang once."""

from contextlib import contextmanager

import pytest
from django.db import connection

from tests.unit.notices.conftest import NOON, Office, code, notice
from vaxpass.notices import actions
from vaxpass.notices.facts import Recipient
from vaxpass.notices.models import Bounce, Line, Notice
from vaxpass.notices.rules import NoticeState

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """The worker dies here: nothing of it runs on."""


class Steps:
    """Counts the steps of a delivery and dies at one of them."""

    def __init__(self, at=None):
        self.at, self.seen = at, 0

    def step(self):
        self.seen += 1
        if self.seen == self.at:
            raise Killed

    def statement(self, execute, sql, params, many, context):
        self.step()
        answer = execute(sql, params, many, context)
        self.step()
        return answer

    def commit(self):
        try:
            self.step()
        except Killed:
            connection.connection.rollback()  # as the server does once the line is dead
            raise
        connection.connection.commit()
        self.step()

    def send(self, way):
        def one_by_one(messages):
            answers = []
            for message in messages:
                self.step()
                answers += type(way).send(way, [message])
                self.step()
            return answers

        return one_by_one


@contextmanager
def dying(office, steps, monkeypatch):
    with monkeypatch.context() as patch, connection.execute_wrapper(steps.statement):
        patch.setattr(connection, "commit", steps.commit)
        patch.setattr(office.sms, "send", steps.send(office.sms))
        patch.setattr(office.mail, "send", steps.send(office.mail))
        yield


def fill(office):
    for model in (Notice, Bounce, Line):
        model.objects.all().delete()
    office.sms.phones.refused["+84987654321"] = "NUMBER_UNKNOWN"
    actions.enqueue(
        [
            notice("sms/1"),
            notice("sms/2"),
            code("code"),
            notice("mail", to=Recipient(email="a@example.com")),
            notice("both", to=Recipient("0987654321", "b@example.com")),
            notice("wrong", to=Recipient("0987654321")),
        ],
        now=NOON,
    )


def deliver(office, at, monkeypatch):
    """Deliver until the step; give how many steps there were, None where it died."""
    steps = Steps(at)
    try:
        with dying(office, steps, monkeypatch):
            office.deliver()
    except Killed:
        connection.close()  # the server rolls back what the dead worker had begun
        return None
    return steps.seen


def test_a_worker_killed_at_any_step_sends_nothing_twice_and_loses_nothing(monkeypatch):
    counted = Office()
    fill(counted)
    steps = deliver(counted, None, monkeypatch)
    assert steps > 40
    for at in range(1, steps + 1):
        office = Office()
        fill(office)
        assert deliver(office, at, monkeypatch) is None
        office.clock.go(minutes=5)  # the dead worker's lease has run out
        office.deliver()
        check_everything_once(office, at)


def check_everything_once(office, at):
    states = dict(Notice.objects.values_list("key", "state"))
    sent = {"sms/1", "sms/2", "code", "mail", "both"}
    assert states == {**dict.fromkeys(sent, NoticeState.SENT), "wrong": NoticeState.FAILED}, at
    uids = dict(Notice.objects.values_list("key", "uid"))
    rang = [one.id for one in office.sms.phones.received]
    assert sorted(rang) == sorted(str(uids[key]) for key in ("sms/1", "sms/2", "code")), at
    assert set(office.mail.shown) == {uids["mail"], uids["both"]}, at
    assert Bounce.objects.filter(channel="sms").count() == 2, at
