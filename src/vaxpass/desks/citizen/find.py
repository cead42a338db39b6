"""Finding one's record: who it is, then the code; leaving.

What a page says and does is the same whether or not somebody exists: nothing here asks the records. What was typed
goes into a sealed row; a job looks, and only the phone or mailbox of the record hears of it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vaxpass.citizens.codes import check_code
from vaxpass.citizens.rules import Purpose
from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks._shared.politeness import visitor_of
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.citizen import captcha
from vaxpass.desks.citizen.find_forms import CodeForm, FindForm
from vaxpass.desks.citizen.guard import citizen_of, let_in
from vaxpass.desks.citizen.way import HANOI
from vaxpass.jobs import citizens as jobs
from vaxpass.offices.scope import Refused
from vaxpass.wiring import has_electronic_identity

ASKED: Final = "finding"
"""In the session while a code is awaited: its token. Nothing of what was typed."""
_UNPROCESSABLE, _TOO_OFTEN = 422, 429
_OVER: Final = frozenset({"CODE_ENDED", "CODE_TRIES_USED_UP"})


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A refusal beside the form."""

    sentence: str
    code: str
    status: int
    is_captcha: bool = False
    is_over: bool = False

    @property
    def is_too_often(self) -> bool:
        """Whether the only thing to do is to wait."""
        return self.status == _TOO_OFTEN

    @classmethod
    def of(cls, refused: Refused) -> "_Trouble":
        """Put a refusal into words."""
        status = _TOO_OFTEN if "TOO_OFTEN" in refused.code else _UNPROCESSABLE
        words = sentence(refused.code, refused.facts)
        return cls(words, refused.code, status, refused.code.startswith("CAPTCHA_"), refused.code in _OVER)


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponseBase:
    """Take who is looked for; lead on to the code, whoever it is."""
    now = datetime.now(UTC)
    if request.method != "POST":
        return _find_page(request, FindForm(today=_today(now)), now)
    form = FindForm(request.POST, today=_today(now))
    if not form.is_valid():
        return _find_page(request, form, now, status=_UNPROCESSABLE)
    visitor = visitor_of(request)
    try:
        captcha.check(request.POST, now, visitor=visitor)
        token = jobs.begin_search(
            form.details(), now, by=form.cleaned_data["by"], visitor=visitor, language=get_language() or "vi"
        )
    except Refused as refused:
        return _find_page(request, form, now, trouble=_Trouble.of(refused))
    request.session[ASKED] = token
    return redirect("citizen:find_code")


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find_code(request: HttpRequest) -> HttpResponseBase:
    """Take the code; whoever has it comes in."""
    token = request.session.get(ASKED)
    if token is None:
        return redirect("citizen:find")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, form, status=_UNPROCESSABLE if form.is_bound else 200)
    now = datetime.now(UTC)
    try:
        proven = check_code(token, form.cleaned_data["code"], now, purpose=Purpose.FIND, visitor=visitor_of(request))
    except Refused as refused:
        return _code_page(request, CodeForm(), trouble=_Trouble.of(refused))
    citizen = jobs.enter(proven, now)
    request.session.pop(ASKED)
    let_in(request, citizen)
    return redirect("citizen:record")


@open_to_all
@require_POST
def find_code_again(request: HttpRequest) -> HttpResponseBase:
    """Ask for another code with the same details; the earlier one ends."""
    token = request.session.get(ASKED)
    if token is None:
        return redirect("citizen:find")
    try:
        request.session[ASKED] = jobs.begin_again(token, datetime.now(UTC), visitor=visitor_of(request))
    except Refused as refused:
        return _code_page(request, CodeForm(), trouble=_Trouble.of(refused))
    return redirect("citizen:find_code")


@open_to_all
@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """Close the record in this browser; whatever else the session held goes with it."""
    request.session.flush()
    return redirect("citizen:home")


def _find_page(
    request: HttpRequest, form: FindForm, now: datetime, *, trouble: _Trouble | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "captcha": captcha.ask(now),
        "trouble": trouble,
        "captcha_error": trouble.sentence if trouble and trouble.is_captcha else "",
        "has_eid": has_electronic_identity(),
        "is_in": citizen_of(request, now) is not None,
    }
    return render(request, "citizen/find.html", context, status=trouble.status if trouble else status)


def _code_page(
    request: HttpRequest, form: CodeForm, *, trouble: _Trouble | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "trouble": trouble, "has_eid": has_electronic_identity()}
    return render(request, "citizen/find_code.html", context, status=trouble.status if trouble else status)


def _today(now: datetime) -> date:
    return now.astimezone(HANOI).date()
