"""What two officers do with a revocation order: mark, propose or discard; approve or refuse."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.desks.ministry.revocation import order_context
from vaxpass.desks.ministry.revocation_forms import RefuseOrder
from vaxpass.jobs.defer import defer_carrying_out
from vaxpass.offices.roles import Permission
from vaxpass.passports.orders import deciding, queries
from vaxpass.passports.orders.rules import Holder

_LONGEST_ID = 18  # digits; what is longer is no number of ours
_MARKS = {"false": Holder.FALSE, "honest": Holder.HONEST}


@needs(Permission.REVOCATION_PROPOSE)
@require_POST
def revocation_mark(request: DeskRequest, order_id: int) -> HttpResponse:
    """Mark the chosen people, or everybody, as honest or their doses as false."""
    chosen = [int(one) for one in request.POST.getlist("item") if one.isdecimal() and len(one) <= _LONGEST_ID]
    decision = request.POST.get("mark", "")
    holder = _MARKS.get(decision.removeprefix("all-"))
    if holder is None:
        return redirect("ministry:revocation", order_id)
    if decision.startswith("all-"):
        marked = deciding.mark_all(request.actor, order_id, holder, now=request.now)
    else:
        marked = deciding.mark(request.actor, order_id, chosen, holder, now=request.now)
    messages.success(request, _("Marked: %(count)s.") % {"count": number(marked)})
    return redirect("ministry:revocation", order_id)


@needs(Permission.REVOCATION_PROPOSE)
@require_POST
def revocation_propose(request: DeskRequest, order_id: int) -> HttpResponse:
    """Put the order before another officer."""
    deciding.propose(request.actor, order_id, now=request.now)
    messages.success(request, _("Proposed. Another officer of the ministry decides."))
    return redirect("ministry:revocation", order_id)


@needs(Permission.REVOCATION_PROPOSE)
@require_POST
def revocation_discard(request: DeskRequest, order_id: int) -> HttpResponse:
    """Let an order go that was not proposed."""
    deciding.discard(request.actor, order_id, now=request.now)
    messages.success(request, _("The order is discarded; nobody's passport has changed."))
    return redirect("ministry:revocations")


@needs(Permission.REVOCATION_APPROVE)
@require_POST
def revocation_approve(request: DeskRequest, order_id: int) -> HttpResponse:
    """Ask once more, then approve; the order is carried out at once."""
    if request.POST.get("confirmed") != "yes":
        return confirm_page(request, _question(order_id))
    with transaction.atomic():
        deciding.approve(request.actor, order_id, now=request.now)
        defer_carrying_out(order_id)
    messages.success(request, _("Approved. The order is carried out now."))
    return redirect("ministry:revocation", order_id)


def _question(order_id: int) -> Question:
    counts = queries.count_items(order_id)
    return Question(
        title=_("Approve order %(order)s?") % {"order": order_id},
        sentence=_("False doses are refused and passports end, for good. Honest holders get new passports at once."),
        button=_("Approve and carry out"),
        action_url=reverse("ministry:revocation_approve", args=[order_id]),
        back_url=reverse("ministry:revocation", args=[order_id]),
        facts=[
            (_("Passports that end"), number(counts.passports)),
            (_("Marked as false"), number(counts.false)),
            (_("Marked as honest"), number(counts.honest)),
        ],
        danger=True,
    )


@needs(Permission.REVOCATION_APPROVE)
@require_POST
def revocation_refuse(request: DeskRequest, order_id: int) -> HttpResponse:
    """Refuse the order with a coded reason."""
    form = RefuseOrder(request.POST)
    if not form.is_valid():
        messages.error(request, sentence("ORDER_REASON_UNKNOWN"))
        return render(request, "ministry/revocation.html", order_context(request, order_id, form), status=422)
    deciding.refuse(request.actor, order_id, form.cleaned_data["reason"], now=request.now)
    messages.success(request, _("The order is refused; nobody's passport has changed."))
    return redirect("ministry:revocation", order_id)
