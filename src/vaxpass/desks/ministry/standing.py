"""Standing orders: runs of corrected people, and of passports issued again, that prepare themselves."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks.ministry.navigation import MINISTRY
from vaxpass.ministry_signing import standing
from vaxpass.ministry_signing.facts import StandingFacts
from vaxpass.ministry_signing.rules import RunKind
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused

KINDS: dict[RunKind, tuple[str | Promise, str | Promise]] = {
    RunKind.CORRECTED: (
        _("Corrected people"),
        _("As soon as a facility has signed a corrected dose, its holder stands in a run that waits for the approver."),
    ),
    RunKind.REISSUE: (
        _("Passports issued again"),
        _("Whose passport ends within 30 days, or was revoked though the doses stand, gets a new one."),
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One kind of run with the order that stands for it, if one does."""

    kind: str
    name: str | Promise
    what: str | Promise
    order: StandingFacts | None
    officer: str


@needs(*MINISTRY)
@require_GET
def standing_orders(request: DeskRequest) -> HttpResponse:
    """Show which runs prepare themselves, and on whose order."""
    orders = standing.standing_orders()
    names = officer_names({order.officer_id for order in orders.values() if order})
    rows = [
        Standing(kind.value, *words, orders[kind], names.get(order.officer_id, "") if (order := orders[kind]) else "")
        for kind, words in KINDS.items()
    ]
    may_begin = request.actor.may(Permission.RUN_PREPARE)
    may_end = may_begin or request.actor.may(Permission.RUN_APPROVE)
    return render(request, "ministry/standing.html", {"rows": rows, "may_begin": may_begin, "may_end": may_end})


@needs(Permission.RUN_PREPARE)
@require_POST
def standing_begin(request: DeskRequest, kind: str) -> HttpResponse:
    """Have runs of a kind prepared in one's own name from now on."""
    standing.begin(request.actor, _kind(kind), now=request.now)
    messages.success(request, gettext("These runs now prepare themselves, in your name."))
    return redirect("ministry:standing")


@needs(Permission.RUN_PREPARE, Permission.RUN_APPROVE)
@require_POST
def standing_end(request: DeskRequest, kind: str) -> HttpResponse:
    """End a standing order; runs that wait already stay."""
    standing.end(request.actor, _kind(kind), now=request.now)
    messages.success(request, gettext("These runs no longer prepare themselves."))
    return redirect("ministry:standing")


def _kind(text: str) -> RunKind:
    try:
        return RunKind(text)
    except ValueError:
        raise Refused("STANDING_KIND_UNKNOWN") from None
