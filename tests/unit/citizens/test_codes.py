"""One-time codes: six digits, ten minutes, five tries, once, for one browser and one purpose."""

import json
import re
from datetime import timedelta

import pytest

from tests.factories import NOW
from vaxpass.citizens import actions, codes
from vaxpass.citizens.models import Challenge
from vaxpass.citizens.rules import Purpose
from vaxpass.notices.facts import Recipient
from vaxpass.notices.models import Notice
from vaxpass.offices.scope import Refused
from vaxpass.records.sealing import open_seal

pytestmark = pytest.mark.django_db
PHONE = "0912345678"


def sent_code(purpose=Purpose.REPORT, phone=PHONE, now=NOW):
    begun = codes.begin_code(purpose, Recipient(phone=phone), now)
    codes.send_code(begun.challenge_id, actions.search, now)
    return begun.token, code_of(begun.challenge_id)


def code_of(challenge_id):
    return json.loads(open_seal(Notice.objects.get(key=f"code/{challenge_id}").facts_sealed))["code"]


def refused(token, code, now=NOW, **more):
    with pytest.raises(Refused) as found:
        codes.check_code(token, code, now, **more)
    return found.value.code


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_right_code_proves_where_it_went():
    token, code = sent_code()
    assert re.fullmatch(r"\d{6}", code)
    assert codes.check_code(token, f" {code[:3]} {code[3:]} ", NOW).to == Recipient(phone=PHONE)


def test_a_code_is_used_once():
    token, code = sent_code()
    codes.check_code(token, code, NOW)
    assert refused(token, code) == "CODE_ENDED"


def test_five_tries_then_even_the_right_code_is_refused():
    token, code = sent_code()
    assert [refused(token, wrong(code)) for _ in range(5)] == ["CODE_WRONG"] * 4 + ["CODE_TRIES_USED_UP"]
    assert refused(token, code) == "CODE_TRIES_USED_UP"


def test_the_fifth_try_may_be_right():
    token, code = sent_code()
    for _ in range(4):
        refused(token, wrong(code))
    codes.check_code(token, code, NOW)


def test_ten_minutes():
    token, code = sent_code()
    assert refused(token, code, NOW + timedelta(minutes=10)) == "CODE_ENDED"


def test_a_code_belongs_to_the_browser_that_asked():
    _, code = sent_code()
    other, _ = sent_code()
    assert refused(other, code) == "CODE_WRONG"
    assert refused("no token of ours", code) == "CODE_ENDED"


def test_a_code_for_a_report_opens_no_record():
    token, code = sent_code(Purpose.REPORT)
    assert refused(token, code, purpose=Purpose.FIND) == "CODE_ENDED"


def test_another_code_ends_the_earlier_one():
    token, code = sent_code()
    again = codes.begin_again(token, NOW)
    codes.send_code(again.challenge_id, actions.search, NOW)
    assert refused(token, code) == "CODE_ENDED"
    codes.check_code(again.token, code_of(again.challenge_id), NOW)


def test_a_job_that_runs_twice_sends_one_code():
    begun = codes.begin_code(Purpose.REPORT, Recipient(phone=PHONE), NOW)
    assert codes.send_code(begun.challenge_id, actions.search, NOW)
    code = code_of(begun.challenge_id)
    assert not codes.send_code(begun.challenge_id, actions.search, NOW)
    codes.check_code(begun.token, code, NOW)


def test_a_job_that_comes_too_late_sends_nothing():
    begun = codes.begin_code(Purpose.REPORT, Recipient(phone=PHONE), NOW)
    assert not codes.send_code(begun.challenge_id, actions.search, NOW + timedelta(minutes=10))


def test_neither_code_nor_phone_nor_token_stands_open_in_the_row():
    token, code = sent_code()
    row = Challenge.objects.get()
    held = b"".join(bytes(value) for value in vars(row).values() if isinstance(value, bytes | memoryview))
    assert not [word for word in (token, code, PHONE) if word.encode() in held]


def test_a_thousand_codes_to_one_phone_end_after_a_few():
    """Each request comes from another browser at another address; the phone is what counts."""
    refusals = []
    for serial in range(1_000):
        try:
            begun = codes.begin_code(Purpose.REPORT, Recipient(phone=PHONE), NOW, visitor=bytes([serial % 256]) * 9)
            codes.send_code(begun.challenge_id, actions.search, NOW)
        except Refused as refusal:
            refusals.append(refusal.code)
    assert Notice.objects.count() == 4
    assert len(refusals) == 995
    assert set(refusals) == {"ASKED_TOO_OFTEN_THIS_HOUR"}


def test_over_a_day_one_phone_gets_eight_codes_and_the_next_day_again():
    for hour in range(10):
        at = NOW + timedelta(hours=hour)  # NOW is 9 in the morning in Vietnam
        for _ in range(3):
            try:
                sent_code(now=at)
            except (Refused, Notice.DoesNotExist):
                continue
    assert Notice.objects.count() == 8
    sent_code(now=NOW + timedelta(days=1))
    assert Notice.objects.count() == 9


def test_one_address_may_not_ask_for_everybody():
    limit = 60
    for serial in range(limit):
        codes.begin_code(Purpose.REPORT, Recipient(phone=f"09{serial:08}"), NOW, visitor=b"one address")
    with pytest.raises(Refused, match="ASKED_TOO_OFTEN_HERE"):
        codes.begin_code(Purpose.REPORT, Recipient(phone="0999999999"), NOW, visitor=b"one address")
    codes.begin_code(Purpose.REPORT, Recipient(phone="0999999999"), NOW, visitor=b"another address")


def test_guessing_with_ever_new_codes_ends_for_the_day():
    found = set()
    for hour in range(6):
        at = NOW + timedelta(hours=hour)
        token, code = sent_code(now=at)
        found |= {refused(token, wrong(code), at) for _ in range(5)}
    assert "GUESSED_TOO_OFTEN_TODAY" in found


def test_guessing_from_one_address_ends():
    found = []
    for serial in range(13):
        token, code = sent_code(phone=f"09{serial:08}")
        found += [refused(token, wrong(code), visitor=b"one address") for _ in range(5)]
    assert found[:60] == (["CODE_WRONG"] * 4 + ["CODE_TRIES_USED_UP"]) * 12
    assert set(found[60:]) == {"GUESSED_TOO_OFTEN_HERE"}


def test_what_has_served_its_time_is_forgotten():
    sent_code()
    assert actions.forget_old(NOW) == 0
    assert actions.forget_old(NOW + timedelta(days=2))
    assert not Challenge.objects.exists()
