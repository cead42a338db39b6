"""Reading orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet

from vaxpass.offices.scope import Refused
from vaxpass.passports.models import RevocationItem, RevocationOrder
from vaxpass.passports.orders.rules import Criterion, Holder, OrderState, Outcome
from vaxpass.records.sealing import open_seal


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order. `subject`: what was typed; an ID number or passport number is personal."""

    id: int
    state: OrderState
    criterion: Criterion
    subject: str
    subject_id: int | None
    first: date | None
    last: date | None
    reason: str
    supposed: Holder
    made_by: int
    made_at: datetime
    proposed_at: datetime | None
    decided_by: int | None
    decided_at: datetime | None
    decision_reason: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One passport of an order, or listed doses that no passport counts (`passport_id` is None)."""

    id: int
    person_id: int
    passport_id: int | None
    version_id: int
    doses: int
    holder: Holder
    outcome: Outcome
    code: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many an order is about. `outcomes`: items by outcome."""

    passports: int
    people: int
    bare: int
    false: int
    honest: int
    outcomes: Mapping[Outcome, int]

    @property
    def items(self) -> int:
        """Everything that is carried out one by one."""
        return sum(self.outcomes.values())

    @property
    def done(self) -> int:
        """How many of them are."""
        return self.items - self.outcomes.get(Outcome.WAITS, 0)


def orders() -> QuerySet[RevocationOrder]:
    """Every order, for tables; `facts_of` turns a page of them into facts."""
    return RevocationOrder.objects.all()


def facts_of(part: Sequence[RevocationOrder]) -> list[OrderFacts]:
    """Give the facts of some orders in their order."""
    return [_facts(order) for order in part]


def get_order(order_id: int) -> OrderFacts:
    """Give an order; refuses ORDER_UNKNOWN."""
    order = RevocationOrder.objects.filter(pk=order_id).first()
    if order is None:
        raise Refused("ORDER_UNKNOWN")
    return _facts(order)


def _facts(order: RevocationOrder) -> OrderFacts:
    return OrderFacts(
        order.pk, OrderState(order.state), Criterion(order.criterion), open_seal(order.subject_sealed),
        order.subject_id, order.first, order.last, order.reason, Holder(order.supposed), order.made_by_id,
        order.made_at, order.proposed_at, order.decided_by_id, order.decided_at, order.decision_reason,
        order.finished_at,
    )  # fmt: skip


def items_of(order_id: int) -> QuerySet[RevocationItem]:
    """The items of an order, for tables; `item_facts` turns a page of them into facts."""
    return RevocationItem.objects.filter(order_id=order_id)


def item_facts(part: Sequence[RevocationItem]) -> list[ItemFacts]:
    """Give the facts of some items in their order."""
    return [
        ItemFacts(
            item.pk, item.person_id, item.passport_id, item.version_id, len(item.version_ids), Holder(item.holder),
            Outcome(item.outcome), item.code,
        )
        for item in part
    ]  # fmt: skip


def count_items(order_id: int) -> Counts:
    """Count what an order is about."""
    items = items_of(order_id)
    marked = dict(items.values_list("holder").annotate(n=Count("pk")))
    outcomes = dict(items.values_list("outcome").annotate(n=Count("pk")))
    bare = items.filter(passport_id__isnull=True).count()
    return Counts(
        sum(marked.values()) - bare,
        items.values("person_id").distinct().count(),
        bare,
        marked.get(Holder.FALSE.value, 0),
        marked.get(Holder.HONEST.value, 0),
        {Outcome(outcome): number for outcome, number in outcomes.items()},
    )


def count_to_decide(officer_id: int) -> int:
    """Count the proposed orders that this officer may decide: somebody else made them."""
    return RevocationOrder.objects.filter(state=OrderState.PROPOSED).exclude(made_by_id=officer_id).count()


def orders_in(state: OrderState) -> list[int]:
    """List the orders in a state."""
    return list(RevocationOrder.objects.filter(state=state).order_by("pk").values_list("pk", flat=True))
