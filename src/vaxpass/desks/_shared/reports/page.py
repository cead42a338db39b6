"""The page of one report: photo beside record, what the citizen says, the clock, and one key per answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.reports import record, words
from vaxpass.desks._shared.reports.addresses import address
from vaxpass.desks._shared.reports.forms import NoteForm
from vaxpass.desks._shared.reports.history import (
    Row,
    earlier_reports,
    steps_of_dose,
    steps_of_report,
    told,
    words_of_citizen,
)
from vaxpass.desks._shared.reports.panels import Panel, more_panel, refuse_panel, uphold_panel
from vaxpass.desks._shared.reports.queue import queue_around
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.offices.queries import facility_names
from vaxpass.records.states import ENDED
from vaxpass.reports import queries
from vaxpass.reports.facts import ReportFacts
from vaxpass.reports.rules import UNDECIDED, ReportStatus, Wrong

KEYS: tuple[tuple[str, Words], ...] = (
    ("a", _("accept what is written in the form")),
    ("m", _("more is needed; then the digit of what is missing")),
    ("r", _("refuse; then 1–9, 0, b, c, d for the reason")),
    ("w", _("end the dose; then y")),
    ("f", _("pass on to another office")),
    ("g", _("all reports of the same error")),
    ("j", _("next report")),
    ("k", _("previous report")),
    ("l", _("list of reports")),
    ("+ - t", _("photo: larger, smaller, turn")),
    ("Esc", _("close what is open")),
    ("?", _("this help")),
)


@dataclass(frozen=True, slots=True)
class Troubles:
    """What a posted answer brought back: the bound forms by name, a refusal in words, what a colleague did first."""

    forms: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""
    collided: str = ""
    kept: Sequence[tuple[Words, str]] = ()
    status: int = 200


NONE = Troubles()


def show(request: DeskRequest, report: ReportFacts, troubles: Troubles = NONE) -> HttpResponse:
    """Show one report; with troubles, what was typed stays."""
    asked = request.POST.get("record", "") or request.GET.get("record", "")
    chosen = record.choose(request.actor, report, asked, now=request.now)
    context = {
        "report": report,
        "wrongs": words.wrong_words(report.wrongs),
        "keys": KEYS,
        "list_url": address(request, "reports"),
        "refusal": troubles.refusal,
        "collided": troubles.collided,
        "kept": troubles.kept,
        "record_asked": asked,
        **_clock(request, report),
        **_said(request, report, chosen),
        **_answers(request, report, chosen, troubles),
        **_past(request, report, chosen),
    }
    return render(request, "reports/report.html", context, status=troubles.status)


def _clock(request: DeskRequest, report: ReportFacts) -> dict[str, Any]:
    undecided = report.status in UNDECIDED
    context: dict[str, Any] = {
        "status": words.status_html(report.status),
        "left": words.left_words(report.due_at, request.now) if undecided else "",
        "outcome": told(report) if not undecided else "",
        "outcome_reason": sentence(report.refusal) if report.refusal else "",
        "must_be_done": undecided and report.sent_back,
        "queue": None,
    }
    if report.may_answer or report.may_decide_objection:
        queue = queue_around(request.actor, report.report_id, report.due_at, request.now)
        context["queue"] = {
            "waiting": queue.waiting,
            "today": queue.today,
            "previous_url": address(request, "report", queue.previous_id) if queue.previous_id else "",
            "next_url": address(request, "report", queue.next_id) if queue.next_id else "",
        }
    return context


def _said(request: DeskRequest, report: ReportFacts, chosen: record.Chosen) -> dict[str, Any]:
    photos = [{"n": n, "url": address(request, "report_photo", report.report_id, n)} for n in report.photos]
    return {
        "photos": photos,
        "photos_wiped": not photos and queries.had_photos(report.report_id),
        "compared": chosen.compared,
        "version": chosen.version,
        "is_missing": Wrong.MISSING_DOSE in report.wrongs,
        "chosen_version": chosen.version.version_id if chosen.version and not report.version else None,
        "facts": _facts(report),
        "voices": [(_("Note of the citizen"), report.note)] * bool(report.note) + words_of_citizen(report),
    }


def _facts(report: ReportFacts) -> list[tuple[Words, object]]:
    offices = facility_names({report.office_id, report.facility_id or report.office_id})
    language = get_language() or "vi"
    named = {pk: f"{office.name(language)} ({office.code})" for pk, office in offices.items()}
    facts: list[tuple[Words, object]] = [
        (_("Reported"), moment_vi(report.filed_at)),
        (_("Reporter"), f"{report.reporter_name}, {words.RELATION_WORDS[report.relation]}"),
        (_("Reporter's phone"), report.reporter_phone),
        (_("Reporter's e-mail"), report.reporter_email),
        (_("Shown who he or she is"), words.PROOF_WORDS[report.proof]),
        (
            _("Office in charge"),
            words.in_charge(report.level, named.get(report.office_id, ""), sent_back=report.sent_back),
        ),
        (_("Facility"), named.get(report.facility_id or 0, "")),
    ]
    return [(label, value) for label, value in facts if value]


def _answers(request: DeskRequest, report: ReportFacts, chosen: record.Chosen, troubles: Troubles) -> dict[str, Any]:
    if report.may_decide_objection:
        return _objection(request, report, chosen, troubles)
    if not report.may_answer:
        return {"not_in_charge": _whose_turn(report)}
    context = _accepting(request, report, chosen, troubles) | _group(request, report)
    if report.status is ReportStatus.OPEN:  # while the citizen is asked, a report can be accepted, and nothing else
        context["panels"] = _panels(request, report, chosen, troubles)
        context["forward_url"] = address(request, "report_forward", report.report_id)
    return context


def _whose_turn(report: ReportFacts) -> str:
    """Say to somebody who only reads along who acts next."""
    if report.status is ReportStatus.MORE_NEEDED:
        return gettext("The citizen was asked and answers next; you only see this report.")
    office = facility_names({report.office_id}).get(report.office_id)
    name = office.name(get_language() or "vi") if office else ""
    who = {"who": words.in_charge(report.level, name, sent_back=report.sent_back)}
    return gettext("Answered by: %(who)s. You only see this report.") % who


def _accepting(
    request: DeskRequest, report: ReportFacts, chosen: record.Chosen, troubles: Troubles, verb: str = "report_accept"
) -> dict[str, Any]:
    """Give the form of the right record, or the button that ends the dose; choosing the record comes before both."""
    if record.needs_record(report) and chosen.version is None:
        return {"candidates": _candidates(request, report), "needs_record": True}
    url = address(request, verb, report.report_id)
    context: dict[str, Any] = {"needs_record": record.needs_record(report)}
    if record.is_mending(report):
        context["accept"] = _accept(request, report, chosen, troubles, url)
    if not record.is_mending(report) or Wrong.OTHER in report.wrongs:
        context["end"] = _end(report, troubles, url)
    return context


def _accept(
    request: DeskRequest, report: ReportFacts, chosen: record.Chosen, troubles: Troubles, url: str
) -> dict[str, Any]:
    form = troubles.forms.get("accept") or record.accept_form(
        report, chosen, None, actor=request.actor, now=request.now
    )
    shown, others = record.split(form, report)
    missing = Wrong.MISSING_DOSE in report.wrongs
    return {
        "form": form,
        "url": url,
        "shown": shown,
        "others": others,
        "others_open": any(one.errors for one in others) or not shown,
        "title": _("Enter the missing dose") if missing else _("The record as it should be"),
        "lead": _("Filled with what the citizen says. Compare with the paper and mend what is still wrong."),
        "button": _("Accept: enter the dose") if missing else _("Accept: change the record so"),
    }


def _end(report: ReportFacts, troubles: Troubles, url: str) -> dict[str, Any]:
    only = not record.is_mending(report)
    form = troubles.forms.get("end") or NoteForm(auto_id="end-%s")
    title = _("Accept: this dose should not be there") if only else _("The dose should not be there at all")
    return {"form": form, "url": url, "key": "a" if only else "w", "title": title, "open": form.is_bound}


def _panels(request: DeskRequest, report: ReportFacts, chosen: record.Chosen, troubles: Troubles) -> list[Panel]:
    more_url = address(request, "report_more", report.report_id)
    panels = [troubles.forms.get("more") or more_panel(more_url)]
    if not report.sent_back:
        panels.append(
            troubles.forms.get("refuse")
            or refuse_panel(address(request, "report_refuse", report.report_id), overtaken=is_overtaken(chosen))
        )
    return panels


def is_overtaken(chosen: record.Chosen) -> bool:
    """Say whether the record has ended since the report was made."""
    return chosen.version is not None and chosen.version.state in ENDED


def _objection(request: DeskRequest, report: ReportFacts, chosen: record.Chosen, troubles: Troubles) -> dict[str, Any]:
    uphold = troubles.forms.get("uphold") or uphold_panel(address(request, "report_uphold", report.report_id))
    back = troubles.forms.get("back") or NoteForm(auto_id="back-%s")
    return {
        **_accepting(request, report, chosen, troubles, "report_overturn"),
        "panels": [uphold],
        "back": {"form": back, "url": address(request, "report_send_back", report.report_id)},
    }


def _candidates(request: DeskRequest, report: ReportFacts) -> list[dict[str, Any]]:
    here = address(request, "report", report.report_id)
    found = record.candidates(request.actor, report, now=request.now)
    return [{"url": f"{here}?record=V{one.version_id}", "words": one.words} for one in found]


def _group(request: DeskRequest, report: ReportFacts) -> dict[str, Any]:
    for group in queries.groups(request.actor):
        if report.report_id in group.report_ids and group.count > 1:
            return {"group_url": address(request, "report_group", group.key), "group_size": group.count}
    return {}


def _past(request: DeskRequest, report: ReportFacts, chosen: record.Chosen) -> dict[str, Any]:
    rows: list[Row] = steps_of_dose(chosen.version.dose_id) if chosen.version else []
    return {
        "steps": steps_of_report(report),
        "dose_steps": rows,
        "earlier": earlier_reports(request, report),
    }
