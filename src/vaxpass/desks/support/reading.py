"""Help: found by words without accents, read, and said to have helped."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaxpass.desks._shared.guard import DeskRequest, needs, signed_in
from vaxpass.desks.support import words
from vaxpass.desks.support.forms import SearchForm
from vaxpass.desks.support.offering import language
from vaxpass.offices.roles import Permission
from vaxpass.support import actions, helping
from vaxpass.support.rules import ArticleState, Kind


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: DeskRequest) -> HttpResponse:
    """Search the help, or show what there is by what it is about."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    asked = form.cleaned_data["words"].strip() if form.is_valid() else ""
    found = helping.find(asked, language()) if asked else helping.newest(language())
    groups = [(words.KINDS[kind], [one for one in found if one.kind is kind]) for kind in Kind]
    context = {
        "form": form,
        "asked": asked,
        "found": found,
        "groups": [] if asked else [(word, some) for word, some in groups if some],
        "kinds": words.KINDS,
    }
    return render(request, "support/help.html", context)


@signed_in
@require_GET
def article(request: DeskRequest, article_id: int) -> HttpResponse:
    """Show one article."""
    edits = request.actor.may(Permission.STATUS_PUBLISH)
    found = helping.read_article(article_id, language(), may_edit=edits)
    word, tone = words.ARTICLE_STATES[found.state]
    context = {
        "found": found,
        "kind": words.KINDS[found.kind],
        "edits": edits,
        "state": word,
        "tone": tone,
        "is_published": found.state is ArticleState.PUBLISHED,
        "asks": request.actor.may(Permission.DIFFICULTY_OPEN),
    }
    return render(request, "support/article.html", context)


@needs(Permission.DIFFICULTY_OPEN)
@require_POST
def helped(request: DeskRequest, article_id: int) -> HttpResponseBase:
    """Say that an article helped."""
    actions.note_helped(request.actor, article_id, now=request.now)
    messages.success(request, gettext("Thank you. That it helped is counted, for whoever writes the help."))
    return redirect("support:article", article_id)
