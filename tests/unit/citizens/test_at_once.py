"""Two at once: one code opens once, tries and limits are counted right."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.factories import NOW
from vaxpass.citizens import actions, codes, limits
from vaxpass.citizens.models import Challenge, Tally
from vaxpass.citizens.rules import ASKED, CODE_TRIES, Purpose
from vaxpass.notices.facts import Recipient
from vaxpass.notices.models import Notice
from vaxpass.offices.scope import Refused
from vaxpass.records.sealing import open_seal

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(times, act):
    def one(_):
        try:
            act()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(one, range(times)))


def asked():
    begun = codes.begin_code(Purpose.REPORT, Recipient(phone="0912345678"), NOW)
    codes.send_code(begun.challenge_id, actions.search, NOW)
    facts = open_seal(Notice.objects.get(key=f"code/{begun.challenge_id}").facts_sealed)
    return begun, json.loads(facts)["code"]


def test_the_right_code_twice_at_once_opens_once():
    begun, code = asked()
    assert at_once(4, lambda: codes.check_code(begun.token, code, NOW)) == [
        "",
        "CODE_ENDED",
        "CODE_ENDED",
        "CODE_ENDED",
    ]


def test_tries_at_once_are_all_counted_and_none_is_taken_back():
    begun, code = asked()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    answers = at_once(9, lambda: codes.check_code(begun.token, wrong, NOW))
    assert answers.count("CODE_WRONG") <= CODE_TRIES
    assert Challenge.objects.get().tries == 9
    assert at_once(1, lambda: codes.check_code(begun.token, code, NOW)) == ["CODE_TRIES_USED_UP"]


def test_limits_hold_when_all_ask_at_once():
    answers = at_once(8, lambda: limits.count(limits.limits_of(ASKED, b"one"), now=NOW))
    assert answers == [""] * 5 + ["ASKED_TOO_OFTEN_THIS_HOUR"] * 3
    assert sorted(Tally.objects.values_list("count", flat=True)) == [8, 8]


def test_one_challenge_worked_on_twice_at_once_sends_one_code():
    begun = codes.begin_code(Purpose.REPORT, Recipient(phone="0912345678"), NOW)
    at_once(4, lambda: codes.send_code(begun.challenge_id, actions.search, NOW))
    assert Notice.objects.count() == 1
