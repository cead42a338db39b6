"""Verbs that one officer asked for and another decided on: the same steps as in actions.py, with two people in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records import queries
from vaxpass.records.access import may_change_at
from vaxpass.records.actions import move, move_all
from vaxpass.records.facts import Origin, ReceivedDose, VersionFacts
from vaxpass.records.models import VersionState
from vaxpass.records.receiving import Predecessor, receive_replacements
from vaxpass.records.replacing import Replaced, replace_wherever
from vaxpass.records.states import State, Verb, check_can_move


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and from which office."""

    officer_id: int
    office_id: int


def replace(actor: Actor, version_id: int, mended: ReceivedDose, *, asker: Asker, now: datetime) -> int:
    """Replace a version as `asker` asked and the actor decided; give the new version's id.

    The asker counts as who entered the new version, so that who decided may sign it.
    Refuses RIGHT_MISSING, RECORD_UNKNOWN, CORRECTION_OWN_REQUEST, VERB_NOT_IN_STATE, DOSE_ALREADY_RECORDED.
    """
    with transaction.atomic():
        old = _check(actor, version_id, Verb.REPLACE, asker)
        move_all([version_id], Verb.REPLACE, now=now, officer_id=actor.officer_id, office_id=actor.office_id)
        receipt = receive_replacements(
            [(mended, Predecessor(old.dose_id, old.version_no + 1, version_id))],
            Origin(old.facility_id, asker.officer_id, asker.office_id, now),
        )
        if receipt.already_there:
            raise Refused("DOSE_ALREADY_RECORDED")
        return receipt.version_ids[0]


def withdraw(actor: Actor, version_id: int, *, asker: Asker, reason: str, now: datetime) -> None:
    """Withdraw a version as `asker` asked and the actor decided.

    Refuses RIGHT_MISSING, RECORD_UNKNOWN, CORRECTION_OWN_REQUEST, VERB_NOT_IN_STATE.
    """
    with transaction.atomic():
        _check(actor, version_id, Verb.WITHDRAW, asker)
        officer_id, office_id = actor.officer_id, actor.office_id
        move_all([version_id], Verb.WITHDRAW, now=now, officer_id=officer_id, office_id=office_id, reason=reason)


def _check(actor: Actor, version_id: int, verb: Verb, asker: Asker) -> VersionFacts:
    check_may(actor, Permission.CORRECTION_DECIDE)
    if actor.officer_id == asker.officer_id:
        raise Refused("CORRECTION_OWN_REQUEST")
    row = VersionState.objects.select_for_update().filter(version_id=version_id).first()
    if row is None or not may_change_at(actor, row.facility_id):
        raise Refused("RECORD_UNKNOWN")
    check_can_move(State(row.state), verb)
    return queries.get_versions([version_id])[0]


_NOWHERE_ELSE: Mapping[int, int] = MappingProxyType({})


def replace_many_identity(
    actor: Actor, mended: Mapping[int, ReceivedDose], *, now: datetime, facilities: Mapping[int, int] = _NOWHERE_ELSE
) -> Replaced:
    """Replace versions as a citizen reported and the actor decided, also at other facilities; give what became of each.

    An identity is one person's, so who decides about it decides for every facility that entered it; each signs its own
    dose again, and the population database has the last word. The actor counts as who entered the new versions, so that
    the signer is another. `facilities`: doses that go over to another facility.
    Refuses RIGHT_MISSING as a whole; each version by RECORD_UNKNOWN, VERB_NOT_IN_STATE, NOTHING_CHANGED,
    DOSE_ALREADY_RECORDED.
    """
    check_may(actor, Permission.REPORT_ANSWER)
    return replace_wherever(actor, mended, now=now, facilities=facilities)


def withdraw_reported(actor: Actor, version_ids: Collection[int], *, reason: str, now: datetime) -> set[int]:
    """Withdraw versions that a citizen reported as false; give those that could be withdrawn. Refuses RIGHT_MISSING."""
    check_may(actor, Permission.REPORT_ANSWER)
    officer_id, office_id = actor.officer_id, actor.office_id
    ids = sorted(version_ids)
    return set(move(ids, Verb.WITHDRAW, now=now, officer_id=officer_id, office_id=office_id, reason=reason))
