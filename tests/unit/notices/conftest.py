import random
from datetime import UTC, datetime, timedelta

import pytest

from vaxpass.adapters.messaging.fake import FakeSmsChannel
from vaxpass.notices.delivering import Post, deliver_due
from vaxpass.notices.facts import Channel, NewNotice, Recipient, Template
from vaxpass.notices.ports import Answer, Reports, Verdict

NOON = datetime(2022, 4, 15, 5, 0, tzinfo=UTC)  # 12:00 in Hanoi
PHONE = "0912345678"
E164 = "+84912345678"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now

    def go(self, **ahead):
        self.now += timedelta(**ahead)


class MailBoxes:
    """Mail as a provider shows it: one of each uid. `refused` maps addresses to codes."""

    at_once = 1

    def __init__(self):
        self.is_out = False
        self.handed_over = []
        self.shown = {}
        self.refused = {}
        self.waiting_reports = []

    def send(self, messages):
        return [self._send_one(message) for message in messages]

    def _send_one(self, message):
        if self.is_out:
            return Answer(message.uid, Verdict.NO_ANSWER, "SMTP_UNREACHABLE", is_line_down=True)
        self.handed_over.append(message.uid)
        if message.address in self.refused:
            return Answer(message.uid, Verdict.REFUSED, self.refused[message.address])
        self.shown.setdefault(message.uid, message)
        return Answer(message.uid, Verdict.ACCEPTED)

    def reports(self, cursor):
        found, self.waiting_reports = tuple(self.waiting_reports), []
        return Reports(found, cursor)

    def acknowledge(self, reports):
        pass


class Office:
    """The platform's post with both ways out, and a clock."""

    def __init__(self):
        self.sms, self.mail, self.clock = FakeSmsChannel(), MailBoxes(), Clock()
        self.post = Post({Channel.SMS: self.sms, Channel.EMAIL: self.mail}, "hochieu.example.vn")

    def deliver(self, **changes):
        return deliver_due(self.post, clock=self.clock, draw=random.Random(1).random, **changes)

    def texts(self, number=E164):
        return [one.text for one in self.sms.phones.received if one.to == number]


@pytest.fixture
def office():
    return Office()


def notice(key="report/17/received", **changes):
    fields = {
        "template": Template.REPORT_RECEIVED,
        "to": Recipient(PHONE),
        "facts": {"number": "PA-ABCD-EFGH"},
    }
    return NewNotice(key, **{**fields, **changes})


def code(key="code/1", **changes):
    return notice(key, **{"template": Template.CODE, "facts": {"code": "482915"}, **changes})
