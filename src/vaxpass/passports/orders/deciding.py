"""The verbs of orders: draft, mark, propose, decide. One transaction each, every one an act in the log."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.passports.models import RevocationItem, RevocationOrder
from vaxpass.passports.orders.rules import (
    Holder,
    OrderRefusal,
    OrderState,
    OrderWish,
    check_may_decide,
    check_may_mark,
    check_wish,
)
from vaxpass.passports.orders.subjects import find_subject
from vaxpass.records.sealing import seal


def draft(actor: Actor, wish: OrderWish, *, now: datetime) -> int:
    """Begin an order; a job lists what it is about. Give its id.

    Refuses RIGHT_MISSING, ORDER_WINDOW_MISSING, ORDER_WINDOW_TURNED, ORDER_SUBJECT_UNKNOWN.
    """
    check_may(actor, Permission.REVOCATION_PROPOSE)
    check_wish(wish)
    subject = find_subject(wish)
    with transaction.atomic():
        order = RevocationOrder.objects.create(
            criterion=wish.criterion.value,
            subject_sealed=seal(wish.subject),
            subject_id=subject.id,
            people=list(subject.people),
            first=wish.first,
            last=wish.last,
            reason=wish.reason.value,
            supposed=wish.supposed.value,
            made_by_id=actor.officer_id,
            made_office_id=actor.office_id,
            made_at=now,
        )
        _note(actor, "draft_revocation", order.pk, now, criterion=wish.criterion.value, reason=wish.reason.value)
    return order.pk


def mark(actor: Actor, order_id: int, item_ids: Collection[int], holder: Holder, *, now: datetime) -> int:
    """Mark the people of some items as honest, or their doses as false; give how many items that are.

    Refuses RIGHT_MISSING, ORDER_UNKNOWN, ORDER_NOT_YOURS, ORDER_NOT_DRAFT.
    """
    with transaction.atomic():
        _lock_own(actor, order_id)
        people = RevocationItem.objects.filter(order_id=order_id, pk__in=list(item_ids)).values("person_id")
        number = RevocationItem.objects.filter(order_id=order_id, person_id__in=people).update(holder=holder.value)
        _note(actor, "mark_revocation", order_id, now, holder=holder.value, items=number)
    return number


def mark_all(actor: Actor, order_id: int, holder: Holder, *, now: datetime) -> int:
    """Mark everybody of an order alike; give how many items that are. Refuses as `mark`."""
    with transaction.atomic():
        _lock_own(actor, order_id)
        number = RevocationItem.objects.filter(order_id=order_id).update(holder=holder.value)
        _note(actor, "mark_revocation", order_id, now, holder=holder.value, items=number)
    return number


def propose(actor: Actor, order_id: int, *, now: datetime) -> None:
    """Put an order before another officer; from here on nobody changes it.

    Refuses RIGHT_MISSING, ORDER_UNKNOWN, ORDER_NOT_YOURS, ORDER_NOT_DRAFT, ORDER_EMPTY.
    """
    with transaction.atomic():
        order = _lock_own(actor, order_id)
        if not RevocationItem.objects.filter(order_id=order_id).exists():
            raise Refused("ORDER_EMPTY")
        order.state, order.proposed_at = OrderState.PROPOSED.value, now
        order.save(update_fields=["state", "proposed_at"])
        _note(actor, "propose_revocation", order_id, now)


def discard(actor: Actor, order_id: int, *, now: datetime) -> None:
    """Let an order go that was not proposed. Refuses as `propose`."""
    with transaction.atomic():
        order = _lock_own(actor, order_id)
        order.state, order.finished_at = OrderState.DISCARDED.value, now
        order.save(update_fields=["state", "finished_at"])
        _note(actor, "discard_revocation", order_id, now)


def approve(actor: Actor, order_id: int, *, now: datetime) -> None:
    """Approve an order that somebody else made; the caller has it carried out.

    This also releases the run that gives honest holders their new passports: the same two officers stand for both.
    Refuses RIGHT_MISSING, ORDER_UNKNOWN, ORDER_OWN, ORDER_NOT_WAITING.
    """
    with transaction.atomic():
        _decide(actor, _lock_to_decide(actor, order_id), OrderState.APPROVED, "", now)
        _note(actor, "approve_revocation", order_id, now)


def refuse(actor: Actor, order_id: int, reason: str, *, now: datetime) -> None:
    """Refuse an order with a coded reason; nothing of it happens. Refuses as `approve`, and ORDER_REASON_UNKNOWN."""
    if reason not in {code.value for code in OrderRefusal}:
        raise Refused("ORDER_REASON_UNKNOWN")
    with transaction.atomic():
        order = _lock_to_decide(actor, order_id)
        order.finished_at = now
        _decide(actor, order, OrderState.REFUSED, reason, now)
        _note(actor, "refuse_revocation", order_id, now, reason=reason)


def _lock_own(actor: Actor, order_id: int) -> RevocationOrder:
    check_may(actor, Permission.REVOCATION_PROPOSE)
    order = _lock(order_id)
    check_may_mark(order.state, order.made_by_id, actor.officer_id)
    return order


def _lock_to_decide(actor: Actor, order_id: int) -> RevocationOrder:
    check_may(actor, Permission.REVOCATION_APPROVE)
    order = _lock(order_id)
    check_may_decide(order.state, order.made_by_id, actor.officer_id)
    return order


def _lock(order_id: int) -> RevocationOrder:
    order = RevocationOrder.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise Refused("ORDER_UNKNOWN")
    return order


def _decide(actor: Actor, order: RevocationOrder, state: OrderState, reason: str, now: datetime) -> None:
    order.state, order.decision_reason, order.decided_at = state.value, reason, now
    order.decided_by_id, order.decided_office_id = actor.officer_id, actor.office_id
    order.save()


def _note(actor: Actor, verb: str, order_id: int, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"revocation/{order_id}", now=now, **facts)
