"""Administrative units: what is in force, what changes when, each change asked once more, the list taken in."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import date_vi
from vaxpass.desks.administration.unit_forms import FORMS, LEVELS, ChangeForm, UnitListForm
from vaxpass.desks.administration.unit_words import change_words
from vaxpass.jobs import units as jobs
from vaxpass.offices import changing
from vaxpass.offices.change_list import (
    ChangeFacts,
    UnitFacts,
    changes,
    count_touched,
    describe_changes,
    describe_units,
    get_change,
    units_in_force,
)
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.offices.units import Level, Scheme, scheme_on
from vaxpass.offices.workdays import day_in_vietnam

_SHOWN: Final = 500
_STATUS: Final = {
    "waiting": (_("to come"), "ready"),
    "done": (_("in force"), "done"),
    "dropped": (_("dropped"), "ended"),
    "stuck": (_("could not be done"), "refused"),
}


def _status(change: ChangeFacts) -> str:
    word, tone = _STATUS[change.status]
    chip = render_to_string("parts/chip.html", {"chip": {"word": word, "tone": tone}})
    return format_html("{} {}", chip, sentence(change.trouble)) if change.trouble else chip


def _drop_url(change: ChangeFacts) -> str:
    return reverse("administration:unit_drop", args=[change.id]) if change.status in {"waiting", "stuck"} else ""


CHANGES: Table[ChangeFacts] = Table(
    "changes",
    _("Changes of units"),
    (
        Column("on", _("In force from"), lambda one: date_vi(one.on), sort=("on",)),
        Column("what", _("What changes"), lambda one: change_words(one.wish), link=_drop_url),
        Column("basis", _("Legal basis"), lambda one: one.basis),
        Column("officer", _("Decided by"), lambda one: one.officer),
        Column("status", _("Status"), _status),
    ),
    default_sort="-on",
    empty=_("No change was written down yet."),
)
UNITS: Table[UnitFacts] = Table(
    "units",
    _("Units"),
    (
        Column("code", _("Code"), lambda one: one.code, sort=("code",)),
        Column("name", _("Name of the unit"), lambda one: one.name(get_language() or "vi")),
        Column("parent", _("Belongs to"), lambda one: one.parent_code or "—"),
        Column("since", _("In force from"), lambda one: date_vi(one.valid_from), sort=("valid_from",)),
        Column("offices", _("Open offices"), lambda one: one.offices, numeric=True),
    ),
    default_sort="code",
    filters=(Filter("parent", _("Code of the unit above"), lambda rows, code: rows.filter(parent_code=code.strip())),),
)


@needs(Permission.UNITS_CHANGE)
@require_GET
def units(request: DeskRequest) -> HttpResponse:
    """Show what can be changed, and the changes."""
    context = {
        "changes": CHANGES.show(request, changes(request.actor), load=describe_changes),
        "forms": [(kind, form.title, form.lead) for kind, form in FORMS.items()],
    }
    return render(request, "administration/units.html", context)


@needs(Permission.UNITS_CHANGE)
@require_GET
def unit_list(request: DeskRequest) -> HttpResponse:
    """Show the units of one list and one level."""
    scheme = _scheme(request)
    asked = request.GET.get("level", "")
    level = asked if asked in {value for value, _ in _levels(scheme)} else Level.PROVINCE.value
    rows = units_in_force(request.actor, scheme).filter(level=level)
    context = {
        "units": UNITS.show(request, rows, load=lambda part: describe_units(part, level, scheme)),
        "scheme": scheme.value,
        "level": level,
        "levels": _levels(scheme),
    }
    return render(request, "administration/unit_list.html", context)


def _levels(scheme: Scheme) -> list[tuple[str, Any]]:
    return [one for one in LEVELS if scheme is Scheme.OLD or one[0] != Level.DISTRICT.value]


def _scheme(request: DeskRequest) -> Scheme:
    asked = request.GET.get("units", "")
    return Scheme(asked) if asked in set(Scheme) else scheme_on(day_in_vietnam(request.now))


@needs(Permission.UNITS_CHANGE)
def unit_change(request: DeskRequest, kind: str) -> HttpResponse:
    """Take a change in, ask once more, and do it on its day."""
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _changed(request, form) if request.POST.get("confirmed") == "yes" else _asked(request, form)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, refused.facts))
    return render(request, "administration/unit_change.html", {"form": form}, status=422 if form.errors else 200)


def _asked(request: DeskRequest, form: ChangeForm) -> HttpResponse:
    wish, on, basis = form.wish(), form.cleaned_data["on"], form.cleaned_data["basis"]
    jobs.check_change(request.actor, wish, on=on, basis=basis, now=request.now)
    hidden = {name: request.POST.get(name, "") for name in form.fields}
    at_once = on <= day_in_vietnam(request.now)
    question = Question(
        title=form.title,
        sentence=_("It takes effect at once and cannot be taken back; a mistake is mended by another change.")
        if at_once
        else _("It takes effect on its day; until then it can be dropped."),
        button=_("Yes, write it down"),
        action_url=request.path,
        back_url=reverse("administration:units"),
        facts=[
            (_("What changes"), change_words(wish)),
            (_("In force from"), date_vi(on)),
            (_("Legal basis"), basis),
            (_("Offices concerned"), count_touched(wish)),
        ],
        hidden=hidden,
        danger=at_once,
    )
    return confirm_page(request, question)


def _changed(request: DeskRequest, form: ChangeForm) -> HttpResponse:
    said = form.cleaned_data
    jobs.change_units(request.actor, form.wish(), on=said["on"], basis=said["basis"], now=request.now)
    messages.success(request, gettext("The change was written down."))
    return redirect("administration:units")


@needs(Permission.UNITS_CHANGE)
def unit_drop(request: DeskRequest, change_id: int) -> HttpResponse:
    """Drop a change that has not taken effect, once confirmed."""
    change = get_change(request.actor, change_id)
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        changing.drop(request.actor, change_id, now=request.now)
        messages.success(request, gettext("The change was dropped."))
        return redirect("administration:units")
    question = Question(
        title=_("Drop this change?"),
        sentence=_("It will not take effect. It stays in the list as dropped."),
        button=_("Yes, drop it"),
        action_url=request.path,
        back_url=reverse("administration:units"),
        facts=[
            (_("What changes"), change_words(change.wish)),
            (_("In force from"), date_vi(change.on)),
            (_("Legal basis"), change.basis),
        ],
        danger=True,
    )
    return confirm_page(request, question)


@needs(Permission.UNITS_CHANGE)
def unit_import(request: DeskRequest) -> HttpResponse:
    """Take the ministry's list in; the answer names every row that was not taken."""
    form = UnitListForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            taken = jobs.import_units(request.actor, form.cleaned_data["file"].read(), now=request.now)
        except Refused as refused:
            form.add_error("file", sentence(refused.code, refused.facts))
        else:
            refused_rows = [(one.row, one.code, sentence(one.refusal.code, one.refusal.facts)) for one in taken.refused]
            context |= {"taken": taken, "refused": refused_rows[:_SHOWN], "more": len(refused_rows) > _SHOWN}
    return render(request, "administration/unit_import.html", context, status=422 if form.errors else 200)
