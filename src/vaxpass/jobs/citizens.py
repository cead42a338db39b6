"""The jobs of finding: what a citizen asks for is written at once, and worked on by a job, found or not."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import transaction
from procrastinate.contrib.django import app

from vaxpass.citizens import actions, codes
from vaxpass.citizens.codes import Begun, Proven
from vaxpass.citizens.matching import Details
from vaxpass.citizens.ports import EidClaims
from vaxpass.citizens.rules import Citizen, Purpose
from vaxpass.jobs.notices import send_soon
from vaxpass.notices.facts import Recipient

_QUEUE = "citizens"


def begin_search(
    details: Details, now: datetime, *, by: str = actions.BY_SMS, visitor: bytes = b"", language: str = "vi"
) -> str:
    """Have a record looked for and its code sent; give the token for the session. See actions.begin_search."""
    return _begun(lambda: actions.begin_search(details, now, by=by, visitor=visitor, language=language))


def begin_code(purpose: Purpose, to: Recipient, now: datetime, *, visitor: bytes = b"", language: str = "vi") -> str:
    """Have a code sent to a phone or mailbox that was typed; give the token for the session. See codes.begin_code."""
    return _begun(lambda: codes.begin_code(purpose, to, now, visitor=visitor, language=language))


def begin_again(token: str, now: datetime, *, visitor: bytes = b"") -> str:
    """Have another code sent for the same; the earlier one ends; give the new token. See codes.begin_again."""
    return _begun(lambda: codes.begin_again(token, now, visitor=visitor))


def _begun(begin: Callable[[], Begun]) -> str:
    with transaction.atomic():
        begun = begin()
        send_code.defer(challenge_id=begun.challenge_id)
    return begun.token


def enter(proven: Proven, now: datetime) -> Citizen:
    """Let in whoever gave the right code; those to be warned are told."""
    with transaction.atomic():
        citizen = actions.enter(proven, now)
        send_soon()
    return citizen


def enter_by_eid(claims: EidClaims, issuer: str, now: datetime) -> Citizen:
    """Let in whoever signed in with the electronic identity; those to be warned are told."""
    with transaction.atomic():
        citizen = actions.enter_by_eid(claims, issuer, now)
        send_soon()
    return citizen


@app.task(name="citizens.send_code", queue=_QUEUE, retry=3)
def send_code(challenge_id: int) -> None:
    """Find, decide, put the code into the outbox."""
    with transaction.atomic():
        if codes.send_code(challenge_id, actions.search, datetime.now(UTC)):
            send_soon()


@app.periodic(cron="11 * * * *")
@app.task(name="citizens.forget_old", queue=_QUEUE, queueing_lock="citizens.forget_old")
def forget_old(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Delete challenges, tallies and solutions that have served their time."""
    actions.forget_old(datetime.now(UTC))
