"""Directives for who issues them: draft, steps, file, publish, amend, withdraw. Strong acts are asked once more."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaxpass.campaigns import actions, queries
from vaxpass.campaigns.addressing import count_reached
from vaxpass.campaigns.facts import DirectiveFacts, StepFacts
from vaxpass.campaigns.rules import COUNTRYWIDE, window_holds
from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import date_vi, number
from vaxpass.desks.oversight.campaign_forms import (
    DirectiveForm,
    FileForm,
    StepForm,
    WithdrawForm,
    typed,
    typed_step,
)
from vaxpass.desks.oversight.campaign_words import CLASS_WORDS, FUNCTION_WORDS, KIND_WORDS, address_words
from vaxpass.jobs import campaigns as jobs
from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.offices.workdays import day_in_vietnam

ISSUE = needs(Permission.DIRECTIVE_ISSUE)


def _own(request: DeskRequest, directive_id: int) -> DirectiveFacts:
    """Give a directive of the own side; refuses DIRECTIVE_UNKNOWN."""
    if not queries.issued_by(request.actor).filter(pk=directive_id).exists():
        raise Refused("DIRECTIVE_UNKNOWN")
    return queries.get_facts(directive_id)


def _own_draft(request: DeskRequest, directive_id: int) -> DirectiveFacts:
    found = _own(request, directive_id)
    if found.published_at is not None:
        raise Refused("DIRECTIVE_NOT_DRAFT")
    return found


def _taken(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do what a form asks for; a refusal becomes an error of the form."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            act()
    except Refused as refused:
        form.add_error(None, sentence(refused.code, refused.facts))
    return form.is_valid()


def _page(request: DeskRequest, template: str, form: forms.Form, **more: Any) -> HttpResponse:
    return render(request, f"oversight/{template}.html", {"form": form, **more}, status=422 if form.errors else 200)


def _form(request: DeskRequest, initial: dict[str, Any] | None = None) -> DirectiveForm:
    return DirectiveForm(
        request.POST if request.method == "POST" else None,
        initial=initial or {"kinds": list(KIND_WORDS)},
        of_ministry=request.actor.office_kind == OfficeKind.MINISTRY,
        language=get_language() or "vi",
        today=day_in_vietnam(request.now),
    )


@ISSUE
@require_http_methods(["GET", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Draft a directive."""
    form, made = _form(request), list[int]()
    if _taken(form, lambda: made.append(actions.draft(request.actor, form.draft(), now=request.now))):
        return redirect("oversight:directive", made[0])
    return _page(request, "directive_edit", form)


@ISSUE
@require_http_methods(["GET", "POST"])
def edit(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Change a draft."""
    found = _own_draft(request, directive_id)
    form = _form(request, typed(found))
    if _taken(form, lambda: actions.redraft(request.actor, directive_id, form.draft(), now=request.now)):
        return redirect("oversight:directive", directive_id)
    return _page(request, "directive_edit", form, directive=found)


@ISSUE
@require_POST
def discard(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Throw a draft away."""
    actions.discard(request.actor, directive_id)
    messages.success(request, _("The draft was thrown away."))
    return redirect("oversight:directives")


@ISSUE
@require_http_methods(["GET", "POST"])
def step(request: DeskRequest, directive_id: int, step_id: int | None = None) -> HttpResponse:
    """Add a step to a draft, or change one."""
    found = _own_draft(request, directive_id)
    initial = typed_step(_step(found, step_id)) if step_id is not None else {"target": "all_signed"}
    posted = request.POST if request.method == "POST" else None
    form = StepForm(posted, initial=initial, of_ministry=not found.province_code)
    if _taken(form, lambda: actions.put_step(request.actor, directive_id, form.draft(), step_id)):
        return redirect("oversight:directive", directive_id)
    return _page(request, "directive_step", form, directive=found)


def _step(found: DirectiveFacts, step_id: int) -> StepFacts:
    for one in found.steps:
        if one.id == step_id:
            return one
    raise Refused("STEP_UNKNOWN")


@ISSUE
@require_POST
def drop_step(request: DeskRequest, directive_id: int, step_id: int) -> HttpResponse:
    """Take a step out of a draft."""
    actions.drop_step(request.actor, directive_id, step_id)
    return redirect("oversight:directive", directive_id)


@ISSUE
@require_http_methods(["GET", "POST"])
def attach(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Give a draft its file, or take the file away."""
    found = _own_draft(request, directive_id)
    if "detach" in request.POST:
        actions.detach(request.actor, directive_id)
        return redirect("oversight:directive", directive_id)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES)
    if _taken(form, lambda: _attach(request, directive_id, form)):
        return redirect("oversight:directive", directive_id)
    return _page(request, "directive_file", form, directive=found)


def _attach(request: DeskRequest, directive_id: int, form: FileForm) -> None:
    file = form.cleaned_data["file"]
    actions.attach(request.actor, directive_id, file.name, file.read())


@ISSUE
@require_POST
def publish(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Ask once more, naming what is opened or closed and for whom; then publish."""
    found = _own_draft(request, directive_id)
    if request.POST.get("confirmed") != "yes":
        row = queries.issued_by(request.actor).get(pk=directive_id)
        actions.check_reach(row, now=request.now)
        return confirm_page(request, _question(found, count_reached(row, now=request.now), day_in_vietnam(request.now)))
    reached = jobs.publish(request.actor, directive_id, now=request.now)
    messages.success(request, _("Published. It reaches %(count)s units.") % {"count": number(reached)})
    return redirect("oversight:directive", directive_id)


def _question(found: DirectiveFacts, reached: dict[tuple[str, str], int], today: date) -> Question:
    functions = [one for one in found.steps if one.function]
    whole = any(one.function in COUNTRYWIDE or _everywhere(found) for one in functions)
    closes = any(one.closes_on or not _is_open(one, today) for one in functions)
    facts: list[tuple[Words, object]] = [(_("Units that it reaches"), number(sum(reached.values())))]
    facts += [(_unit_words(kind, one), number(count)) for (kind, one), count in reached.items()]
    facts += [(_("Addressed to"), "; ".join(address_words(found)))]
    facts += [(FUNCTION_WORDS[one.function], _window_words(found, one, today)) for one in functions if one.function]
    said = _("The units are told at once. A published directive is not changed any more, only amended or withdrawn.")
    if functions:
        said = _("From now on the functions named below work on the days given alone; outside of them they are closed.")
    return Question(
        title=_("Publish directive %(number)s?") % {"number": found.number},
        sentence=said,
        button=_("Publish and close what is named") if closes else _("Publish the directive"),
        action_url=reverse("oversight:directive_publish", args=[found.id]),
        back_url=reverse("oversight:directive", args=[found.id]),
        facts=facts,
        danger=whole and closes,
    )


def _everywhere(found: DirectiveFacts) -> bool:
    return not found.province_code and not found.areas


def _unit_words(kind: str, facility_class: str) -> Words:
    return CLASS_WORDS.get(facility_class) or KIND_WORDS.get(kind, kind)


def _is_open(one: StepFacts, today: date) -> bool:
    return window_holds(one.opens_on, one.closes_on, today)


def _window_words(found: DirectiveFacts, one: StepFacts, today: date) -> object:
    """Say when a function is open by a step, and for whom it is closed otherwise."""
    whom = _("The whole country") if one.function in COUNTRYWIDE else "; ".join(address_words(found)[1:])
    if one.facility_class:
        whom = f"{whom}; {CLASS_WORDS[one.facility_class]}"
    now = _("On publication it is open.") if _is_open(one, today) else _("On publication it is closed at once.")
    lines = [(_days_words(one),), (now,), (_("Closed on all other days for: %(whom)s") % {"whom": whom},)]
    return format_html_join("", "<p>{}</p>", lines)


def _days_words(one: StepFacts) -> str:
    days = [_("open from %(day)s") % {"day": date_vi(one.opens_on)}] if one.opens_on else []
    days += [_("open until the end of %(day)s") % {"day": date_vi(one.closes_on)}] if one.closes_on else []
    return ", ".join(days)


@ISSUE
@require_POST
def amend(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Draft a new version of a directive in force."""
    draft = actions.amend(request.actor, directive_id, now=request.now)
    messages.success(request, _("A draft of the new version is ready. Until you publish it the old version holds."))
    return redirect("oversight:directive", draft)


@ISSUE
@require_http_methods(["GET", "POST"])
def withdraw(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Withdraw a directive, with its reason."""
    found = _own(request, directive_id)
    if not found.in_force:
        raise Refused("DIRECTIVE_NOT_IN_FORCE")
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if _taken(form, lambda: _withdraw(request, directive_id, form)):
        messages.success(request, _("Withdrawn. Its deadlines and openings have ended; the units are told."))
        return redirect("oversight:directive", directive_id)
    functions = [FUNCTION_WORDS[one.function] for one in found.steps if one.function and not one.withdrawn_at]
    return _page(request, "directive_withdraw", form, directive=found, functions=functions)


def _withdraw(request: DeskRequest, directive_id: int, form: WithdrawForm) -> None:
    jobs.withdraw(request.actor, directive_id, form.cleaned_data["because"], now=request.now)


@ISSUE
@require_POST
def withdraw_step(request: DeskRequest, directive_id: int, step_id: int) -> HttpResponse:
    """Ask once more, then withdraw one step of a directive in force."""
    found = _own(request, directive_id)
    one = _step(found, step_id)
    if request.POST.get("confirmed") != "yes":
        return confirm_page(request, _step_question(found, one))
    actions.withdraw_step(request.actor, directive_id, step_id, now=request.now)
    messages.success(request, _("The step was withdrawn."))
    return redirect("oversight:directive", directive_id)


def _step_question(found: DirectiveFacts, one: StepFacts) -> Question:
    facts: list[tuple[Words, object]] = [(_("What is to be done"), one.title)]
    if one.function:
        facts.append((FUNCTION_WORDS[one.function], _days_words(one)))
    return Question(
        title=_("Withdraw this step of directive %(number)s?") % {"number": found.number},
        sentence=_("Its deadline and its reminders end, and it opens or closes nothing any more."),
        button=_("Withdraw the step"),
        action_url=reverse("oversight:directive_step_withdraw", args=[found.id, one.id]),
        back_url=reverse("oversight:directive", args=[found.id]),
        facts=facts,
        danger=True,
    )
