"""A citizen's rights over his data: what he may demand, each demand with its time and answer, his consents."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaxpass.citizens.queries import contacts_of
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import date_vi
from vaxpass.desks.citizen.guard import CitizenRequest, citizen_only
from vaxpass.desks.citizen.rights_forms import DemandForm
from vaxpass.jobs.rights import file_demand
from vaxpass.offices.scope import Refused
from vaxpass.rights import actions, queries, words
from vaxpass.rights.facts import DemandFacts
from vaxpass.rights.limits import limits
from vaxpass.rights.rules import LAST_SECOND, Kind, Purpose, Status

ASKED: Mapping[str, Kind] = {
    "objection": Kind.OBJECTION,
    "restriction": Kind.RESTRICTION,
    "deletion": Kind.DELETION,
}
EXPLAINED: Mapping[Kind, Words] = {
    Kind.OBJECTION: _("You disagree with something that is done with your data. An officer examines it and answers."),
    Kind.RESTRICTION: _(
        "Something should rest for now, for example while it is disputed whether your record is right."
    ),
    Kind.DELETION: _("What the law lets go is deleted. For what must stay you are told the reason, kind by kind."),
}
TONES: Mapping[Status, str] = {Status.OPEN: "wait", Status.ANSWERED: "done", Status.WITHDRAWN: "ended"}


@citizen_only
@require_GET
def rights(request: CitizenRequest) -> HttpResponse:
    """Show what somebody may demand, and what he has demanded."""
    allowed = limits()
    context = {
        "ways": [(slug, words.KINDS[kind], EXPLAINED[kind], allowed.days(kind)) for slug, kind in ASKED.items()],
        "demands": [_shown(request, one) for one in queries.demands_of(request.citizen.person_ids)],
    }
    return render(request, "citizen/rights/rights.html", context)


@citizen_only
@require_http_methods(["GET", "POST"])
def ask(request: CitizenRequest, kind: str) -> HttpResponseBase:
    """Demand an objection, a restriction or a deletion; what was typed stays when something is wrong."""
    if kind not in ASKED:
        raise Http404
    form = DemandForm(request.POST if request.method == "POST" else None, kind=ASKED[kind])
    if form.is_bound and form.is_valid():
        try:
            receipt = file_demand(request.citizen, form.wish(get_language() or "vi"), now=request.now)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, refused.facts))
        else:
            messages.success(
                request, gettext("We have your demand. Its number is %(number)s.") % {"number": receipt.number}
            )
            return redirect("citizen:rights_demand", receipt.demand_id)
    context = {
        "form": form,
        "title": words.KINDS[ASKED[kind]],
        "explained": EXPLAINED[ASKED[kind]],
        "days": limits().days(ASKED[kind]),
    }
    return render(request, "citizen/rights/ask.html", context, status=422 if form.is_bound else 200)


@citizen_only
@require_GET
def demand(request: CitizenRequest, demand_id: int) -> HttpResponse:
    """Show one of one's own demands with every step and answer."""
    found = queries.get_own_demand(request.citizen.person_ids, demand_id)
    return render(request, "citizen/rights/demand.html", {"demand": _shown(request, found)})


@citizen_only
@require_POST
def take_back(request: CitizenRequest, demand_id: int) -> HttpResponseBase:
    """Take an own demand back."""
    actions.withdraw(request.citizen.person_ids, demand_id, now=request.now)
    messages.success(request, gettext("You have taken your demand back."))
    return redirect("citizen:rights_demand", demand_id)


@citizen_only
@require_http_methods(["GET", "POST"])
def consents(request: CitizenRequest) -> HttpResponseBase:
    """Show each purpose with what was said about it; one press gives a consent or takes it back."""
    if request.method == "POST":
        return _say(request)
    rows = [
        {"name": one.purpose.value, "words": words.PURPOSES[one.purpose], "given": one.given, "at": one.at}
        for one in queries.consents_of(request.citizen.person_ids)
    ]
    keeps_email = bool(contacts_of(request.citizen.person_ids))
    return render(request, "citizen/rights/consents.html", {"purposes": rows, "keeps_email": keeps_email})


def _say(request: CitizenRequest) -> HttpResponseBase:
    name, said = request.POST.get("purpose", ""), request.POST.get("say", "")
    if name not in {purpose.value for purpose in Purpose} or said not in {"yes", "no"}:
        raise Refused("CONSENT_UNKNOWN")
    actions.consent(request.citizen.person_ids, Purpose(name), given=said == "yes", now=request.now)
    done = gettext("Your consent is written down.") if said == "yes" else gettext("Your consent is taken back.")
    messages.success(request, done)
    return redirect("citizen:rights_consents")


def _shown(request: CitizenRequest, found: DemandFacts) -> dict[str, Any]:
    """Dress a demand: words for every code, the last day instead of the first moment after it."""
    return {
        "id": found.demand_id,
        "number": found.number,
        "kind": words.KINDS[found.kind],
        "status": words.STATUSES[found.status],
        "tone": "refused" if found.overdue(request.now) else TONES[found.status],
        "is_open": found.status is Status.OPEN,
        "is_copy": found.kind is Kind.COPY,
        "overdue": found.overdue(request.now),
        "matters": [words.MATTERS[matter] for matter in found.matters],
        "words": found.words,
        "opened_at": found.opened_at,
        "due_on": date_vi(found.due_at - LAST_SECOND),
        "ended_at": found.ended_at,
        "answers": _answers(found),
        "answer_words": found.answer.words if found.answer else "",
        "steps": [
            {
                "word": words.DEMAND_STEPS[step.step],
                "at": step.at,
                "words": step.words if step.due_at else "",
                "due_on": date_vi(step.due_at - LAST_SECOND) if step.due_at else "",
            }
            for step in found.steps
        ],
    }


def _answers(found: DemandFacts) -> list[tuple[Words, str, str]]:
    given = found.answer.answers if found.answer else {}
    return [(words.MATTERS[matter], sentence(answer.value), answer.value) for matter, answer in given.items()]
