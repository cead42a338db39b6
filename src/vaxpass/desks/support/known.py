"""Known problems: told to everybody, followed up, solved for all who wait."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.support.forms import ProblemForm, ProblemUpdateForm
from vaxpass.desks.support.offering import language, shown
from vaxpass.jobs.support import tell_on_problem
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.support import actions, problems
from vaxpass.support.actions import Words
from vaxpass.support.rules import ProblemState


@needs(Permission.STATUS_PUBLISH)
@require_GET
def problem_list(request: DeskRequest) -> HttpResponse:
    """List the known problems, and those solved within two weeks."""
    context = {
        "open": [shown(one) for one in problems.open_problems(language())],
        "solved": [shown(one) for one in problems.solved_problems(language(), request.now)],
    }
    return render(request, "support/problems.html", context)


@needs(Permission.STATUS_PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def problem_new(request: DeskRequest) -> HttpResponseBase:
    """Tell everybody of a problem."""
    form = ProblemForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        title, text = Words(said["title_vi"], said["title_en"]), Words(said["text_vi"], said["text_en"])
        since = said["since"] or request.now
        try:
            told = actions.tell_problem(request.actor, form.component_chosen, title, text, since=since, now=request.now)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, refused.facts))
        else:
            messages.success(request, gettext("Told. It stands on the page of the system's state."))
            return redirect("support:problem", told)
    return render(request, "support/problem_new.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(Permission.STATUS_PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: DeskRequest, problem_id: int) -> HttpResponseBase:
    """Show a problem and say how far it is; once it is solved, everybody who waits for it is told."""
    found = problems.get_problem(problem_id, language())
    form = ProblemUpdateForm(request.POST if request.method == "POST" else None, initial={"state": found.state.value})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        text = Words(said["text_vi"], said["text_en"])
        try:
            solved = tell_on_problem(request.actor, problem_id, form.state_chosen, text, now=request.now)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, refused.facts))
        else:
            done = gettext("Told. Difficulties solved with it: %(count)s.") % {"count": solved}
            messages.success(request, done)
            return redirect("support:problem", problem_id)
    context = {
        "one": shown(found),
        "form": form,
        "is_solved": found.state is ProblemState.SOLVED,
        "waiting": problems.linked_to(problem_id).count(),
    }
    return render(request, "support/problem.html", context, status=422 if form.is_bound else 200)
