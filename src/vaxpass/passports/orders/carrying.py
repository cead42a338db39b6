"""Carrying an approved order out: false doses chunk by chunk, honest holders by a run, the rest at the end.

Every step is one transaction and says what is left, so a killed worker's order goes on where it stood. An item is done
once: its row is locked, and a trigger refuses a second outcome.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from vaxpass.ministry_signing import named
from vaxpass.ministry_signing.queries import why_no_passport
from vaxpass.ministry_signing.rules import RunKind
from vaxpass.offices.actions import note_act
from vaxpass.passports import ending
from vaxpass.passports.ending import Ended
from vaxpass.passports.models import Passport, RevocationItem, RevocationOrder
from vaxpass.passports.orders.rules import Holder, OrderState, Outcome
from vaxpass.passports.rules import Status
from vaxpass.records import lines, series
from vaxpass.records.actions import move
from vaxpass.records.states import Verb

CHUNK = 500
"""Items carried out in one transaction: a second's work, and what a kill can cost."""
Tell = Callable[[list[Ended], str], None]
"""Called in the transaction with what it revoked and why."""


@dataclass(frozen=True, slots=True)
class Approved:
    """An order that is being carried out, and its two officers as (officer, office)."""

    id: int
    reason: str
    made_by: tuple[int, int]
    decided_by: tuple[int, int]


def approved(order_id: int) -> Approved | None:
    """Give an order that is to be carried out; None: it is done, or was never approved."""
    order = RevocationOrder.objects.filter(pk=order_id, state=OrderState.APPROVED).first()
    if order is None or order.decided_by_id is None or order.decided_office_id is None:
        return None
    makers, deciders = (order.made_by_id, order.made_office_id), (order.decided_by_id, order.decided_office_id)
    return Approved(order.pk, order.reason, makers, deciders)


def refuse_false_doses(order: Approved, tell: Tell, *, now: datetime, size: int = CHUNK) -> bool:
    """Refuse the next false doses and revoke whatever counts them; say whether more may be to come."""
    with transaction.atomic():
        items = _take(order, Holder.FALSE, size)
        if not items:
            return False
        _refuse_doses(order, items, now)
        counted = {version_id for item in items for version_id in item.version_ids}
        line = counted | set(lines.newest_of(counted).values())
        ended = ending.after_withdrawal(line, reason=order.reason, now=now)
        _settle(items, {one.passport_id for one in ended}, now)
        tell(ended, order.reason)
    return True


def _take(order: Approved, holder: Holder, size: int) -> list[RevocationItem]:
    waiting = _waiting(order, holder).select_for_update(skip_locked=True).order_by("pk")
    return list(waiting[:size])


def _waiting(order: Approved, holder: Holder) -> QuerySet[RevocationItem]:
    return RevocationItem.objects.filter(order_id=order.id, holder=holder, outcome=Outcome.WAITS)


def _refuse_doses(order: Approved, items: Sequence[RevocationItem], now: datetime) -> None:
    """Refuse what stands of the doses: themselves, or what was mended since and signed again.

    The people's doses are locked first: a run that records one of them at this moment is waited for, and then seen.
    """
    standing = list(lines.newest_of({id_ for item in items for id_ in item.version_ids}).values())
    series.lock_live_doses(sorted(set(series.people_of(standing).values())))
    officer_id, office_id = order.decided_by
    move(standing, Verb.REFUSE, now=now, officer_id=officer_id, office_id=office_id, reason=order.reason)


def _settle(items: Sequence[RevocationItem], ended: Collection[int], now: datetime, code: str = "") -> None:
    for item in items:
        if item.passport_id is None:
            item.outcome = Outcome.REFUSED if item.holder == Holder.FALSE else Outcome.STANDS
        else:
            item.outcome = Outcome.REVOKED if item.passport_id in ended else Outcome.ENDED_BEFORE
        item.done_at, item.code = now, item.code or code
    RevocationItem.objects.bulk_update(items, ["outcome", "done_at", "code"])


# Honest holders -----------------------------------------------------------------------------------------------------


def begin_reissue(order: Approved, *, now: datetime) -> int | None:
    """Begin the order's run for the honest holders whose passports still stand; None: there are none, or it began."""
    with transaction.atomic():
        RevocationOrder.objects.select_for_update().get(pk=order.id)
        if named.run_of_order(order.id) is not None:
            return None
        people = _honest_holders(order)
        if not people:
            return None
        return named.begin(order.made_by, RunKind.ORDER, people, now=now, order_id=order.id)


def _honest_holders(order: Approved) -> list[tuple[int, int]]:
    """Whose live passport is listed; whoever keeps a live one that is not needs no other."""
    items = _waiting(order, Holder.HONEST).filter(passport_id__isnull=False)
    live = Passport.objects.filter(pk__in=items.values("passport_id"), status=Status.LIVE)
    people = sorted(set(live.values_list("person_id", flat=True)))
    newest: dict[int, int] = {}
    for dose in series.live_doses_of(people):
        newest[dose.person_id] = max(dose.version_id, newest.get(dose.person_id, 0))
    return sorted(newest.items())


_LISTED = """
SELECT i.passport_id FROM passports_revocationitem i JOIN passports_passport p ON p.id = i.passport_id
WHERE i.order_id = %s AND i.person_id = ANY (%s) AND i.holder = 'HONEST' AND i.outcome = '' AND p.status < 3
ORDER BY p.id FOR NO KEY UPDATE OF p
"""


def lock_listed(order_id: int, person_ids: Sequence[int]) -> tuple[list[int], str]:
    """Give the passports of an order's honest holders who get new ones now, locked, and why they are revoked."""
    reason = RevocationOrder.objects.values_list("reason", flat=True).get(pk=order_id)
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [order_id, list(person_ids)])
        return [row[0] for row in cursor.fetchall()], reason


def note_reissued(order_id: int, passport_ids: Collection[int], *, now: datetime) -> None:
    """Write that these passports of an order were revoked and others issued in their place."""
    items = RevocationItem.objects.filter(order_id=order_id, passport_id__in=passport_ids, outcome=Outcome.WAITS)
    items.update(outcome=Outcome.REISSUED, done_at=now)


# The end ------------------------------------------------------------------------------------------------------------


def revoke_the_rest(order: Approved, tell: Tell, *, now: datetime, size: int = CHUNK) -> bool:
    """Revoke the passports of honest holders who got no new one, and say why they got none; whether more may come."""
    with transaction.atomic():
        items = _take(order, Holder.HONEST, size)
        if not items:
            return False
        ended = ending.revoke([item.passport_id for item in items if item.passport_id], reason=order.reason, now=now)
        run_id = named.run_of_order(order.id)
        why = why_no_passport(run_id, [item.person_id for item in items]) if run_id else {}
        for item in items:
            item.code = why.get(item.person_id, "") if item.passport_id else ""
        _settle(items, {one.passport_id for one in ended}, now)
        tell(ended, order.reason)
    return True


def finish(order: Approved, *, now: datetime) -> bool:
    """Close an order of which nothing waits any more; say whether it was closed."""
    with transaction.atomic():
        row = RevocationOrder.objects.select_for_update().get(pk=order.id)
        waits = RevocationItem.objects.filter(order_id=order.id, outcome=Outcome.WAITS).exists()
        if waits or row.state != OrderState.APPROVED:
            return False
        row.state, row.finished_at = OrderState.DONE.value, now
        row.save(update_fields=["state", "finished_at"])
        note_act(officer_id=None, office_id=None, now=now, verb="finish_revocation", subject=f"revocation/{order.id}")
    return True
