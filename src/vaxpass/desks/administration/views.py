"""Officers: who has an account, with which roles. No data of citizens appears here."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.desks.administration.forms import EnrolForm
from vaxpass.offices import administering
from vaxpass.offices.officers import OfficerFacts, describe, get_officer, list_officers, roles_grantable
from vaxpass.offices.roles import ROLES, Permission
from vaxpass.offices.scope import Refused

KINDS = (
    ("facility", _("Vaccination facility")),
    ("commune", _("Commune health station")),
    ("district", _("District health centre")),
    ("province", _("Provincial health department")),
    ("ministry", _("Ministry of Health")),
    ("support", _("Support")),
)


def _status(officer: OfficerFacts) -> str:
    word, tone = (gettext("active"), "done") if officer.is_active else (gettext("switched off"), "ended")
    return render_to_string("parts/chip.html", {"chip": {"word": word, "tone": tone}})


OFFICERS: Table[OfficerFacts] = Table(
    "officers",
    _("Officers"),
    (
        Column(
            "name",
            _("Full name"),
            lambda one: one.full_name,
            sort=("full_name",),
            link=lambda one: reverse("administration:officer", args=[one.id]),
        ),
        Column("username", _("User name"), lambda one: one.username, sort=("username",)),
        Column("office", _("Office"), lambda one: f"{one.office_name} ({one.office_code})", sort=("office__code",)),
        Column("roles", _("Roles"), lambda one: ", ".join(role.name for role in one.roles)),
        Column("status", _("Status"), _status, sort=("is_active",)),
        Column("last", _("Last sign-in"), lambda one: moment_vi(one.last_login), sort=("last_login",)),
    ),
    default_sort="office",
    filters=(
        Filter("kind", _("Kind of office"), lambda rows, kind: rows.filter(office__kind=kind), choices=KINDS),
        Filter("code", _("Code of the office"), lambda rows, code: rows.filter(office__code=code.strip().upper())),
        Filter(
            "status",
            _("Status"),
            lambda rows, value: rows.filter(is_active=value == "on"),
            choices=(("on", _("active")), ("off", _("switched off"))),
        ),
    ),
)


def _language() -> str:
    return get_language() or "vi"


@needs(Permission.OFFICERS_ADMINISTER)
@require_GET
def home(request: DeskRequest) -> HttpResponse:
    """List the officers."""
    page = OFFICERS.show(request, list_officers(request.actor), load=lambda part: describe(part, _language()))
    return render(request, "administration/home.html", {"table": page})


@needs(Permission.OFFICERS_ADMINISTER)
def enrol(request: DeskRequest) -> HttpResponse:
    """Enrol an officer; the first password is shown on the answer and never again."""
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            officer_id, password = administering.enrol(request.actor, **form.cleaned_data, now=request.now)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, _in_words(refused)))
        else:
            return _password_page(request, officer_id, password)
    return render(request, "administration/enrol.html", {"form": form}, status=422 if form.errors else 200)


def _in_words(refused: Refused) -> dict[str, Any]:
    role = ROLES.get(str(refused.facts.get("role", "")))
    if role is None:
        return dict(refused.facts)
    return {**refused.facts, "role": role.name_en if _language() == "en" else role.name_vi}


@sensitive_variables("password")
def _password_page(request: DeskRequest, officer_id: int, password: str) -> HttpResponse:
    officer_facts = get_officer(request.actor, officer_id, _language())
    answer = render(request, "administration/password.html", {"officer": officer_facts, "password": password})
    answer["Cache-Control"] = "no-store"
    return answer


@needs(Permission.OFFICERS_ADMINISTER)
@require_GET
def officer(request: DeskRequest, officer_id: int) -> HttpResponse:
    """Show one officer and what can be changed."""
    found = get_officer(request.actor, officer_id, _language())
    context = {
        "officer": found,
        "grantable": roles_grantable(found, _language()),
        "oneself": found.id == request.actor.officer_id,
    }
    return render(request, "administration/officer.html", context)


@needs(Permission.OFFICERS_ADMINISTER)
@require_POST
def grant(request: DeskRequest, officer_id: int) -> HttpResponse:
    """Give a role."""
    administering.grant_role(request.actor, officer_id=officer_id, role=request.POST.get("role", ""), now=request.now)
    return _back(request, officer_id, gettext("The role was granted."))


@needs(Permission.OFFICERS_ADMINISTER)
@require_POST
def end(request: DeskRequest, officer_id: int) -> HttpResponse:
    """Take a role away, once confirmed."""
    role = request.POST.get("role", "")

    def do() -> HttpResponse:
        administering.end_role(request.actor, officer_id=officer_id, role=role, now=request.now)
        return _back(request, officer_id, gettext("The role was ended."))

    return _once_confirmed(
        request,
        officer_id,
        do,
        (_("End this role?"), _("What it allows is no longer possible from now on."), {"role": role}),
    )


@needs(Permission.OFFICERS_ADMINISTER)
@require_POST
def switch(request: DeskRequest, officer_id: int) -> HttpResponse:
    """Switch an account off, once confirmed, or on."""
    active = request.POST.get("active") == "yes"

    def do() -> HttpResponse:
        administering.switch(request.actor, officer_id=officer_id, active=active, now=request.now)
        done = gettext("The account was switched on.") if active else gettext("The account was switched off.")
        return _back(request, officer_id, done)

    if active:
        return do()
    return _once_confirmed(
        request, officer_id, do, (_("Switch this account off?"), _("Whoever is signed in with it is out at once."), {})
    )


@needs(Permission.OFFICERS_ADMINISTER)
@require_POST
def renew(request: DeskRequest, officer_id: int) -> HttpResponse:
    """Give a new first password and forget the second factor, once confirmed."""

    def do() -> HttpResponse:
        password = administering.renew_access(request.actor, officer_id=officer_id, now=request.now)
        return _password_page(request, officer_id, password)

    title = _("Give a new password?")
    told = _("The old password and the second factor stop working; the officer sets up a new one at the next sign-in.")
    return _once_confirmed(request, officer_id, do, (title, told, {}))


def _once_confirmed(
    request: DeskRequest, officer_id: int, do: Callable[[], HttpResponse], text: tuple[Any, Any, dict[str, str]]
) -> HttpResponse:
    if request.POST.get("confirmed") == "yes":
        return do()
    found = get_officer(request.actor, officer_id, _language())
    question = Question(
        title=text[0],
        sentence=text[1],
        button=_("Yes, do it"),
        action_url=request.path,
        back_url=reverse("administration:officer", args=[officer_id]),
        facts=[(_("Officer"), found.full_name), (_("Office"), found.office_name)],
        hidden=text[2],
        danger=True,
    )
    return confirm_page(request, question)


def _back(request: DeskRequest, officer_id: int, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect("administration:officer", officer_id)
