"""A facility with recorded people, and a desk's client that does what a browser does."""

import re

import pytest
from django.test import Client

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.desks.citizen import captcha
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive

PHONE = "0912345678"
NUMBER = "040190000001"
TYPED = {"name": "nguyen thi huong", "birth": "17/5/1990", "number": NUMBER, "by": "sms"}


class Recorded:
    """Enters doses at one facility."""

    def __init__(self):
        self.facility = make_office("40A01")
        self.clerk = make_officer("clerk", self.facility, "facility_clerk")

    def dose(self, serial=1, **columns):
        """Enter a dose, and give its version id."""
        columns = {"phone": PHONE, "number": NUMBER, **columns}
        origin = Origin(self.facility, self.clerk, self.facility, NOW)
        return receive([received(serial, **columns)], origin).version_ids[0]


@pytest.fixture
def recorded(db):
    return Recorded()


def answer_in_words(page):
    """Read the question as a person does, and give the fields that answer it."""
    html = page.content.decode()
    words = re.search(r'<label for="captcha-answer">(\S.*?) cộng (.*?) bằng bao nhiêu', html)
    numbers = [NUMBERS.index(word.lower()) + 2 for word in words.groups()]
    ticket = re.search(r'name="question" value="([^"]+)"', html)[1]
    return {captcha.TICKET_FIELD: ticket, captcha.ANSWER_FIELD: str(sum(numbers))}


NUMBERS = (
    "hai ba bốn năm sáu bảy tám chín mười|mười một|mười hai|mười ba|mười bốn|mười lăm|mười sáu|mười bảy|mười tám"
).replace(" ", "|", 8).split("|")  # fmt: skip


class Visitor:
    """A browser without scripts."""

    def __init__(self, address="203.0.113.7"):
        self.client = Client(REMOTE_ADDR=address)

    def ask(self, **typed):
        page = self.client.get("/citizen/find/")
        return self.client.post("/citizen/find/", {**TYPED, **answer_in_words(page), **typed})

    def enter(self, code):
        return self.client.post("/citizen/find/code/", {"code": code})


@pytest.fixture
def visitor():
    return Visitor()
