"""Which keys verifiers are told to believe: the list, one key, and the proposals that change it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import date_vi, moment_vi, number
from vaxpass.desks.ministry.navigation import TRUST
from vaxpass.desks.ministry.trust_forms import GiveReason, WithdrawKey
from vaxpass.desks.ministry.trust_words import (
    COMPARED,
    FOLLOWS,
    KINDS,
    REASONS,
    SOURCES,
    UNLESS_LOGGED,
    USAGES,
    chip_html,
    country_name,
    proposal_chip,
    spaced,
)
from vaxpass.jobs.publication import publish_soon
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused
from vaxpass.trust import actions, queries
from vaxpass.trust.facts import AcceptedKey, KeyFacts, OwnKeyFacts, ProposalFacts
from vaxpass.trust.rules import ProposalKind

_SHOWN = 100


def _narrowed(part: Callable[[AcceptedKey], str]) -> Callable[[Any, str], Any]:
    return lambda rows, value: [row for row in rows if part(row) == value]


def _source(one: AcceptedKey) -> str:
    return str(one.key.origin.get("source", ""))


KEYS: Table[AcceptedKey] = Table(
    "keys",
    gettext_lazy("Foreign keys that we accept"),
    (
        Column("country", gettext_lazy("Country"), lambda one: country_name(one.key.country), sort=("key.country",)),
        Column(
            "name",
            gettext_lazy("Name in the certificate"),
            lambda one: one.key.common_name or one.key.key_id.hex(),
            link=lambda one: reverse("ministry:trust_key", args=[one.key.fingerprint]),
        ),
        Column("usage", gettext_lazy("What for"), lambda one: USAGES.get(one.key.usage, one.key.usage)),
        Column("until", gettext_lazy("Valid until"), lambda one: date_vi(one.key.not_after), sort=("key.not_after",)),
        Column("source", gettext_lazy("Where from"), lambda one: SOURCES.get(_source(one), _source(one))),
        Column("since", gettext_lazy("Accepted"), lambda one: moment_vi(one.accepted_at), sort=("accepted_at",)),
    ),
    default_sort="country",
    filters=(
        Filter(
            "country",
            gettext_lazy("Country (two letters)"),
            lambda rows, value: [row for row in rows if row.key.country == value.strip().upper()],
        ),
        Filter("usage", gettext_lazy("What for"), _narrowed(lambda one: one.key.usage), tuple(USAGES.items())),
        Filter("source", gettext_lazy("Where from"), _narrowed(_source), tuple(SOURCES.items())),
    ),
    empty=gettext_lazy("No foreign key is accepted yet: passports of other countries cannot be checked."),
)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A proposal as a line of the list."""

    found: ProposalFacts
    keys: int
    proposed_by: str


def _listed(part: Sequence[Any]) -> list[_Listed]:
    facts = queries.facts_of(part)
    counts = queries.count_items([one.id for one in facts])
    names = officer_names({one.proposed_by for one in facts})
    return [_Listed(one, counts.get(one.id, 0), names.get(one.proposed_by, "")) for one in facts]


PROPOSALS: Table[_Listed] = Table(
    "proposals",
    gettext_lazy("Proposals about keys"),
    (
        Column(
            "id",
            gettext_lazy("Proposal"),
            lambda one: f"{one.found.id}",
            sort=("pk",),
            link=lambda one: reverse("ministry:trust_proposal", args=[one.found.id]),
        ),
        Column("kind", gettext_lazy("What"), lambda one: KINDS[one.found.kind]),
        Column("keys", gettext_lazy("Keys"), lambda one: number(one.keys)),
        Column("state", gettext_lazy("State"), lambda one: chip_html(proposal_chip(one.found))),
        Column("by", gettext_lazy("Proposed by"), lambda one: one.proposed_by),
        Column("at", gettext_lazy("Proposed"), lambda one: moment_vi(one.found.proposed_at)),
    ),
    default_sort="-id",
    empty=gettext_lazy("Nothing was proposed yet."),
)


@needs(*TRUST)
@require_GET
def keys(request: DeskRequest) -> HttpResponse:
    """List every key that verifiers are told to believe: ours, and those of others."""
    own = queries.own_keys()
    context = {
        "own": [(one, _own_state(one, request)) for one in own],
        "table": KEYS.show(request, queries.accepted_keys()),
        "waiting": queries.waiting().count(),
        "to_decide": queries.waiting(request.actor.officer_id).count(),
        "may_propose": request.actor.may(Permission.PUBLICATION_PROPOSE),
        "may_approve": request.actor.may(Permission.PUBLICATION_APPROVE),
    }
    return render(request, "ministry/trust.html", context)


def _own_state(one: OwnKeyFacts, request: DeskRequest) -> tuple[object, str]:
    """The words and tone of a key of ours."""
    if one.withdrawn:
        return _("Withdrawn"), "refused"
    if request.now > one.key.not_after:
        return _("Expired"), "ended"
    return (_("Not yet valid"), "wait") if request.now < one.key.not_before else (_("Counts"), "done")


@needs(*TRUST)
@require_GET
def key(request: DeskRequest, fingerprint: str) -> HttpResponse:
    """Show one key: what it is, where it came from, who proposed and who accepted it."""
    return render(request, "ministry/trust_key.html", _key_context(request.actor, fingerprint))


def _key_context(actor: Actor, fingerprint: str) -> dict[str, Any]:
    own = next((one for one in queries.own_keys() if one.key.fingerprint == fingerprint), None)
    accepted = [one for one in queries.accepted_keys() if one.key.fingerprint == fingerprint]
    if own is None and not accepted:
        raise Refused("TRUST_KEY_UNKNOWN")
    found = own.key if own else accepted[0].key
    people = {own.withdrawn.proposed_by, own.withdrawn.accepted_by} if own and own.withdrawn else set()
    names = officer_names(people | {officer for one in accepted for officer in (one.proposed_by, one.accepted_by)})
    may_propose = actor.may(Permission.PUBLICATION_PROPOSE)
    withdrawn = own.withdrawn if own else None
    return {
        "key": found,
        "key_words": _key_words(found),
        "accepted": [(one, names.get(one.proposed_by, ""), names.get(one.accepted_by, "")) for one in accepted],
        "withdrawn": withdrawn,
        "withdrawn_words": (REASONS.get(withdrawn.reason, withdrawn.reason), UNLESS_LOGGED[withdrawn.unless_logged])
        if withdrawn
        else None,
        "withdrawn_by": [names.get(one, "") for one in (withdrawn.proposed_by, withdrawn.accepted_by)]
        if withdrawn
        else [],
        "may_withdraw": bool(
            own and may_propose and own.key.usage == "DSC" and (withdrawn is None or withdrawn.unless_logged)
        ),
        "may_remove": bool(accepted) and may_propose,
        "withdraw_form": WithdrawKey(),
        "remove_form": GiveReason(prefix="remove"),
    }


def _key_words(found: KeyFacts) -> list[tuple[str, object]]:
    """The key and its origin, label by label."""
    origin = found.origin
    source = str(origin.get("source", ""))
    told = [
        (_("Country"), country_name(found.country)),
        (_("Name in the certificate"), found.common_name),
        (_("What for"), USAGES.get(found.usage, found.usage)),
        (_("Key identifier"), found.key_id.hex()),
        (_("SHA-256 of the certificate"), spaced(found.fingerprint)),
        (_("Valid from"), moment_vi(found.not_before)),
        (_("Valid until"), moment_vi(found.not_after)),
        (_("Where from"), SOURCES.get(source, source) if source else _("Our own")),
        (_("List"), origin.get("list", "")),
        (_("Listed at"), _moment(origin.get("listed_at"))),
        (_("Participant"), origin.get("participant", "")),
        (_("Chains to the authority (SHA-256)"), spaced(found.authority)),
    ]
    return [(label, value) for label, value in told if value]


def _moment(text: object) -> str:
    return moment_vi(datetime.fromisoformat(text)) if isinstance(text, str) else ""


# Proposing ------------------------------------------------------------------------------------------------------------


@needs(Permission.PUBLICATION_PROPOSE)
@require_POST
def remove(request: DeskRequest, fingerprint: str) -> HttpResponse:
    """Propose to believe an accepted key no longer."""
    form = GiveReason(request.POST, prefix="remove")
    context = _key_context(request.actor, fingerprint)
    if not form.is_valid():
        return render(request, "ministry/trust_key.html", context | {"remove_form": form}, status=422)
    words = form.cleaned_data["words"]
    proposal_id = actions.propose_removal(request.actor, [fingerprint], words=words, now=request.now)
    return redirect("ministry:trust_proposal", proposal_id)


@needs(Permission.PUBLICATION_PROPOSE)
@require_POST
def withdraw(request: DeskRequest, fingerprint: str) -> HttpResponse:
    """Propose to withdraw a key of ours."""
    form = WithdrawKey(request.POST)
    context = _key_context(request.actor, fingerprint)
    if not form.is_valid():
        return render(request, "ministry/trust_key.html", context | {"withdraw_form": form}, status=422)
    proposal_id = actions.propose_withdrawal(
        request.actor,
        fingerprint,
        reason=form.reason(),
        unless_logged=form.unless_logged(),
        words=form.cleaned_data["words"],
        now=request.now,
    )
    return redirect("ministry:trust_proposal", proposal_id)


# Deciding -------------------------------------------------------------------------------------------------------------


@needs(*TRUST)
@require_GET
def proposals(request: DeskRequest) -> HttpResponse:
    """List the proposals, the newest first."""
    table = PROPOSALS.show(request, queries.proposals(), load=_listed)
    return render(request, "ministry/trust_proposals.html", {"table": table})


@needs(*TRUST)
@require_GET
def proposal(request: DeskRequest, proposal_id: int) -> HttpResponse:
    """Show what is proposed, by whom, on what ground, and what will follow."""
    return render(request, "ministry/trust_proposal.html", _proposal_context(request.actor, proposal_id))


def _proposal_context(actor: Actor, proposal_id: int) -> dict[str, Any]:
    found = queries.get_proposal(proposal_id)
    items = queries.items(proposal_id)
    names = officer_names({one for one in (found.proposed_by, found.decided_by) if one})
    waits = found.approved is None
    return {
        "proposal": found,
        "chip": proposal_chip(found),
        "kind": KINDS[found.kind],
        "compared": COMPARED.get(found.compared, ""),
        "reason": REASONS.get(found.reason, found.reason),
        "spared": UNLESS_LOGGED[found.unless_logged] if found.unless_logged is not None else "",
        "proposed_by": names.get(found.proposed_by, ""),
        "decided_by": names.get(found.decided_by or 0, ""),
        "key_import": queries.get_import(found.import_id) if found.import_id else None,
        "digest": spaced(queries.get_import(found.import_id).sha256) if found.import_id else "",
        "authorities": [(one, country_name(one.country), spaced(one.fingerprint)) for one in _of(items, "CSCA")],
        "signers": [(one, country_name(one.country)) for one in _of(items, "DSC")[:_SHOWN]],
        "by_country": _by_country(_of(items, "DSC")),
        "count": len(items),
        "more": max(0, len(_of(items, "DSC")) - _SHOWN),
        "may_decide": waits and actor.may(Permission.PUBLICATION_APPROVE) and actor.officer_id != found.proposed_by,
        "follows": FOLLOWS[found.kind],
        "is_own": waits and actor.officer_id == found.proposed_by,
        "form": GiveReason(),
    }


def _of(items: Sequence[KeyFacts], usage: str) -> list[KeyFacts]:
    return [one for one in items if one.usage == usage]


def _names(items: Sequence[KeyFacts]) -> str:
    return ", ".join(f"{one.common_name} ({one.key_id.hex()})" for one in items)


def _by_country(items: Sequence[KeyFacts]) -> list[tuple[str, int]]:
    counted: dict[str, int] = {}
    for one in items:
        counted[one.country] = counted.get(one.country, 0) + 1
    return [(country_name(code), count) for code, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair))]


@needs(Permission.PUBLICATION_APPROVE)
@require_POST
def approve(request: DeskRequest, proposal_id: int) -> HttpResponse:
    """Ask once more, then accept what another officer proposed; it is published at once."""
    if request.POST.get("confirmed") != "yes":
        return confirm_page(request, _question(proposal_id))
    with transaction.atomic():
        actions.decide(request.actor, proposal_id, approve=True, now=request.now)
        publish_soon()
    messages.success(request, _("Accepted. The new list is being published."))
    return redirect("ministry:trust_proposal", proposal_id)


def _question(proposal_id: int) -> Question:
    found = queries.get_proposal(proposal_id)
    count = queries.count_items([proposal_id]).get(proposal_id, 0)
    withdraws = found.kind == ProposalKind.WITHDRAW
    facts: list[tuple[Any, object]] = [(_("What"), KINDS[found.kind]), (_("Keys"), number(count))]
    if withdraws:
        facts += [(_("Name in the certificate"), _names(queries.items(proposal_id)))]
        facts += [(_("What happened"), REASONS.get(found.reason, found.reason))]
        facts += [
            (_("What becomes of the passports that this key has signed"), UNLESS_LOGGED[bool(found.unless_logged)])
        ]
    return Question(
        title=_("Accept proposal %(proposal)s?") % {"proposal": proposal_id},
        sentence=_("Verifiers everywhere will follow it within hours. A withdrawn key never comes back.")
        if withdraws
        else _("Verifiers everywhere will follow it as soon as they have the new list."),
        button=_("Accept and publish"),
        action_url=reverse("ministry:trust_approve", args=[proposal_id]),
        back_url=reverse("ministry:trust_proposal", args=[proposal_id]),
        facts=facts,
        danger=withdraws,
    )


@needs(Permission.PUBLICATION_APPROVE)
@require_POST
def refuse(request: DeskRequest, proposal_id: int) -> HttpResponse:
    """Refuse a proposal, with words."""
    form = GiveReason(request.POST)
    if not form.is_valid():
        messages.error(request, sentence("TRUST_REASON_MISSING"))
        return redirect("ministry:trust_proposal", proposal_id)
    actions.decide(request.actor, proposal_id, approve=False, words=form.cleaned_data["words"], now=request.now)
    return redirect("ministry:trust_proposal", proposal_id)
