"""Codes of revocation orders in words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.templatetags.desk import date_vi
from vaxpass.desks.ministry.words import office_label
from vaxpass.offices.queries import facility_names, officer_names
from vaxpass.passports.orders.queries import OrderFacts
from vaxpass.passports.orders.rules import Criterion, Holder, OrderState, Outcome

CRITERIA: dict[Criterion, str | Promise] = {
    Criterion.PERSON: _("One person, by ID number"),
    Criterion.UVCI: _("One passport, by its number"),
    Criterion.FACILITY: _("Doses given at a facility on some days"),
    Criterion.ENTERED_BY: _("Doses that an officer entered on some days"),
    Criterion.ATTESTED_BY: _("Doses that an officer signed on some days"),
    Criterion.BATCH: _("One signed batch of a facility"),
}
HOLDERS: dict[Holder, str | Promise] = {
    Holder.FALSE: _("The dose is false"),
    Holder.HONEST: _("The holder is honest"),
}
STATES: dict[OrderState, tuple[str | Promise, str]] = {
    OrderState.COLLECTING: (_("Being listed"), "wait"),
    OrderState.DRAFT: (_("To be looked through"), "turn"),
    OrderState.PROPOSED: (_("Waits for another officer"), "turn"),
    OrderState.APPROVED: (_("Being carried out"), "ready"),
    OrderState.DONE: (_("Carried out"), "done"),
    OrderState.REFUSED: (_("Order refused"), "refused"),
    OrderState.DISCARDED: (_("Discarded"), "ended"),
}
OUTCOMES: dict[Outcome, str | Promise] = {
    Outcome.WAITS: _("Not yet"),
    Outcome.REVOKED: _("Revoked"),
    Outcome.REISSUED: _("Revoked, new one issued"),
    Outcome.ENDED_BEFORE: _("Had ended before"),
    Outcome.REFUSED: _("Dose refused"),
    Outcome.STANDS: _("Dose stands"),
}
_HIDDEN = 4  # digits of an ID number that are shown, so that two orders can be told apart


def order_chip(order: OrderFacts) -> Chip:
    """Give the chip of an order."""
    return Chip(*STATES[order.state])


def subject_words(order: OrderFacts, language: str) -> str:
    """Say what an order names; of an ID number only the last digits."""
    if order.criterion is Criterion.PERSON:
        return "•" * 6 + order.subject[-_HIDDEN:]
    subject = order.subject_id or 0
    if order.criterion is Criterion.FACILITY:
        return office_label(facility_names({subject}).get(subject), language)
    if order.criterion in {Criterion.ENTERED_BY, Criterion.ATTESTED_BY}:
        return officer_names({subject}).get(subject, order.subject)
    return order.subject


def window_words(order: OrderFacts) -> Any:
    """Say from which day to which; empty where the criterion has no window."""
    if order.first is None or order.last is None:
        return ""
    return _g("%(first)s to %(last)s") % {"first": date_vi(order.first), "last": date_vi(order.last)}
