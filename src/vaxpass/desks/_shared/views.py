"""Pages that belong to no single desk: the start page, the way to one's desk, the language."""

import json
from pathlib import Path
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from vaxpass.desks._shared.guard import DeskRequest, open_to_all, signed_in
from vaxpass.desks._shared.navigation import landing
from vaxpass.desks._shared.refusals import sentence
from vaxpass.offices.actions import choose_language
from vaxpass.offices.queries import roles_held

PRINT_COOKIE = "vaxpass_print"
SHOWN_CITIZENS = 2


@open_to_all
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Show what this is, in a minute, and the way to each desk."""
    context = {"sign_ins": demo_sign_ins(), "citizens": demo_citizens()[:SHOWN_CITIZENS]}
    return render(request, "start.html", context)


def demo_sign_ins() -> list[dict[str, str]]:
    """Read the demo's sign-ins (username, password, office, role); nothing outside the demo."""
    return _demo_list("demo-sign-ins.json")


def demo_citizens() -> list[dict[str, str]]:
    """Read some invented citizens of the demo (name, birth_date, phone); nothing outside the demo."""
    return _demo_list("demo-citizens.json")


def _demo_list(name: str) -> list[dict[str, str]]:
    file = Path(settings.STATE_DIR) / name
    if not getattr(settings, "DEMO", False) or not file.exists():
        return []
    return cast("list[dict[str, str]]", json.loads(file.read_text(encoding="utf-8")))


@signed_in
@require_GET
def desk(request: DeskRequest) -> HttpResponseBase:
    """Lead an officer to the desk of the office's kind, or to the first desk that he or she may open."""
    home = landing(request.actor)
    if home:
        return redirect(home)
    held = roles_held(request.actor.officer_id, get_language() or "vi")
    return render(request, "no_desk.html", {"roles": held})


@open_to_all
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Change the language, stay on the page, and remember it for a signed-in officer."""
    answer = set_language(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        choose_language(request.user.pk, chosen)
    return cast("HttpResponseRedirect", answer)


@open_to_all
@require_POST
def print_size(request: HttpRequest) -> HttpResponseBase:
    """Make the print of the pages for everybody large or usual again, and stay on the page."""
    back = request.POST.get("next", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=hosts, require_https=request.is_secure())
    answer = redirect(back if is_ours else "citizen:home")
    if request.POST.get("size") == "large":
        answer.set_cookie(PRINT_COOKIE, "large", max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    else:
        answer.delete_cookie(PRINT_COOKIE)
    return answer


def form_stale(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """Say that a form came without its token: it was open too long, or it came from elsewhere."""
    context = {"code": "FORM_STALE", "sentence": sentence("FORM_STALE")}
    return render(request, "refused.html", context, status=403)
