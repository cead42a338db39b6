"""A proposal of rules: what it would change, what was left out, and the decision of another officer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.desks.ministry.navigation import RULES
from vaxpass.desks.ministry.rule_forms import RefuseRules
from vaxpass.desks.ministry.rule_words import retires, shown_change, shown_findings, status_chip
from vaxpass.desks.ministry.validity_rules import names_of
from vaxpass.jobs.publication import publish_soon
from vaxpass.offices.roles import Permission
from vaxpass.validity_rules import actions, queries
from vaxpass.validity_rules.rules import Change, Status

ON_A_PAGE = 25


@needs(*RULES)
@require_GET
def rules_proposal(request: DeskRequest, proposal_id: int) -> HttpResponse:
    """Show a proposal, change by change, and what may be done with it."""
    facts = queries.get_proposal(proposal_id, request.actor.officer_id)
    changes, findings = queries.changes_of(proposal_id), queries.findings_of(proposal_id)
    names, own = names_of(facts), facts.proposed_by == request.actor.officer_id
    page = Paginator(changes, ON_A_PAGE).get_page(request.GET.get("page"))
    waits = facts.status is Status.OPEN
    context = {
        "proposal": facts,
        "chip": status_chip(facts.status),
        "proposed_by": names.get(facts.proposed_by, ""),
        "decided_by": names.get(facts.decided_by or 0, ""),
        "page": page,
        "changes": _beside_published(list(page), is_decided=facts.status is Status.APPROVED),
        "count": len(changes),
        "findings": shown_findings(findings[:200]),
        "faulty": len(findings),
        "may_send": own and facts.status is Status.DRAFT and bool(changes),
        "may_withdraw": own and facts.status in {Status.DRAFT, Status.OPEN},
        "may_decide": waits and not own and request.actor.may(Permission.PUBLICATION_APPROVE),
        "waits_for_another": waits and own,
        "may_try": facts.status in {Status.DRAFT, Status.OPEN} and bool(changes),
        "form": RefuseRules(),
    }
    return render(request, "ministry/rules_proposal.html", context)


def _beside_published(changes: list[Change], *, is_decided: bool) -> list[object]:
    """Each change with the version that it follows; of one that was approved only what it said."""
    latest = {} if is_decided else queries.latest_rules()
    return [shown_change(change, latest.get(change.key)) for change in changes]


@needs(Permission.PUBLICATION_PROPOSE)
@require_POST
def rules_send(request: DeskRequest, proposal_id: int) -> HttpResponse:
    """Hand the draft to the other officer."""
    actions.send(request.actor, proposal_id, now=request.now)
    messages.success(request, _("Sent. Another officer of the ministry decides."))
    return redirect("ministry:rules_proposal", proposal_id)


@needs(Permission.PUBLICATION_PROPOSE)
@require_POST
def rules_withdraw(request: DeskRequest, proposal_id: int) -> HttpResponse:
    """Take the own proposal back."""
    actions.withdraw(request.actor, proposal_id, now=request.now)
    messages.success(request, _("Withdrawn. Nothing was changed."))
    return redirect("ministry:rules")


@needs(Permission.PUBLICATION_APPROVE)
@require_POST
def rules_approve(request: DeskRequest, proposal_id: int) -> HttpResponse:
    """Ask once more, then approve."""
    if request.POST.get("confirmed") != "yes":
        return confirm_page(request, _question(request, proposal_id))
    with transaction.atomic():
        actions.approve(request.actor, proposal_id, now=request.now)
        publish_soon()
    messages.success(request, _("Approved. The rules are being published to verifiers."))
    return redirect("ministry:rules_proposal", proposal_id)


def _question(request: DeskRequest, proposal_id: int) -> Question:
    facts = queries.get_proposal(proposal_id, request.actor.officer_id)
    changes = queries.changes_of(proposal_id)
    retired = sum(map(retires, changes))
    return Question(
        title=_("Approve proposal %(number)s?") % {"number": proposal_id},
        sentence=_("Verifiers everywhere will judge by these rules. A mistake is mended by another proposal only."),
        button=_("Approve"),
        action_url=reverse("ministry:rules_approve", args=[proposal_id]),
        back_url=reverse("ministry:rules_proposal", args=[proposal_id]),
        facts=[
            (_("Rules put"), number(len(changes) - retired)),
            (_("Rules retired"), number(retired)),
            (_("Remarks to have read"), number(sum(len(change.remarks) for change in changes))),
            (_("Proposed by"), names_of(facts).get(facts.proposed_by, "")),
        ],
    )


@needs(Permission.PUBLICATION_APPROVE)
@require_POST
def rules_refuse(request: DeskRequest, proposal_id: int) -> HttpResponse:
    """Refuse, saying why."""
    form = RefuseRules(request.POST)
    if not form.is_valid():
        messages.error(request, sentence("RULES_REASON_MISSING"))
        return redirect("ministry:rules_proposal", proposal_id)
    actions.refuse(request.actor, proposal_id, form.cleaned_data["reason"], now=request.now)
    messages.success(request, _("Refused. Its maker reads why."))
    return redirect("ministry:rules_proposal", proposal_id)
