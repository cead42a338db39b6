"""Directives for the units that they address: the list, one directive with the own targets, saying “received”."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaxpass.campaigns import following, queries
from vaxpass.campaigns.attachments import CONTENT_TYPES, AttachmentKind
from vaxpass.campaigns.facts import DirectiveFacts, StepFacts
from vaxpass.campaigns.rules import Need, Target
from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks.oversight.campaign_forms import MailboxForm, NoteForm
from vaxpass.desks.oversight.campaign_words import (
    CLASS_WORDS,
    FUNCTION_WORDS,
    address_words,
    directive_chip,
    missing_words,
    target_words,
)
from vaxpass.notices.rules import normal_email
from vaxpass.offices.queries import get_office, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight import figures
from vaxpass.oversight.campaign_progress import needs_of

READERS = (Permission.DIRECTIVE_ISSUE, Permission.DIRECTIVE_FOLLOW)
MOST = 300
"""The newest directives that a list shows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One directive of a list: its office, where it stands, whether the own office has acknowledged it."""

    directive: DirectiveFacts
    issuer: str
    chip: Chip
    read: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as a page shows it. `need` is the own office's, None for who is not asked."""

    step: StepFacts
    target: str
    function: str
    facility_class: str
    asked: bool
    is_counted: bool
    need: Need | None
    missing: str
    is_late: bool
    may_say_done: bool


@needs(*READERS)
@require_GET
def directives(request: DeskRequest) -> HttpResponse:
    """List what the own office received, what the own side issued, and, for who directs, what others issued."""
    actor, own = request.actor, request.actor.office_id
    received = queries.addressed_to(own) if actor.may(Permission.DIRECTIVE_FOLLOW) else None
    issued = queries.issued_by(actor).order_by("-drafted_at")
    watched = queries.watched_by(actor).exclude(pk__in=issued.values("pk")).order_by("-published_at")
    context = {
        "received": _lines(received.order_by("-published_at"), own) if received is not None else [],
        "issued": _lines(issued, own),
        "watched": _lines(watched, own) if actor.office_kind == "ministry" else [],
        "may_issue": actor.may(Permission.DIRECTIVE_ISSUE),
        "may_follow": actor.may(Permission.DIRECTIVE_FOLLOW),
        "has_mailbox": bool(queries.mailboxes([own])),
    }
    return render(request, "oversight/directives.html", context)


def _lines(rows: Any, office_id: int) -> list[Line]:
    found = queries.facts_of_all(rows.only("pk")[:MOST])
    issuers, read = queries.issuers(found), queries.read_directives(office_id)
    language = get_language() or "vi"
    return [Line(one, issuers[one.issuer_id].name(language), directive_chip(one), one.id in read) for one in found]


@needs(*READERS)
@require_GET
def directive(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Show a directive: text, file, steps with what the own office misses now; or the draft on its way."""
    found = queries.readable(request.actor, directive_id)
    return render(request, "oversight/directive.html", directive_context(request, found))


def directive_context(request: DeskRequest, found: DirectiveFacts) -> dict[str, Any]:
    """Give what the page of a directive shows."""
    actor, own = request.actor, request.actor.office_id
    asked = actor.may(Permission.DIRECTIVE_FOLLOW) and queries.addressed_to(own).filter(pk=found.id).exists()
    with figures.reading():
        needs = needs_of(own, [found]) if asked and found.in_force else {}
        as_of = figures.as_of(now=request.now)
    read = queries.acknowledged(found.id, own) if asked else None
    issuer = get_office(found.issuer_id)
    return {
        "directive": found,
        "chip": directive_chip(found),
        "issuer": issuer.name(get_language() or "vi"),
        "addresses": address_words(found),
        "steps": [_step_line(step, needs, request, in_force=found.in_force) for step in found.steps],
        "as_of": as_of,
        "asked": asked,
        "read": read,
        "read_by": officer_names({read.officer_id}).get(read.officer_id, "") if read else "",
        "newer": queries.replaced_by(found.id) if found.replaced_at else None,
        "form": NoteForm(),
        "is_own": queries.issued_by(actor).filter(pk=found.id).exists(),
        "may_watch": queries.watched_by(actor).filter(pk=found.id).exists(),
    }


def _step_line(step: StepFacts, needs: Mapping[int, Need], request: DeskRequest, *, in_force: bool) -> StepLine:
    need = needs.get(step.id)
    open_ = need is not None and bool(need.missing) and step.withdrawn_at is None
    return StepLine(
        step=step,
        target=target_words(step),
        function=str(FUNCTION_WORDS[step.function]) if step.function else "",
        facility_class=str(CLASS_WORDS[step.facility_class]) if step.facility_class else "",
        asked=need is not None,
        is_counted=step.is_counted,
        need=need,
        missing=missing_words(step, need) if need else "",
        is_late=bool(open_ and step.due and step.due.counts < day_in_vietnam(request.now)),
        may_say_done=in_force and open_ and step.target is Target.TOLD,
    )


@needs(*READERS)
@require_GET
def attachment(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Give the file of a directive, to be kept: never shown inside the platform's own pages."""
    queries.readable(request.actor, directive_id)
    facts, content = queries.get_attachment(directive_id)
    answer = HttpResponse(content, content_type=CONTENT_TYPES[AttachmentKind(facts.kind)])
    answer.headers["Content-Disposition"] = f'attachment; filename="directive-{directive_id}.{facts.kind}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@needs(Permission.DIRECTIVE_FOLLOW)
@require_POST
def acknowledge(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Say that the own office has read a directive."""
    form = NoteForm(request.POST)
    if form.is_valid():
        following.acknowledge(request.actor, directive_id, form.cleaned_data["note"], now=request.now)
        messages.success(request, _("Written down: your office has received this directive."))
    return redirect("oversight:directive", directive_id)


@needs(Permission.DIRECTIVE_FOLLOW)
@require_POST
def step_done(request: DeskRequest, directive_id: int, step_id: int) -> HttpResponse:
    """Say that a step which nothing counts is done."""
    form = NoteForm(request.POST)
    if form.is_valid():
        following.say_done(request.actor, step_id, form.cleaned_data["note"], now=request.now)
        messages.success(request, _("Written down: this step is done."))
    return redirect("oversight:directive", directive_id)


@needs(Permission.DIRECTIVE_FOLLOW)
@require_http_methods(["GET", "POST"])
def mailbox(request: DeskRequest, office_id: int = 0) -> HttpResponse:
    """Name the mailbox of the own office, or of one of the province's."""
    wanted = office_id or request.actor.office_id
    office = queries.contact_in_reach(request.actor, wanted)
    if office is None:
        raise Refused("OFFICE_UNKNOWN")
    form = MailboxForm(request.POST if request.method == "POST" else None, initial=_mailbox(wanted))
    if form.is_valid():
        email = form.cleaned_data["email"]
        following.set_contact(request.actor, wanted, normal_email(email) if email else "", now=request.now)
        messages.success(request, _("The mailbox is written down.") if email else _("The mailbox was taken away."))
        return redirect("oversight:directives")
    context = {"form": form, "office": office.name(get_language() or "vi")}
    return render(request, "oversight/mailbox.html", context, status=422 if form.errors else 200)


def _mailbox(office_id: int) -> dict[str, str]:
    return {"email": queries.mailboxes([office_id]).get(office_id, "")}
