"""Opening a difficulty from any page, with help offered before; and the difficulties of the own office."""

from collections.abc import Sequence
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
from vaxpass.desks._shared.refusals import last_refusal, sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.desks.support import words
from vaxpass.desks.support.forms import AskForm
from vaxpass.desks.support.offering import Offer, language, offer, shown
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.records.queries import states_in_scope
from vaxpass.support import actions, problems, queries
from vaxpass.support.facts import DifficultyRow
from vaxpass.support.rules import LONGEST_SUBJECT, NewDifficulty, code_named, page_named
from vaxpass.support.scanning import has_numbers, masked

NUMBERS_FOUND = "SUPPORT_NUMBERS_FOUND"


@needs(Permission.DIFFICULTY_OPEN)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponseBase:
    """Offer help for the page and its last refusal; below it the difficulty is told."""
    if request.method == "POST":
        return _told(request)
    page, code = page_named(request.GET.get("page", "")), last_refusal(request)
    record = _record_in_reach(request, request.GET.get("record", ""))
    form = AskForm(has_record=record is not None, initial={"page": page, "code": code, "record": record})
    return _page(request, form, offer(request.actor, page=page, code=code))


def _record_in_reach(request: DeskRequest, text: str) -> int | None:
    """Give a record's number where the officer may see records there; nothing is read of it yet."""
    if not (text.isascii() and text.isdigit() and len(text) < 19) or not request.actor.may(Permission.RECORD_SEE):  # noqa: PLR2004 -- digits of a bigint
        return None
    return int(text) if states_in_scope(request.actor).filter(version_id=int(text)).exists() else None


def _told(request: DeskRequest) -> HttpResponseBase:
    data = request.POST.copy()
    if data.get("cover"):
        data["subject"] = masked(str(data.get("subject", "")))[:LONGEST_SUBJECT]
        data["text"] = masked(str(data.get("text", "")))
    record = _record_in_reach(request, data.get("record", ""))
    warns = has_numbers(data.get("subject", ""), data.get("text", ""))
    looked, data["looked"] = data.get("looked", ""), "yes"
    form = AskForm(data, has_record=record is not None, warns=warns)
    if not form.is_valid():
        return _page(request, form, None, status=422)
    said = form.cleaned_data
    found = _offer_of(request, form) if not looked else None
    if warns and not said["sends_numbers"]:
        form.add_error(None, sentence(NUMBERS_FOUND))
        return _page(request, form, found, status=422, warns=True)
    if found:
        return _page(request, form, found)
    return _open(request, form, record)


def _offer_of(request: DeskRequest, form: AskForm) -> Offer:
    said = form.cleaned_data
    text = f"{said['subject']} {said['text']}"
    page, code = page_named(said["page"]), code_named(said["code"])
    return offer(request.actor, page=page, code=code, text=text, kind=form.kind_chosen)


def _open(request: DeskRequest, form: AskForm, record: int | None) -> HttpResponseBase:
    said = form.cleaned_data
    difficulty = NewDifficulty(
        form.kind_chosen,
        form.urgency_chosen,
        said["subject"],
        said["text"],
        page=said["page"],
        code=said["code"],
        version_id=record if said.get("with_record") else None,
        sends_numbers=bool(said.get("sends_numbers")),
    )
    try:
        difficulty_id = actions.open_difficulty(request.actor, difficulty, now=request.now)
    except Refused as refused:
        form.add_error(None, sentence(refused.code, refused.facts))
        return _page(request, form, None, status=422)
    messages.success(request, gettext("Support has it. The answer comes here; a number beside “Support” tells of it."))
    return redirect("support:difficulty", difficulty_id)


def _page(
    request: DeskRequest, form: AskForm, found: Offer | None, *, status: int = 200, warns: bool = False
) -> HttpResponse:
    code = code_named(str(form["code"].value() or ""))
    context = {
        "form": form,
        "offer": found,
        "page": page_named(str(form["page"].value() or "")),
        "code": code,
        "code_sentence": sentence(code) if code else "",
        "was_sent": form.is_bound,
        "warns": warns,
    }
    return render(request, "support/new.html", context, status=status)


def _due(row: DifficultyRow) -> str:
    return moment_vi(row.due_at)


def _state(row: DifficultyRow) -> str:
    word, tone = words.STATUSES[row.status]
    return word_chip(str(_("New answer")), "turn") if row.unread else word_chip(str(word), tone)


MINE: Table[DifficultyRow] = Table(
    "difficulties",
    _("Difficulties of our office"),
    (
        Column(
            "number",
            _("Number of the difficulty"),
            lambda row: row.number,
            sort=("pk",),
            link=lambda row: reverse("support:difficulty", args=[row.difficulty_id]),
        ),
        Column("subject", _("In one line"), lambda row: row.subject),
        Column("kind", _("What the trouble is about"), lambda row: words.KINDS[row.kind], sort=("kind",)),
        Column("opened", _("Told at"), lambda row: moment_vi(row.opened_at), sort=("opened_at",)),
        Column("due", _("Next due"), _due),
        Column("status", _("Status"), _state, sort=("status",)),
    ),
    default_sort="-opened",
    filters=(
        Filter(
            "status",
            _("Status"),
            lambda found, value: found.filter(status=int(value)),
            choices=tuple((str(int(status)), word) for status, (word, _tone) in words.STATUSES.items()),
        ),
    ),
    empty=_("Your office has told of no difficulty."),
)


@needs(Permission.DIFFICULTY_OPEN)
@require_GET
def mine(request: DeskRequest) -> HttpResponse:
    """List the difficulties of the own office, and the known problems that the officer has too."""

    def load(part: Sequence[Any]) -> list[DifficultyRow]:
        return queries.rows_of(part, request.now)

    table = MINE.show(request, queries.asked_by(request.actor), load=load)
    news = [shown(one) for one in problems.solved_unseen(request.actor, language())]
    actions.mark_seen(request.actor, now=request.now)
    context = {"table": table, "problems": offer(request.actor, page="", code="").problems, "news": news}
    return render(request, "support/mine.html", context)


@needs(Permission.DIFFICULTY_OPEN)
@require_POST
def me_too(request: DeskRequest, problem_id: int) -> HttpResponseBase:
    """Say that one has a known problem too: one press."""
    actions.me_too(request.actor, problem_id, now=request.now)
    messages.success(request, gettext("Noted. You are told here when it is solved."))
    return redirect("support:mine")
