"""What people are told when their passports change: put into the outbox in the transaction of the change."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from vaxpass.citizens.queries import contacts_of
from vaxpass.jobs.notices import send_soon
from vaxpass.ministry_signing.rules import RunKind
from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import NewNotice, Recipient, Template
from vaxpass.offices.scope import Refused
from vaxpass.passports.actions import Recorded
from vaxpass.passports.ending import Ended
from vaxpass.records.lines import newest_of
from vaxpass.records.queries import get_versions

Told = tuple[str, Template, int, int, str]
"""The notice's key, its template, whom and by which version's contact, and the coded reason or nothing."""


def tell_recorded(recorded: Recorded, *, now: datetime) -> None:
    """Tell who got a corrected or renewed passport. A first passport, or one for a further dose, is nobody's news."""
    instead = _took_the_place(recorded)
    told: list[Told] = []
    for item in recorded.items:
        whom = (item.person_id, item.version_id, "")
        if item.item_id in instead or recorded.kind == RunKind.ORDER:
            told.append((f"passport/{item.item_id}/ready", Template.PASSPORT_READY, *whom))
        elif recorded.kind == RunKind.REISSUE:
            told.append((f"passport/{item.item_id}/renewed", Template.PASSPORT_RENEWED, *whom))
    _send(told, now=now)


def _took_the_place(recorded: Recorded) -> set[int]:
    """Give the new passports for which an old one was revoked, of another person's row too."""
    if not recorded.revoked:
        return set()
    people = {one.person_id for one in recorded.revoked}
    newest = set(newest_of({id_ for one in recorded.revoked for id_ in one.version_ids}).values())
    return {item.item_id for item in recorded.items if item.person_id in people or newest & set(item.version_ids)}


def tell_revoked(ended: Iterable[Ended], *, reason: str, now: datetime) -> None:
    """Tell whose passport has ended without another in its place. `reason`: a code with a sentence, or empty."""
    told = [
        (f"passport/{one.passport_id}/revoked", Template.PASSPORT_REVOKED, one.person_id, max(one.version_ids), reason)
        for one in ended
    ]
    _send(told, now=now)


def _send(told: list[Told], *, now: datetime) -> None:
    if not told:
        return
    versions = {version.version_id: version for version in get_versions([version_id for *_, version_id, _ in told])}
    emails = {one.person_id: one.email for one in reversed(contacts_of([person_id for _, _, person_id, _, _ in told]))}
    enqueue(
        [
            NewNotice(
                key,
                template,
                _recipient(versions[version_id].identity.phone, emails.get(person_id, "")),
                _facts(reason),
                person_id=person_id,
                facility_id=versions[version_id].facility_id,
            )
            for key, template, person_id, version_id, reason in told
        ],
        now=now,
    )
    send_soon()


def _facts(reason: str) -> Mapping[str, str]:
    return {"reason": reason} if reason else {}


def _recipient(phone: str, email: str) -> Recipient:
    """Give where somebody is reached; a phone that was typed wrong once reaches nobody, and the facility is told so."""
    try:
        return Recipient(phone, email)
    except Refused:
        return Recipient(email=email)
