"""The verbs that move dose versions: the only writers of states and history after receiving."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction

from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records import queries
from vaxpass.records.access import may_change_at
from vaxpass.records.facts import Origin, ReceivedDose, VersionFacts
from vaxpass.records.models import VersionState
from vaxpass.records.receiving import Predecessor, receive_replacements
from vaxpass.records.states import TRANSITIONS, State, Verb, check_can_move, states_left_by

_MOVE = """
WITH moved AS (
  UPDATE records_versionstate s SET state = m.to_state, reason = %(reason)s, since = %(now)s
  FROM (SELECT old.version_id, old.state, arrow.to_state
        FROM records_versionstate old
        JOIN unnest(%(from)s::int2[], %(to)s::int2[]) AS arrow (from_state, to_state) ON arrow.from_state = old.state
        WHERE old.version_id = ANY (%(ids)s) ORDER BY old.version_id FOR UPDATE OF old) m
  WHERE s.version_id = m.version_id
  RETURNING s.version_id, m.state AS from_state, s.state AS to_state
), told AS (
  INSERT INTO records_history (at, version_id, verb, from_state, to_state, reason, officer_id, office_id)
  SELECT %(now)s, version_id, %(verb)s, from_state, to_state, %(reason)s, %(officer)s, %(office)s FROM moved
)
SELECT version_id FROM moved
"""


def move(  # noqa: PLR0913 -- a step is which, how, when, by whom, why
    version_ids: Sequence[int],
    verb: Verb,
    *,
    now: datetime,
    officer_id: int | None = None,
    office_id: int | None = None,
    reason: str = "",
) -> list[int]:
    """Move the versions that the verb can move and write their history, in one statement; give the moved ids.

    Versions in another state are left alone: a bulk verb never undoes what somebody else did meanwhile.
    The caller has checked the right (see `check_may`) and compares the ids where all or nothing is meant.
    """
    arrows = {state: TRANSITIONS[state][verb].to for state in states_left_by(verb)}
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "ids": list(version_ids),
                "from": [int(state) for state in arrows],
                "to": [int(state) for state in arrows.values()],
                "now": now,
                "verb": verb.value,
                "reason": reason,
                "officer": officer_id,
                "office": office_id,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def move_all(  # noqa: PLR0913 -- a step is which, how, when, by whom, why
    version_ids: Sequence[int],
    verb: Verb,
    *,
    now: datetime,
    officer_id: int | None = None,
    office_id: int | None = None,
    reason: str = "",
) -> None:
    """Move every one of the versions or refuse RECORD_CHANGED_MEANWHILE and move none."""
    with transaction.atomic():
        moved = move(version_ids, verb, now=now, officer_id=officer_id, office_id=office_id, reason=reason)
        if len(moved) != len(set(version_ids)):
            raise Refused("RECORD_CHANGED_MEANWHILE")


def replace(
    actor: Actor, version_id: int, mended: ReceivedDose, *, now: datetime, states: Collection[State] = frozenset(State)
) -> int:
    """Replace a version by a mended one, which walks the same way from RECEIVED; give the new version's id.

    `states`: where the version may stand, decided under its lock: it may be signed while somebody types.
    Refuses RIGHT_MISSING, VERB_NOT_IN_STATE, NOTHING_CHANGED, DOSE_ALREADY_RECORDED.
    """
    with transaction.atomic():
        old = _check_can_mend(actor, version_id, Verb.REPLACE)
        if old.state not in states:
            raise Refused("VERB_NOT_IN_STATE", state=State(old.state).name, verb=Verb.REPLACE.value)
        if (old.identity, old.dose) == (mended.identity, mended.dose):
            raise Refused("NOTHING_CHANGED")
        move_all([version_id], Verb.REPLACE, now=now, officer_id=actor.officer_id, office_id=actor.office_id)
        receipt = receive_replacements(
            [(mended, Predecessor(old.dose_id, old.version_no + 1, version_id))],
            Origin(old.facility_id, actor.officer_id, actor.office_id, now),
        )
        if receipt.already_there:
            raise Refused("DOSE_ALREADY_RECORDED")
        return receipt.version_ids[0]


def withdraw(actor: Actor, version_id: int, *, reason: str, now: datetime) -> None:
    """Withdraw a version that should never have been entered. Refuses RIGHT_MISSING, VERB_NOT_IN_STATE."""
    with transaction.atomic():
        _check_can_mend(actor, version_id, Verb.WITHDRAW)
        move_all(
            [version_id],
            Verb.WITHDRAW,
            now=now,
            officer_id=actor.officer_id,
            office_id=actor.office_id,
            reason=reason,
        )


def _check_can_mend(actor: Actor, version_id: int, verb: Verb) -> VersionFacts:
    row = VersionState.objects.select_for_update().filter(version_id=version_id).first()
    if row is None or not may_change_at(actor, row.facility_id):
        raise Refused("RECORD_UNKNOWN")
    permission = check_can_move(State(row.state), verb).permission
    if permission is not Permission.RECORD_MEND:  # what needs two people goes by a request, a report or an order
        raise Refused("VERB_NOT_IN_STATE", state=State(row.state).name, verb=verb.value)
    check_may(actor, permission)
    return queries.get_versions([version_id])[0]
