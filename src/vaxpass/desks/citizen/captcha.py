"""Slow for machines, without a foreign service: a proof of work by script, or a question in words without one.

A page asks with `ask(now)` and shows `{% include "citizen/parts/captcha.html" %}` inside its form, with the answer of
`ask` as `captcha`. The view checks what was posted with `check(request.POST, now, visitor=...)` once everything else
in the form is well-formed, for every try uses the question up; a page shown again asks anew.

The work is ALTCHA's (version 2, PBKDF2, signed by a key of ours); captcha.js does it in a moment, on an old phone in a
few seconds. The question is read aloud like any other label.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import altcha
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from vaxpass.citizens import limits
from vaxpass.citizens.actions import spend_once
from vaxpass.citizens.rules import IN_WORDS_HERE
from vaxpass.offices.scope import Refused
from vaxpass.records.sealing import lookup_hash

LIVES: Final = timedelta(minutes=20)  # long enough to fill a form in; a late one is asked again
WORK_FIELD: Final = "work"
TICKET_FIELD: Final = "question"
ANSWER_FIELD: Final = "answer"
_ALGORITHM: Final = "PBKDF2/SHA-256"
_ROUNDS: Final = 3_000  # of each try: about a millisecond on a server, ten on an old phone
_FEWEST, _MORE = 80, 160  # tries: from 80 to 239
_LONGEST: Final = 4_000  # characters of a posted solution
_SIGNER: Final = signing.Signer(salt="vaxpass.desks.citizen.captcha")
_WORDS: Final = (
    _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine"), _("ten"), _("eleven"),
    _("twelve"), _("thirteen"), _("fourteen"), _("fifteen"), _("sixteen"), _("seventeen"), _("eighteen"),
)  # fmt: skip
_LEAST: Final = 2  # the number that the first word names


class Way(StrEnum):
    """How somebody answered."""

    WORK = "work"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Captcha:
    """What a page asks: the work as JSON, and a question with the ticket that knows its answer by a keyed hash."""

    work: str
    question: str
    ticket: str


def ask(now: datetime) -> Captcha:
    """Ask both ways; the question is in the page's language."""
    first, second = secrets.randbelow(len(_WORDS)), secrets.randbelow(8)
    question = gettext("How much is %(first)s plus %(second)s? Write the number in digits.") % {
        "first": gettext(_WORDS[first]),
        "second": gettext(_WORDS[second]),
    }
    question = question[:1].upper() + question[1:]  # a number may come first
    return Captcha(_work(now), question, _ticket(first + second + 2 * _LEAST, now))


def check(form: Mapping[str, Any], now: datetime, *, visitor: bytes = b"") -> Way:
    """Check what was posted and use it up; work counts before words.

    Refuses CAPTCHA_MISSING, CAPTCHA_WRONG, CAPTCHA_ENDED, CAPTCHA_USED; in words also ASKED_TOO_OFTEN_HERE, sooner
    than by work, for a machine can add.
    """
    work, answer = str(form.get(WORK_FIELD, "")), str(form.get(ANSWER_FIELD, "")).strip()
    if work:
        _check_work(work, now)
        return Way.WORK
    if not answer:
        raise Refused("CAPTCHA_MISSING")
    if visitor:
        limits.count(limits.limits_of(IN_WORDS_HERE, visitor), now=now)
    _check_words(str(form.get(TICKET_FIELD, "")), answer, now)
    return Way.WORDS


def _work(now: datetime) -> str:
    # The time stands in `data`, for the library would compare its own field with a clock of its own.
    challenge = altcha.create_challenge(
        _ALGORITHM,
        _ROUNDS,
        counter=_FEWEST + secrets.randbelow(_MORE),
        data={"until": int((now + LIVES).timestamp())},
        hmac_secret=_secret("work"),
        hmac_key_secret=_secret("work-key"),
    )
    return json.dumps(challenge.to_dict())


def _check_work(payload: str, now: datetime) -> None:
    if len(payload) > _LONGEST:
        raise Refused("CAPTCHA_WRONG")
    found = altcha.verify_solution(payload, _secret("work"), hmac_key_secret=_secret("work-key"))
    if not found.verified:
        raise Refused("CAPTCHA_WRONG")
    parameters = json.loads(base64.b64decode(payload))["challenge"]["parameters"]  # signed by us, so well-formed
    _spend(parameters["nonce"], parameters["data"]["until"], now)


def _ticket(total: int, now: datetime) -> str:
    nonce = secrets.token_hex(16)
    until = int((now + LIVES).timestamp())
    return _SIGNER.sign_object({"nonce": nonce, "until": until, "answer": _answer_hash(nonce, str(total))})


def _check_words(ticket: str, answer: str, now: datetime) -> None:
    try:
        asked = _SIGNER.unsign_object(ticket[:_LONGEST])
    except signing.BadSignature:
        raise Refused("CAPTCHA_WRONG") from None
    _spend(asked["nonce"], asked["until"], now)  # before looking: a wrong answer uses the question up as well
    if not secrets.compare_digest(asked["answer"], _answer_hash(asked["nonce"], answer)):
        raise Refused("CAPTCHA_WRONG")


def _spend(nonce: str, until: int, now: datetime) -> None:
    ends = datetime.fromtimestamp(until, UTC)
    if ends <= now:
        raise Refused("CAPTCHA_ENDED")
    if not spend_once(hashlib.sha256(nonce.encode()).digest(), ends):
        raise Refused("CAPTCHA_USED")


def _answer_hash(nonce: str, answer: str) -> str:
    return lookup_hash("captcha", nonce, answer).hex()


def _secret(purpose: str) -> bytes:
    return lookup_hash("captcha-key", purpose)
