"""Answering a report: what was posted becomes a verb; what a colleague did first is said, and nothing typed is lost."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.reports import record, words
from vaxpass.desks._shared.reports.addresses import address
from vaxpass.desks._shared.reports.forms import AcceptForm, NoteForm
from vaxpass.desks._shared.reports.history import told
from vaxpass.desks._shared.reports.page import Troubles, is_overtaken, show
from vaxpass.desks._shared.reports.panels import Panel, more_panel, refuse_panel, uphold_panel
from vaxpass.desks._shared.reports.queue import next_to_answer
from vaxpass.jobs import reports as jobs
from vaxpass.offices.scope import Refused
from vaxpass.reports.facts import ReportFacts
from vaxpass.reports.queries import get_report, reports_in_scope
from vaxpass.reports.rules import Accepted, Decision, MoreCode

DECIDED_MEANWHILE: Final = 409
_WRONG: Final = 422
# What somebody else's answer leaves behind: the report is not open, or not ours, any more.
_COLLISIONS: Final = frozenset({"REPORT_DECIDED_ALREADY", "REPORT_STEP_IMPOSSIBLE", "REPORT_NOT_IN_CHARGE"})
_FIELDS: Final = {"PHONE_NEEDS_PERSON": "seen"}


@require_POST
def accept(request: DeskRequest, report_id: int) -> HttpResponseBase:
    """Accept: the record becomes what the form says, or ends; the next report opens."""
    return _accept(request, report_id, jobs.accept_report)


@require_POST
def overturn(request: DeskRequest, report_id: int) -> HttpResponseBase:
    """Find an objection right and carry it out."""
    return _accept(request, report_id, jobs.overturn_report)


def _accept(request: DeskRequest, report_id: int, verb: Callable[..., Accepted]) -> HttpResponseBase:
    report = get_report(request.actor, report_id, now=request.now)
    chosen = record.choose(request.actor, report, request.POST.get("record", ""), now=request.now)
    form: Form
    if "withdraw" in request.POST:
        form, name = NoteForm(request.POST, auto_id="end-%s"), "end"
    else:
        form, name = record.accept_form(report, chosen, request.POST, actor=request.actor, now=request.now), "accept"
    if not form.is_valid():
        return show(request, report, Troubles({name: form}, status=_WRONG))
    decision = _decision(form, report, chosen)
    try:
        accepted = verb(request.actor, report_id, decision, now=request.now)
    except Refused as refused:
        return _refused(request, report, refused, name, form)
    if accepted.conflicts:
        messages.warning(request, left_behind(accepted.conflicts))
    return _next(request, report, gettext("accepted"))


def _decision(form: Form, report: ReportFacts, chosen: record.Chosen) -> Decision:
    version_id = chosen.version.version_id if chosen.version else None
    note = str(form.cleaned_data["note"])
    if isinstance(form, AcceptForm):
        seen = form.cleaned_data["seen"]
        return Decision(form.right, version_id, form.facility_id, seen_in_person=seen, note=note)
    return Decision(version_id=version_id, withdraw=record.is_mending(report), note=note)


@require_POST
def more(request: DeskRequest, report_id: int) -> HttpResponseBase:
    """Ask the citizen for more; the clock stands, the next report opens."""
    panel = more_panel(address(request, "report_more", report_id), request.POST)
    return _choose(request, report_id, panel, jobs.ask_more, gettext_lazy("the citizen is asked"))


@require_POST
def refuse(request: DeskRequest, report_id: int) -> HttpResponseBase:
    """Refuse for a named reason; the next report opens."""
    report = get_report(request.actor, report_id, now=request.now)
    overtaken = is_overtaken(record.choose(request.actor, report, "", now=request.now))
    panel = refuse_panel(address(request, "report_refuse", report_id), request.POST, overtaken=overtaken)
    return _choose(request, report_id, panel, jobs.refuse_report, gettext_lazy("refused"))


@require_POST
def uphold(request: DeskRequest, report_id: int) -> HttpResponseBase:
    """Uphold a refusal against an objection; the next report opens."""
    panel = uphold_panel(address(request, "report_uphold", report_id), request.POST)
    return _choose(request, report_id, panel, jobs.uphold_refusal, gettext_lazy("refusal upheld"))


def _choose(
    request: DeskRequest, report_id: int, panel: Panel, verb: Callable[..., Any], outcome: Words
) -> HttpResponseBase:
    report = get_report(request.actor, report_id, now=request.now)
    form = panel.form
    if not form.is_valid():
        return show(request, report, Troubles({panel.name: panel}, status=_WRONG))
    code = form.cleaned_data["code"]
    try:
        verb(
            request.actor,
            report_id,
            MoreCode(code) if panel.name == "more" else code,
            form.cleaned_data["note"],
            now=request.now,
        )
    except Refused as refused:
        return _refused(request, report, refused, panel.name, form, panel)
    return _next(request, report, str(outcome))


@require_POST
def send_back(request: DeskRequest, report_id: int) -> HttpResponseBase:
    """Find an objection right and have the office that refused carry it out."""
    report = get_report(request.actor, report_id, now=request.now)
    form = NoteForm(request.POST, auto_id="back-%s")
    if not form.is_valid():
        return show(request, report, Troubles({"back": form}, status=_WRONG))
    try:
        jobs.send_back_report(request.actor, report_id, form.cleaned_data["note"], now=request.now)
    except Refused as refused:
        return _refused(request, report, refused, "back", form)
    return _next(request, report, gettext("sent back to be done"))


def _refused(  # noqa: PLR0913 -- what the page needs to come back as it was
    request: DeskRequest, report: ReportFacts, refused: Refused, name: str, form: Form, shown: Any = None
) -> HttpResponse:
    if refused.code in _COLLISIONS:
        return collided(request, report.report_id, form)
    field = _FIELDS.get(refused.code)
    form.add_error(field if field in form.fields else None, sentence(refused.code, refused.facts))
    return show(request, report, Troubles({name: shown or form}, status=_WRONG))


def collided(request: DeskRequest, report_id: int, form: Form) -> HttpResponse:
    """Show the report as a colleague left it: which office decided and how, and what one had typed oneself."""
    report = get_report(request.actor, report_id, now=request.now)
    said = told(report) if report.decided_by else gettext("The report has been answered or passed on meanwhile.")
    return show(request, report, Troubles(collided=said, kept=_typed(form), status=DECIDED_MEANWHILE))


def _typed(form: Form) -> Sequence[tuple[Words, str]]:
    typed = [(field.label, _in_words(field)) for field in form if field.name in form.data]
    return [(label, value) for label, value in typed if label and value]


def _in_words(field: Any) -> str:
    choices = {str(code): str(text) for code, text in getattr(field.field, "choices", ())}
    value = str(field.value() or "")
    return choices.get(value, value)


def left_behind(conflicts: Mapping[int, str]) -> str:
    """Name the further records of the person that could not be mended along, why, and who mends them."""
    whys = [f"V{version_id}: {sentence(code)}" for version_id, code in sorted(conflicts.items())]
    facts = {"n": len(whys), "records": " ".join(whys)}
    words = ngettext(
        "%(n)s other record of this person still carries the error and could not be mended along. %(records)s "
        "Its facility mends it once that is settled.",
        "%(n)s other records of this person still carry the error and could not be mended along. %(records)s "
        "Their facilities mend them once that is settled.",
        len(whys),
    )
    return words % facts


def _next(request: DeskRequest, report: ReportFacts, outcome: str) -> HttpResponseBase:
    """Open the next report due, with the outcome of this one said and linked."""
    messages.success(request, outcome_words(request, report, outcome))
    following = next_to_answer(request.actor, report.report_id, report.due_at)
    return redirect(address(request, "report", following) if following else address(request, "reports"))


def outcome_words(request: DeskRequest, report: ReportFacts, outcome: str) -> str:
    """Say what became of a report, linked while it is in reach; by its number, never by the citizen's name."""
    facts = {"id": report.report_id, "wrongs": words.wrong_words(report.wrongs)}
    name = gettext("Report %(id)s (%(wrongs)s)") % facts
    if not reports_in_scope(request.actor).filter(pk=report.report_id).exists():
        return format_html("{}: {}", name, outcome)
    return format_html('<a href="{}">{}</a>: {}', address(request, "report", report.report_id), name, outcome)
