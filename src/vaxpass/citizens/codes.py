"""One-time codes: six digits, ten minutes, five tries, once, tied to one browser's session.

Begin writes a row and nothing else, whatever was typed; a job finds, decides and sends (`send_code`). Call both
through `jobs.citizens`, which puts them into one transaction. The token belongs into the session, never into an
address; the code itself stands nowhere but in the sealed notice.
"""

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from vaxpass.citizens import limits
from vaxpass.citizens.models import Challenge
from vaxpass.citizens.rules import (
    ASKED,
    ASKED_HERE,
    CODE_DIGITS,
    CODE_LIVES,
    CODE_TRIES,
    GUESSED,
    GUESSED_HERE,
    SENT,
    SENT_ABOUT,
    Purpose,
)
from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import NewNotice, Recipient, Template
from vaxpass.offices.scope import Refused
from vaxpass.records.sealing import lookup_hash, open_seal, seal

_NO_CODE: Final = 16  # random bytes in the place of a hash: no code fits


@dataclass(frozen=True, slots=True)
class Begun:
    """A code was asked for: the token for the session, and the row for the job."""

    token: str = field(repr=False)
    challenge_id: int


@dataclass(frozen=True, slots=True)
class Proven:
    """What a right code proves: where it went, and the people found before (empty unless the purpose is FIND)."""

    to: Recipient
    person_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where a code goes and whom it will open; both empty where nobody fits."""

    to: Recipient | None = None
    person_ids: frozenset[int] = frozenset()


Search = Callable[[Mapping[str, str]], Addressee]


def begin_code(purpose: Purpose, to: Recipient, now: datetime, *, visitor: bytes = b"", language: str = "vi") -> Begun:
    """Ask for a code to a phone or mailbox that somebody typed, to prove that it is his.

    `visitor`: politeness.visitor_of(request), to limit an address. Refuses ASKED_TOO_OFTEN_THIS_HOUR,
    ASKED_TOO_OFTEN_TODAY, ASKED_TOO_OFTEN_HERE. Limits are shared with finding. Call jobs.citizens.begin_code.
    """
    asked = asked_key(to.phone or to.email)
    details = {"phone": to.phone, "email": to.email, "language": language}
    return begin(purpose, asked, details, now, visitor=visitor)


def asked_key(typed: str) -> bytes:
    """Give the keyed hash under which what was typed is counted (in the records' form)."""
    return lookup_hash("asked", typed)


def begin(purpose: Purpose, asked: bytes, details: Mapping[str, str], now: datetime, *, visitor: bytes = b"") -> Begun:
    """Count, then write the row that a job will work on: the same statements for everybody."""
    limits.count(limits.limits_of(ASKED, asked), limits.limits_of(ASKED_HERE, visitor) if visitor else [], now=now)
    token = secrets.token_urlsafe(32)
    row = Challenge.objects.create(
        token_hash=_token_hash(token),
        purpose=purpose.value,
        asked_key=asked,
        details_sealed=seal(json.dumps(dict(details))),
        begun_at=now,
        expires_at=now + CODE_LIVES,
    )
    return Begun(token, row.pk)


def begin_again(token: str, now: datetime, *, visitor: bytes = b"") -> Begun:
    """Ask for another code with the same details; the earlier one ends. Refuses CODE_ENDED, and as `begin` does."""
    row = Challenge.objects.filter(token_hash=_token_hash(token), used_at=None).first()
    if row is None:
        raise Refused("CODE_ENDED")
    details = json.loads(open_seal(row.details_sealed))
    begun = begin(Purpose(row.purpose), bytes(row.asked_key), details, now, visitor=visitor)
    Challenge.objects.filter(pk=row.pk).delete()
    return begun


def send_code(challenge_id: int, search: Search, now: datetime) -> bool:
    """Find whom a challenge is about, draw the code, put it into the outbox; once. Say whether a notice was written.

    `search` turns the details of a FIND into an addressee. A phone or person that had its share of codes gets none.
    """
    with transaction.atomic():
        row = Challenge.objects.select_for_update().filter(pk=challenge_id, settled_at=None).first()
        if row is None or row.expires_at <= now:
            return False
        details = json.loads(open_seal(row.details_sealed))
        addressee = search(details) if row.purpose == Purpose.FIND else _typed(details)
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        to = addressee.to if _may_send(addressee, now) else None
        _settle(row, addressee, _code_hash(row, code) if to else secrets.token_bytes(_NO_CODE), now)
        return bool(to and enqueue([_notice(row, to, code, details["language"])], now=now))


def check_code(
    token: str, code: str, now: datetime, *, purpose: Purpose = Purpose.REPORT, visitor: bytes = b""
) -> Proven:
    """Check a code, counting the try before looking, and use it up if it is right.

    Refuses CODE_ENDED (no such code asked for in this browser, too old, used), CODE_TRIES_USED_UP, CODE_WRONG,
    GUESSED_TOO_OFTEN_TODAY, GUESSED_TOO_OFTEN_HERE: each alike whether or not a code was ever sent. Never call it
    inside a transaction: a refusal would take the counted try back.
    """
    with transaction.atomic(durable=True):
        row = _count_try(token, purpose)
        passed = _count_guess(row, visitor, now)
    if passed is not None:
        raise passed
    if row is None or row.expires_at <= now or row.used_at is not None:
        raise Refused("CODE_ENDED")
    if row.tries > CODE_TRIES:
        raise Refused("CODE_TRIES_USED_UP")
    if not hmac.compare_digest(bytes(row.code_hash), _code_hash(row, _digits(code))):
        raise Refused("CODE_WRONG", left=left) if (left := CODE_TRIES - row.tries) else Refused("CODE_TRIES_USED_UP")
    if not Challenge.objects.filter(pk=row.pk, used_at=None).update(used_at=now):
        raise Refused("CODE_ENDED")  # the same code twice at once
    to = json.loads(open_seal(row.to_sealed))
    return Proven(Recipient(**to), frozenset(json.loads(open_seal(row.people_sealed))))


def _count_try(token: str, purpose: Purpose) -> Challenge | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE citizens_challenge SET tries = least(tries + 1, 100) WHERE token_hash = %s AND purpose = %s",
            [_token_hash(token), purpose.value],
        )
    return Challenge.objects.filter(token_hash=_token_hash(token), purpose=purpose.value).first()


def _count_guess(row: Challenge | None, visitor: bytes, now: datetime) -> Refused | None:
    asked = bytes(row.asked_key) if row else b"nothing asked"
    try:
        limits.count(
            limits.limits_of(GUESSED, asked) if row else [],
            limits.limits_of(GUESSED_HERE, visitor) if visitor else [],
            now=now,
        )
    except Refused as refused:
        return refused
    return None


def _typed(details: Mapping[str, str]) -> Addressee:
    return Addressee(Recipient(phone=details["phone"], email=details["email"]))


def _may_send(addressee: Addressee, now: datetime) -> bool:
    if addressee.to is None:
        return False
    where = lookup_hash("sent-to", addressee.to.phone, addressee.to.email)
    people = [lookup_hash("sent-about", str(person_id)) for person_id in addressee.person_ids]
    return limits.is_within(
        limits.limits_of(SENT, where), *(limits.limits_of(SENT_ABOUT, person) for person in people), now=now
    )


def _settle(row: Challenge, addressee: Addressee, code_hash: bytes, now: datetime) -> None:
    to = {"phone": addressee.to.phone, "email": addressee.to.email} if addressee.to else {}
    row.code_hash = code_hash
    row.to_sealed = seal(json.dumps(to))
    row.people_sealed = seal(json.dumps(sorted(addressee.person_ids)))
    row.settled_at = now
    row.save(update_fields=["code_hash", "to_sealed", "people_sealed", "settled_at"])


def _notice(row: Challenge, to: Recipient, code: str, language: str) -> NewNotice:
    template = Template.CONTACT_CONFIRM if row.purpose == Purpose.CONTACT else Template.CODE
    return NewNotice(
        key=f"code/{row.pk}",
        template=template,
        to=to,
        facts={"code": code},
        language=language,
        urgent=True,
        not_after=row.expires_at,
    )


def _digits(code: str) -> str:
    return "".join(sign for sign in code if sign.isascii() and sign.isdigit())[: 2 * CODE_DIGITS]


def _token_hash(token: str) -> bytes:
    return lookup_hash("code-token", token)


def _code_hash(row: Challenge, code: str) -> bytes:
    return lookup_hash("code", bytes(row.token_hash).hex(), code)
