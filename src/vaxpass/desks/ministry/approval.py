"""The second officer: looks at a sample and at whom the brakes hold back, and decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from vaxproof.envelope import cwt

from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.desks.ministry.forms import RefuseRun
from vaxpass.desks.ministry.people import PersonRow, person_rows
from vaxpass.desks.ministry.runs import run_context
from vaxpass.desks.ministry.words import product_name, sentences
from vaxpass.jobs.ministry_signing import defer_signing
from vaxpass.ministry_signing import actions, queries
from vaxpass.ministry_signing.facts import ItemFacts
from vaxpass.offices.roles import Permission
from vaxpass.records.access import list_versions

SAMPLE = 20
HELD_ON_A_PAGE = 50
LONGEST_ID = 18  # digits; what is longer is no number of ours, and far longer ones no number for Python


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One prepared passport: the record beside what stands in the very bytes that will be signed."""

    person: PersonRow
    name: str
    born: str
    product: str
    numbers: str
    given_on: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One person whom brakes hold back, with every counted dose's latest record and the reasons."""

    item_id: int
    person: PersonRow
    why: str


@needs(Permission.RUN_APPROVE)
@require_GET
def approval(request: DeskRequest, run_id: int) -> HttpResponse:
    """Show what the approver decides on: numbers, a sample, whom the brakes hold back."""
    found = queries.get_run(run_id)
    undecided = queries.hold_facts(queries.holds(run_id).filter(decision="").order_by("pk")[:HELD_ON_A_PAGE])
    context = run_context(request.actor, found) | {
        "sample": _sample(request, queries.sample_items(run_id, SAMPLE)),
        "held": _held(request, {hold.version_id: (hold.item_id, hold.codes) for hold in undecided}),
        "undecided": queries.count_holds(run_id, ""),
        "released": queries.count_holds(run_id, "RELEASED"),
        "kept": queries.count_holds(run_id, "KEPT"),
        "form": RefuseRun(),
    }
    return render(request, "ministry/approval.html", context)


def _sample(request: DeskRequest, items: Sequence[ItemFacts]) -> list[SampleRow]:
    ids = [item.version_id for item in items]
    versions = list_versions(request.actor, ids, purpose="run-sample", now=request.now)
    people = {row.version.version_id: row for row in person_rows(request, versions, {})}
    return [_compared(item, people[item.version_id]) for item in items if item.version_id in people]


def _compared(item: ItemFacts, person: PersonRow) -> SampleRow:
    """Read the bytes back and lay them beside the record."""
    signed = cwt.decode(item.payload).dcc
    names, entry = signed["nam"], signed["v"][0]
    name = " ".join(part for part in (names.get("fn"), names.get("gn")) if part)
    who, dose = person.version.identity, person.version.dose
    agrees = (name, signed["dob"], entry["mp"], entry["dt"], entry["ci"]) == (
        who.full_name, who.birth_date, dose.product, dose.given_on.isoformat(), item.uvci,
    )  # fmt: skip
    return SampleRow(
        person, name, signed["dob"], product_name(entry["mp"]), f"{entry['dn']}/{entry['sd']}", entry["dt"], agrees
    )


def _held(request: DeskRequest, holds: dict[int, tuple[int, list[str]]]) -> list[HeldRow]:
    versions = list_versions(request.actor, list(holds), purpose="run-held", now=request.now)
    return [
        HeldRow(holds[row.version.version_id][0], row, sentences(holds[row.version.version_id][1]))
        for row in person_rows(request, versions, {})
    ]


@needs(Permission.RUN_APPROVE)
@require_POST
def decide_holds(request: DeskRequest, run_id: int) -> HttpResponse:
    """Release the chosen people into the run, or keep them back."""
    chosen = [int(value) for value in request.POST.getlist("item") if value.isdecimal() and len(value) <= LONGEST_ID]
    release = request.POST.get("decision") == "release"
    decided = actions.decide_holds(request.actor, run_id, chosen, release=release, now=request.now)
    told = _("Released: %(count)s.") if release else _("Kept back: %(count)s.")
    messages.success(request, told % {"count": number(decided)})
    return redirect("ministry:approval", run_id)


@needs(Permission.RUN_APPROVE)
@require_POST
def approve(request: DeskRequest, run_id: int) -> HttpResponse:
    """Ask once more, then approve; signing begins at once."""
    if request.POST.get("confirmed") != "yes":
        return confirm_page(request, _question(run_id))
    with transaction.atomic():
        defer_signing(actions.approve(request.actor, run_id, now=request.now))
    messages.success(request, _("Approved. The platform signs now."))
    return redirect("ministry:run", run_id)


def _question(run_id: int) -> Question:
    found = queries.get_run(run_id)
    released, undecided = queries.count_holds(run_id, "RELEASED"), queries.count_holds(run_id, "")
    return Question(
        title=_("Approve run %(run)s?") % {"run": run_id},
        sentence=_("The platform signs these passports with the ministry's key and issues them. There is no way back."),
        button=_("Approve and sign"),
        action_url=reverse("ministry:approve", args=[run_id]),
        back_url=reverse("ministry:approval", args=[run_id]),
        facts=[
            (_("Passports to sign"), number(found.ready + released)),
            (_("Held back and not released: stay out of this run"), number(found.held - released)),
            (_("Of these nobody has looked at"), number(undecided)),
        ],
    )


@needs(Permission.RUN_APPROVE)
@require_POST
def refuse(request: DeskRequest, run_id: int) -> HttpResponse:
    """Refuse the run with a coded reason."""
    form = RefuseRun(request.POST)
    if not form.is_valid():
        messages.error(request, sentence("RUN_REASON_UNKNOWN"))
        return redirect("ministry:approval", run_id)
    actions.refuse(request.actor, run_id, form.cleaned_data["reason"], now=request.now)
    return redirect("ministry:run", run_id)
