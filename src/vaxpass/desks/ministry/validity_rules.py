"""Validity rules: the sets, one rule, import, edit, retire."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from vaxproof.rules.rule import Rule

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Table
from vaxpass.desks._shared.templatetags.desk import date_vi, moment_vi, number
from vaxpass.desks.ministry.navigation import RULES
from vaxpass.desks.ministry.rule_forms import EditRule, ImportRules, RetireRule
from vaxpass.desks.ministry.rule_words import (
    CERTIFICATE_WORDS,
    STATUS_WORDS,
    TYPE_WORDS,
    language,
    pretty,
    purpose_words,
)
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.validity_rules import actions, queries
from vaxpass.validity_rules.queries import ProposalFacts, Published, SetSummary
from vaxpass.validity_rules.rules import Key

SETS: Table[SetSummary] = Table(
    "rule-sets",
    gettext_lazy("Published rules"),
    (
        Column(
            "country",
            gettext_lazy("Country"),
            lambda found: found.country,
            sort=("country", "purpose"),
            link=lambda found: reverse("ministry:rules_set", args=[found.country, found.purpose]),
        ),
        Column("purpose", gettext_lazy("Purpose"), lambda found: purpose_words(found.purpose), sort=("purpose",)),
        Column("rules", gettext_lazy("Rules"), lambda found: number(found.rules), sort=("rules",), numeric=True),
        Column("since", gettext_lazy("Last change"), lambda found: moment_vi(found.since), sort=("since",)),
    ),
    default_sort="country",
    empty=gettext_lazy("No rules have been published yet."),
    tie="country",
)

PROPOSALS: Table[ProposalFacts] = Table(
    "rule-proposals",
    gettext_lazy("Proposals"),
    (
        Column(
            "id",
            gettext_lazy("Proposal"),
            lambda found: str(found.id),
            sort=("pk",),
            link=lambda found: reverse("ministry:rules_proposal", args=[found.id]),
        ),
        Column("status", gettext_lazy("State"), lambda found: STATUS_WORDS[found.status][0]),
        Column("source", gettext_lazy("From"), lambda found: found.source or gettext_lazy("edited by hand")),
        Column("at", gettext_lazy("Made at"), lambda found: moment_vi(found.proposed_at)),
        Column("decided", gettext_lazy("Decided at"), lambda found: moment_vi(found.decided_at)),
    ),
    default_sort="-id",
    empty=gettext_lazy("Nothing has been proposed yet."),
)

RULE_LIST: Table[Published] = Table(
    "rules",
    gettext_lazy("Rules"),
    (
        Column(
            "identifier",
            gettext_lazy("Rule"),
            lambda found: found.key.identifier,
            sort=("key.identifier",),
            link=lambda found: reverse(
                "ministry:rule", args=[found.key.country, found.key.purpose, found.key.identifier]
            ),
        ),
        Column("asks", gettext_lazy("What it asks"), lambda found: found.rule.description(language())),
        Column(
            "kind", gettext_lazy("Certificates"), lambda found: CERTIFICATE_WORDS[found.rule.certificate_type.value]
        ),
        Column("version", gettext_lazy("Version"), lambda found: found.rule.version),
        Column("until", gettext_lazy("In force until"), lambda found: date_vi(found.rule.valid_to)),
    ),
    default_sort="identifier",
    tie="key.identifier",
    size=50,
)


@needs(*RULES)
@require_GET
def rules(request: DeskRequest) -> HttpResponse:
    """Show the published sets and what is proposed."""
    context = {
        "sets": SETS.show(request, queries.set_summaries()),
        "proposals": PROPOSALS.show(
            request, queries.visible_proposals(request.actor.officer_id), load=queries.facts_of
        ),
        "to_decide": queries.count_to_decide(request.actor.officer_id),
        "may_propose": request.actor.may(Permission.PUBLICATION_PROPOSE),
        "may_approve": request.actor.may(Permission.PUBLICATION_APPROVE),
    }
    return render(request, "ministry/rules.html", context)


@needs(*RULES)
@require_GET
def rules_set(request: DeskRequest, country: str, purpose: str) -> HttpResponse:
    """List the rules of one set, each in its newest version."""
    found = list(queries.latest(queries.published(country, purpose)).values())
    if not found:
        raise Refused("RULE_UNKNOWN")
    context = {
        "table": RULE_LIST.show(request, found),
        "country": country,
        "purpose": purpose,
        "purpose_words": purpose_words(purpose),
        "may_propose": request.actor.may(Permission.PUBLICATION_PROPOSE),
    }
    return render(request, "ministry/rules_set.html", context)


@needs(*RULES)
@require_GET
def rule(request: DeskRequest, country: str, purpose: str, identifier: str) -> HttpResponse:
    """Show one rule: what it asks, its logic, its versions."""
    versions = queries.get_rule(Key(country, purpose, identifier))
    newest = versions[0].rule
    context = {
        "rule": newest,
        "versions": versions,
        "asks": newest.description(language()),
        "purpose": purpose,
        "purpose_words": purpose_words(purpose),
        "certificates": CERTIFICATE_WORDS[newest.certificate_type.value],
        "type_words": TYPE_WORDS[newest.type.value],
        "logic": pretty(newest.logic),
        "in_force": newest.is_in_force(request.now),
        "may_propose": request.actor.may(Permission.PUBLICATION_PROPOSE),
    }
    return render(request, "ministry/rule.html", context)


@needs(Permission.PUBLICATION_PROPOSE)
@require_http_methods(["GET", "POST"])
def rules_import(request: DeskRequest) -> HttpResponse:
    """Read a file of rules into a draft."""
    form = ImportRules(request.POST or None, request.FILES or None) if request.method == "POST" else ImportRules()
    if request.method == "POST" and form.is_valid():
        try:
            name = form.cleaned_data["file"].name
            purpose = form.cleaned_data["purpose"]
            proposal = actions.import_file(request.actor, form.content(), name, purpose=purpose, now=request.now)
        except Refused as refused:
            field = "purpose" if refused.code == "RULES_PURPOSE_ILLEGAL" else "file"
            form.add_error(field, sentence(refused.code, refused.facts))
        else:
            return redirect("ministry:rules_proposal", proposal)
    return render(request, "ministry/rules_import.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(Permission.PUBLICATION_PROPOSE)
@require_http_methods(["GET", "POST"])
def rule_new(request: DeskRequest) -> HttpResponse:
    """Write a new rule."""
    return _edit(request, None, "", _("New rule"))


@needs(Permission.PUBLICATION_PROPOSE)
@require_http_methods(["GET", "POST"])
def rule_edit(request: DeskRequest, country: str, purpose: str, identifier: str) -> HttpResponse:
    """Write the next version of a rule."""
    newest = queries.get_rule(Key(country, purpose, identifier))[0].rule
    return _edit(request, newest, purpose, _("New version of %(rule)s") % {"rule": identifier})


def _edit(request: DeskRequest, before: Rule | None, purpose: str, title: str) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = EditRule(data, now=request.now, before=before, purpose=purpose)
    if request.method == "POST" and form.is_valid():
        draft = _propose(request, form)
        if draft is not None:
            return redirect("ministry:rules_proposal", draft)
    context = {"form": form, "title": title}
    return render(request, "ministry/rule_edit.html", context, status=422 if form.is_bound else 200)


def _propose(request: DeskRequest, form: EditRule) -> int | None:
    given = form.cleaned_data
    try:
        draft, assessed = actions.propose_rule(
            request.actor, form.rule(), purpose=given["purpose"], note=given["note"], now=request.now
        )
    except Refused as refused:
        form.add_error("purpose", sentence(refused.code, refused.facts))
        return None
    form.tell(assessed.faults)
    return draft


@needs(Permission.PUBLICATION_PROPOSE)
@require_http_methods(["GET", "POST"])
def rule_retire(request: DeskRequest, country: str, purpose: str, identifier: str) -> HttpResponse:
    """Propose that a rule is taken out of publication."""
    key = Key(country, purpose, identifier)
    newest = queries.get_rule(key)[0].rule
    form = RetireRule(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        proposal = actions.propose_retirement(request.actor, key, note=note, now=request.now)
        messages.success(request, _("Drafted. Look at it once more, then send it."))
        return redirect("ministry:rules_proposal", proposal)
    context = {"form": form, "rule": newest, "asks": newest.description(language()), "purpose": purpose}
    return render(request, "ministry/rule_retire.html", context, status=422 if form.is_bound else 200)


def names_of(*facts: ProposalFacts) -> dict[int, str]:
    """Who proposed and who decided, by officer."""
    ids = {one for found in facts for one in (found.proposed_by, found.decided_by) if one}
    return officer_names(ids)
