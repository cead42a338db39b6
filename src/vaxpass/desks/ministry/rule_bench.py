"""The test bench: rules tried on synthetic samples, or on a certificate that is pasted and forgotten at once."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from vaxproof import ProofError, schema, verify
from vaxproof.envelope import cwt
from vaxproof.rules.book import RuleSet
from vaxproof.rules.explain import Explanation, explain, outcome_sentence
from vaxproof.rules.judge import Finding, Judgement, Outcome, judge

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.ministry.navigation import RULES
from vaxpass.desks.ministry.rule_forms import MomentInput
from vaxpass.desks.ministry.rule_words import language, outcome_chip, purpose_words
from vaxpass.offices.scope import Refused
from vaxpass.validity_rules import queries
from vaxpass.validity_rules.samples import SAMPLES

Place = tuple[str, str]
LONGEST_TEXT = 20_000
_ORDER = (Outcome.FAILED, Outcome.OPEN, Outcome.PASSED)


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One rule on one certificate."""

    finding: Finding
    chip: Chip
    words: Explanation


@dataclass(frozen=True, slots=True)
class Tried:
    """One certificate and what the rules say of it."""

    name: object
    chip: Chip
    said: str
    findings: list[ShownFinding]
    needs_a_look: bool


class TryRules(forms.Form):
    """Which rules, on what, at what time."""

    rules = forms.ChoiceField(label=_("Rules"))
    at = forms.DateTimeField(label=_("Time of checking"), widget=MomentInput, help_text=_("Vietnam's time."))
    region = forms.CharField(label=_("Region"), max_length=10, required=False)
    pasted = forms.CharField(
        label=_("A certificate of your own"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("The HC1: text or the certificate's JSON. It is judged and forgotten; nothing is kept."),
    )
    samples = forms.MultipleChoiceField(label=_("Samples"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"{country}/{purpose}", _place_words(country, purpose)) for country, purpose in places]
        samples = [(sample.code, sentence(sample.code)) for sample in SAMPLES]
        self.fields["rules"] = forms.ChoiceField(label=_("Rules"), choices=choices)
        self.fields["samples"] = forms.MultipleChoiceField(
            label=_("Samples"), choices=samples, required=False, widget=forms.CheckboxSelectMultiple
        )

    def place(self) -> Place:
        """Country and purpose."""
        country, _slash, purpose = self.cleaned_data["rules"].partition("/")
        return country, purpose


def _place_words(country: str, purpose: str) -> str:
    return f"{country} · {purpose_words(purpose)}"


@needs(*RULES)
@require_http_methods(["GET", "POST"])
def rules_bench(request: DeskRequest) -> HttpResponse:
    """Try the published rules, or those that a proposal would make."""
    proposal_id = _number((request.POST or request.GET).get("proposal", ""))
    sets = _sets(request, proposal_id)
    if request.method == "POST":
        form = TryRules(request.POST, places=sets)
        tried = _tried(form, sets) if form.is_valid() else []
    else:
        form = TryRules(initial=_initial(request, sets), places=sets)
        tried = []
    context = {
        "form": form,
        "tried": tried,
        "proposal_id": proposal_id,
        "has_rules": bool(sets),
        "was_tried": form.is_bound and form.is_valid(),
    }
    return render(request, "ministry/rules_bench.html", context, status=422 if form.errors else 200)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None  # noqa: PLR2004 -- digits of an id


def _sets(request: DeskRequest, proposal_id: int | None) -> dict[Place, RuleSet]:
    summaries = queries.set_summaries()
    sets = {(one.country, one.purpose): queries.rule_set(one.country, one.purpose) for one in summaries}
    if proposal_id is None:
        return sets
    queries.get_proposal(proposal_id, request.actor.officer_id)  # refuses somebody else's draft
    changes = queries.changes_of(proposal_id)
    touched = {(change.key.country, change.key.purpose) for change in changes}
    changed = queries.with_changes(sets, changes)
    return {place: changed[place] for place in sorted(touched)}


def _initial(request: DeskRequest, sets: dict[Place, RuleSet]) -> dict[str, Any]:
    wanted = request.GET.get("rules", "")
    known = {f"{country}/{purpose}" for country, purpose in sets}
    first = wanted if wanted in known else next(iter(sorted(known, key=lambda place: not place.startswith("VN"))), "")
    return {"rules": first, "at": request.now, "samples": [sample.code for sample in SAMPLES]}


def _tried(form: TryRules, sets: dict[Place, RuleSet]) -> list[Tried]:
    given = form.cleaned_data
    at = given["at"].astimezone(UTC)
    chosen = sets[form.place()]
    found = []
    for name, dcc, known in _certificates(form, at):
        judgement = judge(
            sets.values(), dcc, country=chosen.country, purpose=chosen.purpose, at=at,
            region=given["region"] or None, **known,
        )  # fmt: skip
        found.append(_shown(name, judgement))
    return found


def _certificates(form: TryRules, at: datetime) -> Iterator[tuple[object, dict[str, Any], dict[str, Any]]]:
    given = form.cleaned_data
    if given["pasted"].strip():
        try:
            yield (_("The pasted certificate"), *_pasted(given["pasted"].strip()))
        except Refused as refused:
            form.add_error("pasted", sentence(refused.code))
    for sample in SAMPLES:
        if sample.code in given["samples"]:
            yield sentence(sample.code), sample.make(at), {}


def _pasted(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The certificate and what its envelope says; the signature is another matter."""
    try:
        if text.startswith("{"):
            dcc = schema.normalise(json.loads(text))
            return dict(dcc), {}
        token = cwt.decode(verify.open_text(text).payload)
        return dict(schema.normalise(token.dcc)), {
            "issued_at": datetime.fromtimestamp(token.issued_at, UTC),
            "expires_at": datetime.fromtimestamp(token.expires_at, UTC),
            "issuer_country": token.issuer,
        }
    except (ProofError, ValueError, TypeError, RecursionError, OverflowError):
        raise Refused("RULES_SAMPLE_UNREADABLE") from None


def _shown(name: object, judgement: Judgement) -> Tried:
    findings = [
        ShownFinding(finding, outcome_chip(finding.outcome), explain(finding, language()))
        for finding in sorted(judgement.findings, key=lambda finding: _ORDER.index(finding.outcome))
    ]
    chip = outcome_chip(judgement.outcome)
    return Tried(name, chip, outcome_sentence(judgement, language()), findings, judgement.outcome != "passed")
