"""One difficulty: for the office that asked, and for whoever answers; each decision is one key away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.support import words
from vaxpass.desks.support.forms import DecisionForm
from vaxpass.desks.support.offering import language, shown
from vaxpass.jobs import support as jobs
from vaxpass.offices.queries import facility_names, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused
from vaxpass.support import actions, problems, queries, rules
from vaxpass.support.facts import DifficultyFacts
from vaxpass.support.rules import Level, Status
from vaxpass.support.scanning import has_numbers

_SUPPORT = Permission.SUPPORT_ANSWER
_ASKER = Permission.DIFFICULTY_OPEN


@dataclass(frozen=True, slots=True)
class Panel:
    """A decision: its name, the key that opens it, its words, and its form."""

    do: str
    key: str
    title: Words
    lead: Words
    button: Words
    form: DecisionForm

    @property
    def open(self) -> bool:
        """Stand open when something in it has to be mended."""
        return self.form.is_bound


_PANELS: Final[Mapping[str, tuple[str, Words, Words, Words]]] = {
    "answer": (
        "a",
        _("Answer"),
        _("The office reads it. The difficulty stays open until it is solved."),
        _("Send the answer"),
    ),
    "ask": (
        "m",
        _("Ask back"),
        _("The clock stands still until the office answers."),
        _("Send the question"),
    ),
    "solve": (
        "s",
        _("Solve"),
        _("Say what was wrong and what was done. The office may open it again once."),
        _("Solve"),
    ),
    "problem": ("p", _("It is a known problem"), _("It is solved, and the office told, with the problem."), _("Link")),
    "escalate": (
        "e",
        _("Pass up to the ministry"),
        _("The ministry's IT department takes it. Say what you found out so far."),
        _("Pass up"),
    ),
    "hand_back": ("b", _("Hand back to the branch"), _("Say what the branch should do."), _("Hand back")),
    "more": ("t", _("Tell more"), _("Support reads it; after a question the clock goes on."), _("Send")),
    "reopen": (
        "o",
        _("It is not solved"),
        _("You may open it again once. Say what still does not work."),
        _("Open again"),
    ),
    "close": ("x", _("It is settled"), _("Support need not go on. This cannot be taken back."), _("End it")),
}
_DECIDE: Final[dict[str, Callable[..., None]]] = {
    "answer": jobs.answer,
    "ask": jobs.ask_back,
    "solve": jobs.solve,
    "escalate": jobs.escalate,
    "hand_back": jobs.hand_back,
}


@needs(_SUPPORT, _ASKER)
@require_GET
def difficulty(request: DeskRequest, difficulty_id: int) -> HttpResponse:
    """Show a difficulty with its steps; the office that asked has read the answer with it."""
    found = queries.read_difficulty(request.actor, difficulty_id, now=request.now)
    actions.mark_read(request.actor, difficulty_id)
    return _page(request, found)


@needs(_SUPPORT)
@require_POST
def numbers(request: DeskRequest, difficulty_id: int) -> HttpResponse:
    """Show the numbers that the asker chose to send; that they were read is a step that he sees."""
    actions.see_numbers(request.actor, difficulty_id, now=request.now)
    found = queries.read_difficulty(request.actor, difficulty_id, now=request.now, with_numbers=True)
    return _page(request, found, with_numbers=True)


@needs(_SUPPORT)
@require_POST
def decide(request: DeskRequest, difficulty_id: int) -> HttpResponseBase:
    """Answer, ask back, solve, link, pass up or hand back; then the next one that waits."""
    form = DecisionForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            _decided(request, difficulty_id, said)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, refused.facts))
        else:
            messages.success(request, gettext("Done. The office is told."))
            following = queries.next_waiting(request.actor, difficulty_id)
            return redirect("support:difficulty", following) if following else redirect("support:queue")
    return _page(request, queries.read_difficulty(request.actor, difficulty_id, now=request.now), form)


def _decided(request: DeskRequest, difficulty_id: int, said: Mapping[str, Any]) -> None:
    do, actor, seen = said["do"], request.actor, said["seen"]
    if do == "problem":
        jobs.link_problem(actor, difficulty_id, said["problem"] or 0, seen_step=seen, now=request.now)
    elif do in _DECIDE:
        _DECIDE[do](actor, difficulty_id, said["text"], seen_step=seen, now=request.now)
    else:
        raise Refused("SUPPORT_STEP_IMPOSSIBLE")


@needs(_ASKER)
@require_POST
def follow(request: DeskRequest, difficulty_id: int) -> HttpResponseBase:
    """Tell more, open again, or end it: what the office that asked may do."""
    form = DecisionForm(request.POST, warns=has_numbers(request.POST.get("text", "")))
    if form.is_valid():
        try:
            _followed(request, difficulty_id, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, refused.facts))
        else:
            messages.success(request, gettext("Done."))
            return redirect("support:difficulty", difficulty_id)
    return _page(request, queries.read_difficulty(request.actor, difficulty_id, now=request.now), form)


def _followed(request: DeskRequest, difficulty_id: int, said: Mapping[str, Any]) -> None:
    do, seen, sends = said["do"], said["seen"], bool(said.get("sends_numbers"))
    verbs = {"more": actions.tell_more, "reopen": actions.reopen}
    if do == "close":
        actions.close(request.actor, difficulty_id, seen_step=seen, now=request.now)
    elif do in verbs:
        verbs[do](request.actor, difficulty_id, said["text"], seen_step=seen, now=request.now, sends_numbers=sends)
    else:
        raise Refused("SUPPORT_STEP_IMPOSSIBLE")


def choices(actor: Actor, found: DifficultyFacts) -> tuple[str, ...]:
    """Give what this officer may do with a difficulty now."""
    status, mine = found.row.status, found.row.office_id == actor.office_id and actor.may(_ASKER)
    if mine:
        if status in rules.UNSOLVED:
            return ("more", "close")
        return ("reopen",) if status is Status.SOLVED and not found.reopened else ()
    if not rules.is_in_charge(actor, found.standing) or status not in rules.UNSOLVED:
        return ()
    if status is Status.ASKED:
        return ("solve",)
    moving = ("escalate",) if found.row.level is Level.BRANCH else ("hand_back",) if found.branch_id else ()
    return ("answer", "ask", "solve", "problem", *moving)


def _page(
    request: DeskRequest, found: DifficultyFacts, form: DecisionForm | None = None, *, with_numbers: bool = False
) -> HttpResponse:
    row = found.row
    mine = row.office_id == request.actor.office_id
    open_problems = [shown(one) for one in problems.open_problems(language())]
    linked = problems.get_problem(found.problem_id, language()) if found.problem_id else None
    panels = [_panel(do, found, form) for do in choices(request.actor, found)]
    context = {
        "found": found,
        "row": row,
        "mine": mine,
        "kind": words.KINDS[row.kind],
        "urgency": words.SHORT_URGENCIES[row.urgency],
        "status": words.STATUSES[row.status],
        "level": words.LEVELS[row.level],
        "asker": _office_name(row.office_id),
        "code_sentence": sentence(found.code) if found.code else "",
        "steps": _steps(found, mine=mine),
        "panels": [panel for panel in panels if panel.do != "problem" or open_problems],
        "problems": open_problems,
        "linked": shown(linked) if linked else None,
        "shows_numbers": with_numbers,
        "in_charge": rules.is_in_charge(request.actor, found.standing),
        "errors": form.non_field_errors() if form is not None and form.data.get("do") not in _names(panels) else [],
        "may_draft": request.actor.may(Permission.STATUS_PUBLISH) and row.status is Status.SOLVED and not mine,
    }
    return render(request, "support/difficulty.html", context, status=422 if form is not None else 200)


def _names(panels: list[Panel]) -> set[str]:
    return {panel.do for panel in panels}


def _panel(do: str, found: DifficultyFacts, form: DecisionForm | None) -> Panel:
    key, title, lead, button = _PANELS[do]
    posted = form if form is not None and form.data.get("do") == do else None
    shown_form = posted or DecisionForm(initial={"do": do, "seen": found.standing.last_step}, auto_id=f"{do}-%s")
    if posted is not None:
        # What happened meanwhile stands on the page now: with the next press the officer has read it.
        posted.auto_id = f"{do}-%s"
        posted.data = {**_flat(posted), "seen": str(found.standing.last_step)}
    return Panel(do, key, title, lead, button, shown_form)


def _flat(form: DecisionForm) -> dict[str, Any]:
    return {name: form.data.get(name) for name in form.data}


def _office_name(office_id: int) -> str:
    office = facility_names({office_id}).get(office_id)
    return f"{office.name(language())} ({office.code})" if office else ""


def _steps(found: DifficultyFacts, *, mine: bool) -> list[dict[str, object]]:
    """Give the steps in words. The asker is shown the office that answered; colleagues are shown by name."""
    offices = facility_names({step.office_id for step in found.steps if step.office_id})
    names = officer_names({step.officer_id for step in found.steps if step.officer_id})
    return [
        {
            "at": step.at,
            "word": words.STEP_WORDS[step.kind],
            "office": offices[step.office_id].name(language()) if step.office_id in offices else "",
            "officer": "" if mine and step.office_id != found.row.office_id else names.get(step.officer_id or 0, ""),
            "text": step.text,
        }
        for step in found.steps
    ]
