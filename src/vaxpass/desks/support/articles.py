"""Writing the help: drafts from solved difficulties, publishing, taking out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaxpass.desks._shared.chips import word_chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.desks.support import words
from vaxpass.desks.support.forms import ArticleForm
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.support import actions, helping
from vaxpass.support.facts import Draft
from vaxpass.support.rules import ArticleState

_PUBLISH = Permission.STATUS_PUBLISH


def _state(one: Any) -> str:
    word, tone = words.ARTICLE_STATES[ArticleState(one.state)]
    return word_chip(str(word), tone)


ARTICLES: Table[Any] = Table(
    "articles",
    _("Articles"),
    (
        Column(
            "title",
            _("Title in Vietnamese"),
            lambda one: one.title_vi,
            sort=("title_vi",),
            link=lambda one: reverse("support:article", args=[one.pk]),
        ),
        Column("english", _("Title in English"), lambda one: one.title_en or "–", sort=("title_en",)),
        Column("state", _("Status"), _state, sort=("state",)),
        Column("codes", _("Offered for these codes"), lambda one: ", ".join(one.codes)),
        Column("changed", _("Changed at"), lambda one: moment_vi(one.changed_at), sort=("changed_at",)),
    ),
    default_sort="-changed",
    filters=(
        Filter(
            "state",
            _("Status"),
            lambda found, value: found.filter(state=value),
            choices=tuple((state.value, word) for state, (word, _tone) in words.ARTICLE_STATES.items()),
        ),
    ),
    empty=_("No article yet. One grows from every good answer."),
)


@needs(_PUBLISH)
@require_GET
def articles(request: DeskRequest) -> HttpResponse:
    """List all articles, drafts among them."""
    return render(request, "support/articles.html", {"table": ARTICLES.show(request, helping.all_articles())})


@needs(_PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponseBase:
    """Write an article."""
    form = ArticleForm(request.POST if request.method == "POST" else None)
    return _edited(request, form, None, None)


@needs(_PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def grow(request: DeskRequest, difficulty_id: int) -> HttpResponseBase:
    """Write an article from a solved difficulty: its answers stand there already, numbers covered."""
    draft = actions.draft_from(request.actor, difficulty_id)
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=_initial(draft))
    return _edited(request, form, None, difficulty_id)


@needs(_PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: DeskRequest, article_id: int) -> HttpResponseBase:
    """Change an article."""
    initial = _initial(helping.draft_of(article_id))
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=initial)
    return _edited(request, form, article_id, None)


def _initial(draft: Draft) -> dict[str, str]:
    return {
        "kind": draft.kind.value,
        "title_vi": draft.title_vi,
        "body_vi": draft.body_vi,
        "title_en": draft.title_en,
        "body_en": draft.body_en,
        "pages": " ".join(draft.pages),
        "codes": " ".join(draft.codes),
    }


def _edited(
    request: DeskRequest, form: ArticleForm, article_id: int | None, grown_from: int | None
) -> HttpResponseBase:
    if form.is_bound and form.is_valid():
        try:
            stored = actions.save_article(
                request.actor, _draft(form), now=request.now, article_id=article_id, grown_from=grown_from
            )
            if request.POST.get("publish"):
                actions.publish_article(request.actor, stored, now=request.now)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, refused.facts))
        else:
            messages.success(request, gettext("Stored."))
            return redirect("support:article", stored)
    context = {"form": form, "is_new": article_id is None, "is_grown": grown_from is not None}
    return render(request, "support/article_edit.html", context, status=422 if form.is_bound else 200)


def _draft(form: ArticleForm) -> Draft:
    said = form.cleaned_data
    return Draft(
        form.kind_chosen,
        said["title_vi"],
        said["body_vi"],
        said["title_en"],
        said["body_en"],
        tuple(said["pages"].replace(",", " ").split()),
        tuple(said["codes"].replace(",", " ").split()),
    )


@needs(_PUBLISH)
@require_POST
def publish(request: DeskRequest, article_id: int) -> HttpResponseBase:
    """Publish an article."""
    actions.publish_article(request.actor, article_id, now=request.now)
    messages.success(request, gettext("Published. It is offered before a difficulty is opened."))
    return redirect("support:article", article_id)


@needs(_PUBLISH)
@require_POST
def retire(request: DeskRequest, article_id: int) -> HttpResponseBase:
    """Take an article out of the help."""
    actions.retire_article(request.actor, article_id, now=request.now)
    messages.success(request, gettext("Taken out of the help."))
    return redirect("support:article", article_id)
