"""Passing a report on to the office that can answer it: offered first, or looked for by name or code."""

from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.reports.addresses import address
from vaxpass.desks._shared.reports.deciding import collided, outcome_words
from vaxpass.desks._shared.reports.forms import NoteForm
from vaxpass.desks._shared.reports.queue import next_to_answer
from vaxpass.jobs import reports as jobs
from vaxpass.offices.queries import OfficeFacts, open_offices
from vaxpass.offices.scope import Refused
from vaxpass.records.names import fold_name
from vaxpass.reports.facts import ReportFacts
from vaxpass.reports.queries import get_report

_SHOWN: Final = 20
_KINDS: Final = frozenset({"facility", "commune", "province"})


@require_http_methods(["GET", "POST"])
def forward(request: DeskRequest, report_id: int) -> HttpResponseBase:
    """Choose another office by name or code, and pass the report on; the clock runs on."""
    report = get_report(request.actor, report_id, now=request.now)
    if request.method != "POST":
        if not report.may_answer:
            raise Refused("REPORT_NOT_IN_CHARGE")
        return _show(request, report, NoteForm())
    form, office = NoteForm(request.POST), request.POST.get("office", "")
    if not form.is_valid() or not (office.isascii() and office.isdigit()):
        form.add_error(None, sentence("REPORT_OFFICE_UNFIT"))
        return _show(request, report, form)
    try:
        jobs.forward_report(request.actor, report_id, int(office[:18]), form.cleaned_data["note"], now=request.now)
    except Refused as refused:
        return _refused(request, report, refused, form)
    messages.success(request, outcome_words(request, report, gettext("passed on")))
    following = next_to_answer(request.actor, report_id, report.due_at)
    return redirect(address(request, "report", following) if following else address(request, "reports"))


def _refused(request: DeskRequest, report: ReportFacts, refused: Refused, form: Form) -> HttpResponse:
    if refused.code in {"REPORT_DECIDED_ALREADY", "REPORT_NOT_IN_CHARGE"}:
        return collided(request, report.report_id, form)
    form.add_error(None, sentence(refused.code, refused.facts))
    return _show(request, report, form)


def _show(request: DeskRequest, report: ReportFacts, form: Form) -> HttpResponse:
    looked_for = request.GET.get("q", "")[:100]
    context: dict[str, Any] = {
        "report": report,
        "form": form,
        "looked_for": looked_for,
        "offices": _offices(report, looked_for),
        "back_url": address(request, "report", report.report_id),
        "here": address(request, "report_forward", report.report_id),
    }
    return render(request, "reports/forward.html", context, status=422 if form.errors else 200)


def _offices(report: ReportFacts, looked_for: str) -> list[tuple[int, str]]:
    """Offer the offices that fit; without a word to look for: the dose's facility, and the province above."""
    language = get_language() or "vi"
    found = [one for one in open_offices() if one.kind in _KINDS and one.id != report.office_id]
    if looked_for.strip():
        words = fold_name(looked_for).split()
        found = [one for one in found if all(word in fold_name(f"{one.code} {one.name_vi}") for word in words)]
    else:
        found = [one for one in found if _is_near(one, report)]
    found.sort(key=lambda one: (one.province_code != report.province_code, one.kind, one.code))
    return [(one.id, f"{one.name(language)} ({one.code})") for one in found[:_SHOWN]]


def _is_near(office: OfficeFacts, report: ReportFacts) -> bool:
    if office.kind == "province":
        return office.province_code == report.province_code
    return office.id in {report.facility_id, report.version.facility_id if report.version else None}
