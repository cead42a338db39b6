"""Revocation orders: the list, a new one, one order with everybody whom it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import birth_date, moment_vi
from vaxpass.desks.ministry.navigation import REVOCATIONS
from vaxpass.desks.ministry.people import PersonRow, person_rows
from vaxpass.desks.ministry.revocation_forms import DraftOrder, RefuseOrder
from vaxpass.desks.ministry.revocation_words import (
    CRITERIA,
    HOLDERS,
    OUTCOMES,
    STATES,
    order_chip,
    subject_words,
    window_words,
)
from vaxpass.jobs.revocations import defer_collecting
from vaxpass.ministry_signing.named import run_of_order
from vaxpass.ministry_signing.queries import get_run
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused
from vaxpass.passports.orders import deciding, queries
from vaxpass.passports.orders.queries import ItemFacts, OrderFacts
from vaxpass.passports.orders.rules import OrderState
from vaxpass.records.access import list_versions

ORDERS: Table[OrderFacts] = Table(
    "orders",
    _("Revocation orders"),
    (
        Column(
            "id", _("Order"), lambda order: f"{order.id}", sort=("pk",),
            link=lambda order: reverse("ministry:revocation", args=[order.id]),
        ),
        Column("state", _("State"), lambda order: order_chip(order).word),
        Column("criterion", _("Listed by"), lambda order: CRITERIA[order.criterion]),
        Column("reason", _("Why"), lambda order: sentence(order.reason)),
        Column("made", _("Begun at"), lambda order: moment_vi(order.made_at)),
    ),
    default_sort="-id",
    filters=(
        Filter(
            "state", _("State"), lambda rows, value: rows.filter(state=value),
            choices=tuple((state.value, words) for state, (words, _tone) in STATES.items()),
        ),
    ),
    empty=_("No passport has been revoked by order yet."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One passport of an order beside its holder; `choice` says whether it can still be marked."""

    item: ItemFacts
    person: PersonRow
    choice: bool

    @property
    def box(self) -> str:
        """The tick box of the row; its form stands below the table."""
        return format_html(
            '<input type="checkbox" class="order-pick" name="item" value="{}" form="mark" aria-label="{}">',
            self.item.id,
            gettext("Choose %(name)s") % {"name": self.person.version.identity.full_name},
        )

    @property
    def passport(self) -> str:
        """The passport's number here, or that no passport counts the dose."""
        return str(self.item.passport_id or gettext("none"))

    @property
    def outcome(self) -> str:
        """What became of it, and why an honest holder got no new one."""
        why = f" {sentence(self.item.code)}" if self.item.code else ""
        return f"{OUTCOMES[self.item.outcome]}{why}"


_WHO: tuple[Column[ItemRow], ...] = (
    Column("name", _("Name"), lambda row: row.person.version.identity.full_name, link=lambda row: row.person.url),
    Column("born", _("Date of birth"), lambda row: birth_date(row.person.version.identity.birth_date)),
    Column("facility", _("Facility"), lambda row: row.person.facility),
    Column("doses", _("Listed doses"), lambda row: row.item.doses, numeric=True),
    Column(
        "passport", _("Passport"), lambda row: row.passport, sort=("passport_id",),
        link=lambda row: reverse("ministry:passport", args=[row.item.passport_id]) if row.item.passport_id else "",
    ),
    Column("holder", _("Marked"), lambda row: HOLDERS[row.item.holder], sort=("holder",)),
)  # fmt: skip
_FILTERS = (
    Filter(
        "holder", _("Marked"), lambda rows, value: rows.filter(holder=value),
        choices=tuple((holder.value, words) for holder, words in HOLDERS.items()),
    ),
)  # fmt: skip
_DONE = Filter(
    "outcome", _("What became of it"), lambda rows, value: rows.filter(outcome="" if value == "WAITS" else value),
    choices=tuple((outcome.value or "WAITS", words) for outcome, words in OUTCOMES.items()),
)  # fmt: skip
ITEMS: Table[ItemRow] = Table(
    "items", _("Whom this order is about"), _WHO, "passport", _FILTERS, _("Nobody is listed."), size=50
)
TO_MARK: Table[ItemRow] = Table(
    "items", _("Whom this order is about"), (Column("pick", _("Choose"), lambda row: row.box), *_WHO), "passport",
    _FILTERS, _("Nobody is listed."), size=50,
)  # fmt: skip
CARRIED_OUT: Table[ItemRow] = Table(
    "items",
    _("Whom this order is about"),
    (*_WHO, Column("outcome", _("What became of it"), lambda row: row.outcome, sort=("outcome",))),
    "passport",
    (*_FILTERS, _DONE),
    _("Nobody is listed."),
    size=50,
)


@needs(*REVOCATIONS)
@require_GET
def revocations(request: DeskRequest) -> HttpResponse:
    """List the orders, newest first."""
    table = ORDERS.show(request, queries.orders(), load=queries.facts_of)
    context = {"table": table, "may_propose": request.actor.may(Permission.REVOCATION_PROPOSE)}
    return render(request, "ministry/revocations.html", context)


@needs(Permission.REVOCATION_PROPOSE)
@require_http_methods(["GET", "POST"])
def revocation_new(request: DeskRequest) -> HttpResponseBase:
    """Begin an order; a job lists whom it is about, and nothing ends before another officer has approved."""
    form = DraftOrder(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                order_id = deciding.draft(request.actor, form.wish(), now=request.now)
                defer_collecting(order_id)
            return redirect("ministry:revocation", order_id)
        except Refused as refused:
            field = {"ORDER_SUBJECT_UNKNOWN": "subject", "ORDER_WINDOW_MISSING": "first", "ORDER_WINDOW_TURNED": "last"}
            form.add_error(field.get(refused.code), sentence(refused.code, refused.facts))
    return render(request, "ministry/revocation_new.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(*REVOCATIONS)
@require_GET
def revocation(request: DeskRequest, order_id: int) -> HttpResponse:
    """Show one order: what it says, how many it is about, each of them, how far it is."""
    return render(request, "ministry/revocation.html", order_context(request, order_id, RefuseOrder()))


def order_context(request: DeskRequest, order_id: int, form: RefuseOrder) -> dict[str, Any]:
    """Give what the page of an order shows."""
    order, counts = queries.get_order(order_id), queries.count_items(order_id)
    rights = _rights(request.actor, order)
    table = TO_MARK if rights["may_mark"] else ITEMS if order.decided_at is None else CARRIED_OUT
    names = officer_names({one for one in (order.made_by, order.decided_by) if one})
    run_id = run_of_order(order_id)
    run = get_run(run_id) if run_id else None
    return rights | {
        "order": order,
        "chip": order_chip(order),
        "criterion": CRITERIA[order.criterion],
        "subject": subject_words(order, get_language() or "vi"),
        "window": window_words(order),
        "reason": sentence(order.reason),
        "made_by": names.get(order.made_by, ""),
        "decided_by": names.get(order.decided_by or 0, ""),
        "decision_reason": sentence(order.decision_reason) if order.decision_reason else "",
        "counts": counts,
        "is_empty": order.state is OrderState.DRAFT and not counts.items,
        "empty": sentence("ORDER_EMPTY"),
        "moves": order.state in {OrderState.COLLECTING, OrderState.APPROVED},
        "run": run,
        "trouble": sentence(run.trouble) if run and run.trouble else "",
        "table": table.show(request, queries.items_of(order_id), load=_load(request, choice=rights["may_mark"])),
        "form": form,
    }


def _rights(actor: Actor, order: OrderFacts) -> dict[str, bool]:
    own = order.made_by == actor.officer_id
    decides = order.state is OrderState.PROPOSED and actor.may(Permission.REVOCATION_APPROVE)
    return {
        "may_mark": order.state is OrderState.DRAFT and own and actor.may(Permission.REVOCATION_PROPOSE),
        "may_decide": decides and not own,
        "is_own": order.state is OrderState.PROPOSED and own,
    }


def _load(request: DeskRequest, *, choice: bool) -> Callable[[Sequence[Any]], list[ItemRow]]:
    def load(part: Sequence[Any]) -> list[ItemRow]:
        items = queries.item_facts(part)
        ids = list(dict.fromkeys(item.version_id for item in items))
        versions = list_versions(request.actor, ids, purpose="revocation", now=request.now)
        people = {row.version.version_id: row for row in person_rows(request, versions, {})}
        return [ItemRow(item, people[item.version_id], choice) for item in items]

    return load
