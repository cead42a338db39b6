from datetime import UTC, datetime, timedelta

import pytest

from vaxpass.intake.rules import _PHONE_FORM as INTAKE_FORM
from vaxpass.notices import rules
from vaxpass.notices.facts import Recipient
from vaxpass.notices.rules import Patience
from vaxpass.notices.text import measure, without_accents
from vaxpass.offices.scope import Refused


def hanoi(hour: int, minute: int = 0, day: int = 15) -> datetime:
    return datetime(2022, 4, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.mark.parametrize(
    "text",
    ["0912345678", "+84912345678", "84912345678", "+84 912 345 678", "0912.345.678", "(091) 234-5678", "+840912345678"],
)
def test_a_phone_has_one_form(text: str) -> None:
    assert rules.normal_phone(text) == "0912345678"


def test_it_is_the_form_that_records_keep() -> None:
    assert rules._PHONE_FORM.pattern == INTAKE_FORM.pattern


@pytest.mark.parametrize(
    "text",
    ["", "0112345678", "091234567", "09123456789", "+1 202 555 0100", "abc", "0912345678;0912345679", "٠٩١٢٣٤٥٦٧٨"],
)
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="PHONE_ILL_FORMED"):
        rules.normal_phone(text)


def test_landlines_are_phones_but_take_no_sms() -> None:
    assert not rules.is_mobile(rules.normal_phone("024 3846 1234"))
    assert rules.is_mobile("0912345678")


def test_an_address_keeps_its_name_and_lowers_its_domain() -> None:
    assert rules.normal_email("  Huong.Nguyen+x@Example.COM ") == "Huong.Nguyen+x@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a@", "@example.com", "a@example", "a b@example.com", "a@exa mple.com",
        "a@example.com\nBcc: b@example.com",
        "a@example.com,b@example.com", "<a@example.com>", '"a"@example.com', ".a@example.com", "a.@example.com",
        "a..b@example.com", "a@-example.com", "ă@example.com", "a@" + "x" * 250 + ".com", "x" * 65 + "@example.com",
        "a@[127.0.0.1]", "a@example.com\r", "=?utf-8?q?b=40example.com=2C?=@example.com",
        "=?utf-8?q?a=0D=0AB?=@example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    if text == "a@example.com\r":  # a space at the end, as it is pasted
        assert rules.normal_email(text) == "a@example.com"
        return
    with pytest.raises(Refused, match="EMAIL_ILL_FORMED"):
        rules.normal_email(text)


def test_a_recipient_does_not_print_itself() -> None:
    assert repr(Recipient("0912345678", "a@example.com")) == "Recipient()"


@pytest.mark.parametrize(
    ("now", "quiet", "until"),
    [
        (hanoi(20, 59), False, hanoi(20, 59)),
        (hanoi(21), True, hanoi(7, day=16)),
        (hanoi(23, 59), True, hanoi(7, day=16)),
        (hanoi(0), True, hanoi(7)),
        (hanoi(6, 59), True, hanoi(7)),
        (hanoi(7), False, hanoi(7)),
    ],
)
def test_the_night_is_vietnam_s(now: datetime, quiet: object, until: datetime) -> None:
    assert (rules.is_quiet(now), rules.end_of_quiet(now)) == (quiet, until)


def test_waits_double_up_to_a_limit_and_obey_the_other_side() -> None:
    patience, now = Patience(), hanoi(12)

    def wait(attempts: int, **more: float) -> timedelta:
        return rules.try_again_at(patience, now=now, attempts=attempts, fraction=1.0, **more) - now

    assert [wait(n).total_seconds() for n in (1, 2, 3)] == [30, 60, 120]
    assert wait(30_000) == patience.longest
    assert wait(1, retry_after=90) == timedelta(seconds=90)
    assert rules.try_again_at(patience, now=now, attempts=1, fraction=0.0) - now == timedelta(seconds=15)
    assert rules.resume_at(patience, now=now, pauses=99, fraction=1.0) - now == patience.longest_pause


@pytest.mark.parametrize(
    ("text", "alphabet", "segments"),
    [
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("ă" * 70, "UCS-2", 1),
        ("ă" * 71, "UCS-2", 2),
        ("ă" * 135, "UCS-2", 3),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
    ],
)
def test_segments_are_counted_as_gateways_count(text: str, alphabet: str, segments: int) -> None:
    assert (measure(text).alphabet, measure(text).segments) == (alphabet, segments)


def test_accents_go_and_nothing_else_does() -> None:
    assert without_accents("Đặng Đình Đức: “ừ” – 5 €…") == 'Dang Dinh Duc: "u" - 5 €...'
    assert measure(without_accents("".join(chr(sign) for sign in range(0x1EA0, 0x1EFA)))).alphabet == "GSM-7"
    assert without_accents("漢") == "?"
