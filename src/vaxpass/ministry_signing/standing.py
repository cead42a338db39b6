"""Standing orders: an officer has runs of one kind prepared by themselves; another one approves each of them."""

from datetime import datetime

from django.db import IntegrityError, transaction

from vaxpass.ministry_signing.facts import StandingFacts
from vaxpass.ministry_signing.models import StandingOrder
from vaxpass.ministry_signing.rules import STANDING, RunKind
from vaxpass.offices.actions import note_act, note_act_of
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may


def begin(actor: Actor, kind: RunKind, *, now: datetime) -> None:
    """Give a standing order in one's own name. Refuses RIGHT_MISSING, STANDING_KIND_UNKNOWN, STANDING_ALREADY."""
    check_may(actor, Permission.RUN_PREPARE)
    if kind not in STANDING:
        raise Refused("STANDING_KIND_UNKNOWN")
    with transaction.atomic():
        try:
            with transaction.atomic():
                order = StandingOrder.objects.create(kind=kind.value, officer_id=actor.officer_id, begun_at=now)
        except IntegrityError:
            raise Refused("STANDING_ALREADY") from None
        _note(actor, "begin_standing_order", order, now)


def end(actor: Actor, kind: RunKind, *, now: datetime) -> None:
    """End the standing order of a kind, one's own or another's. Refuses RIGHT_MISSING, STANDING_NONE."""
    if not actor.may(Permission.RUN_APPROVE):
        check_may(actor, Permission.RUN_PREPARE)
    with transaction.atomic():
        order = _open_order(kind)
        if order is None:
            raise Refused("STANDING_NONE")
        StandingOrder.objects.filter(pk=order.pk).update(ended_at=now, ended_by_id=actor.officer_id)
        _note(actor, "end_standing_order", order, now)


def officer_of(kind: RunKind, *, now: datetime) -> Actor | None:
    """Give in whose name runs of a kind are prepared now; None: no order stands.

    An order whose officer may prepare nothing any more ends here. Call it in the transaction that begins the run.
    """
    order = _open_order(kind)
    if order is None:
        return None
    actor = get_actor_by_id(order.officer_id)
    if actor.may(Permission.RUN_PREPARE):
        return actor
    StandingOrder.objects.filter(pk=order.pk).update(ended_at=now)
    note_act(
        officer_id=None, office_id=None, now=now, verb="end_standing_order", subject=f"standing/{order.pk}",
        kind=order.kind, because="officer may not prepare runs",
    )  # fmt: skip
    return None


def _open_order(kind: RunKind) -> StandingOrder | None:
    return StandingOrder.objects.select_for_update().filter(kind=kind.value, ended_at__isnull=True).first()


def _note(actor: Actor, verb: str, order: StandingOrder, now: datetime) -> None:
    note_act_of(actor, verb, f"standing/{order.pk}", now=now, kind=order.kind)


def standing_orders() -> dict[RunKind, StandingFacts | None]:
    """Give the order that stands for each kind."""
    rows = {row.kind: row for row in StandingOrder.objects.filter(ended_at__isnull=True)}
    return {kind: _facts(rows[kind.value]) if kind.value in rows else None for kind in STANDING}


def _facts(row: StandingOrder) -> StandingFacts:
    return StandingFacts(row.pk, row.kind, row.officer_id, row.begun_at, row.ended_at, row.ended_by_id)
