"""Decisions of notices: forms of addresses, the night, patience with a line that is down. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from enum import IntEnum
from typing import Final

from vaxpass.offices.scope import Refused

HANOI: Final = timezone(timedelta(hours=7))  # Vietnam keeps no summer time
QUIET_FROM: Final = time(21)
QUIET_UNTIL: Final = time(7)

_PHONE_FORM: Final = re.compile(r"0[35789]\d{8}|02\d{9}")  # mobile, landline (the numbering plan of 2018)
_MOBILE_FORM: Final = re.compile(r"0[35789]\d{8}")
_PHONE_SIGNS: Final = re.compile(r"[\s.\-()]")
_WITH_COUNTRY: Final = 11  # digits: 84 and nine more
_LONGEST_EMAIL: Final = 254  # RFC 5321 §4.5.3.1.3, without the brackets
_EMAIL_FORM: Final = re.compile(
    r"(?!\.)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)


class NoticeState(IntEnum):
    """Where a notice stands."""

    WAITING = 1
    SENT = 2
    """The gateway or mail server took it."""
    DELIVERED = 3
    """The phone confirmed it."""
    FAILED = 4
    """No way is left: refused for good, bounced, or there was no address."""
    EXPIRED = 5
    """Its time passed before it could go out."""


def normal_phone(text: str) -> str:
    """Give a Vietnamese phone number as records keep it: `0912345678`. Refuses PHONE_ILL_FORMED."""
    digits = _PHONE_SIGNS.sub("", text)
    if digits.startswith(("+84", "84")) and len(digits) >= _WITH_COUNTRY:
        digits = "0" + digits.removeprefix("+").removeprefix("84").removeprefix("0")
    if not (digits.isascii() and _PHONE_FORM.fullmatch(digits)):
        raise Refused("PHONE_ILL_FORMED")
    return digits


def is_mobile(phone: str) -> bool:
    """Say whether a number in our form can take an SMS."""
    return bool(_MOBILE_FORM.fullmatch(phone))


def normal_email(text: str) -> str:
    """Give an e-mail address with its domain in lower case. Refuses EMAIL_ILL_FORMED (also what is not ASCII).

    So is what a mail program would read as an encoded word (RFC 2047 §2): other addresses, or line ends, hide in it.
    """
    local, _, domain = text.strip().rpartition("@")
    address = f"{local}@{domain.lower()}"
    is_odd = any(pair in local for pair in ("..", "=?"))
    if len(address) > _LONGEST_EMAIL or is_odd or not _EMAIL_FORM.fullmatch(address):
        raise Refused("EMAIL_ILL_FORMED")
    return address


def is_quiet(now: datetime) -> bool:
    """Say whether people sleep: from 21:00 to 07:00 in Vietnam."""
    there = now.astimezone(HANOI).time()
    return there >= QUIET_FROM or there < QUIET_UNTIL


def end_of_quiet(now: datetime) -> datetime:
    """Give when the night ends that it is now (UTC); `now` itself by day."""
    if not is_quiet(now):
        return now
    there = now.astimezone(HANOI)
    day = there.date() + timedelta(days=1) if there.time() >= QUIET_FROM else there.date()
    return datetime.combine(day, QUIET_UNTIL, HANOI).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait before trying again.

    One message waits `first`, doubled each time up to `longest`. A line that is down pauses `first_pause`, doubled up
    to `longest_pause`; an outage is no message's fault and costs none of them an attempt.
    """

    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=1)
    first_pause: timedelta = timedelta(seconds=15)
    longest_pause: timedelta = timedelta(minutes=5)


def try_again_at(
    patience: Patience, *, now: datetime, attempts: int, fraction: float, retry_after: float | None = None
) -> datetime:
    """Give when to send one message again after `attempts` (1 or more); `fraction` from 0 to 1 spreads the wait."""
    return now + _wait(patience.first, patience.longest, attempts, fraction, retry_after)


def resume_at(
    patience: Patience, *, now: datetime, pauses: int, fraction: float, retry_after: float | None = None
) -> datetime:
    """Give when to try a line again after `pauses` pauses in a row (1 or more)."""
    return now + _wait(patience.first_pause, patience.longest_pause, pauses, fraction, retry_after)


def _wait(first: timedelta, longest: timedelta, times: int, fraction: float, retry_after: float | None) -> timedelta:
    doubled = min(first * (1 << min(times - 1, 20)), longest)
    return max(doubled * (0.5 + fraction / 2), timedelta(seconds=retry_after or 0))
