"""Reports of the same error at one facility, on one page: tick all or some, accept or refuse them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.reports import record, words
from vaxpass.desks._shared.reports.addresses import address
from vaxpass.desks._shared.reports.compare import Compared
from vaxpass.desks._shared.reports.deciding import left_behind
from vaxpass.desks._shared.reports.forms import NoteForm
from vaxpass.desks._shared.reports.panels import Panel, refuse_panel
from vaxpass.desks._shared.reports.queue import next_to_answer
from vaxpass.desks._shared.templatetags.desk import birth_date
from vaxpass.jobs import reports as jobs
from vaxpass.offices.queries import facility_names
from vaxpass.offices.scope import Refused
from vaxpass.reports import queries
from vaxpass.reports.facts import Group, ReportFacts
from vaxpass.reports.rules import Bulk, Decision

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A report of a group: whom it is about, what differs, its photo."""

    report_id: int
    url: str
    name: str
    birth: str
    changes: list[Compared]
    left: object
    photo_url: str
    proven: bool
    ticked: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one report of a bulk answer. `refusal`: why it was not done; `left`: what could not follow."""

    url: str
    label: str
    refusal: str
    left: str = ""


@require_GET
def group(request: DeskRequest, key: str) -> HttpResponse:
    """Show a group, all ticked. Refuses REPORT_UNKNOWN where there is none (any more)."""
    return _show(request, _find(request, key))


@require_POST
def group_accept(request: DeskRequest, key: str) -> HttpResponseBase:
    """Accept the ticked reports as their citizens say; each that could not be is named."""
    ids = _ticked(request)
    form = NoteForm(request.POST, auto_id="accept-%s")
    if not ids or not form.is_valid():
        return _show(request, _find(request, key), trouble=gettext("Tick at least one report."))
    decision = Decision(note=form.cleaned_data["note"])
    return _done(request, jobs.accept_many(request.actor, ids, decision, now=request.now))


@require_POST
def group_refuse(request: DeskRequest, key: str) -> HttpResponseBase:
    """Refuse the ticked reports for one reason; each that could not be is named."""
    ids = _ticked(request)
    panel = refuse_panel(address(request, "report_group_refuse", key), request.POST)
    if not ids or not panel.form.is_valid():
        return _show(request, _find(request, key), trouble=gettext("Tick at least one report."))
    code, note = panel.form.cleaned_data["code"], panel.form.cleaned_data["note"]
    return _done(request, jobs.refuse_many(request.actor, ids, code, note, now=request.now))


def _find(request: DeskRequest, key: str) -> Group:
    for one in queries.groups(request.actor):
        if one.key == key:
            return one
    raise Refused("REPORT_UNKNOWN")


def _ticked(request: DeskRequest) -> list[int]:
    posted = request.POST.getlist("report")
    return [int(pk) for pk in posted if pk.isascii() and pk.isdigit() and len(pk) < 19][:MOST_AT_ONCE]  # noqa: PLR2004 -- digits of a bigint


def _show(request: DeskRequest, found: Group, trouble: str = "") -> HttpResponse:
    ids = list(found.report_ids[:MOST_AT_ONCE])
    members = [_member(request, one, trouble) for one in queries.list_reports(request.actor, ids, now=request.now)]
    office = facility_names({found.facility_id or 0}).get(found.facility_id or 0)
    panel: Panel = refuse_panel(address(request, "report_group_refuse", found.key))
    context = {
        "wrongs": words.wrong_words(found.wrongs),
        "office": office.name(get_language() or "vi") if office else "",
        "members": members,
        "count": len(members),
        "left_over": found.count - len(members),
        "trouble": trouble,
        "accept_url": address(request, "report_group_accept", found.key),
        "accept_form": NoteForm(auto_id="accept-%s"),
        "panel": panel,
        "list_url": address(request, "reports"),
    }
    return render(request, "reports/group.html", context, status=422 if trouble else 200)


def _member(request: DeskRequest, report: ReportFacts, trouble: str) -> Member:
    compared = record.choose(request.actor, report, "", now=request.now).compared
    name = report.version.identity.full_name if report.version else report.claimed.full_name
    photo = report.photos[0] if report.photos else None
    return Member(
        report.report_id,
        address(request, "report", report.report_id),
        name or report.reporter_name,
        birth_date(report.version.identity.birth_date) if report.version else "",
        [field for field in compared if field.differs],
        words.left_html(report.due_at, request.now),
        address(request, "report_photo", report.report_id, photo) if photo is not None else "",
        report.proven,
        not trouble or str(report.report_id) in request.POST.getlist("report"),
    )


def _done(request: DeskRequest, bulk: Bulk) -> HttpResponse | HttpResponseBase:
    left = {pk: left_behind(one.conflicts) for pk, one in bulk.done.items() if one and one.conflicts}
    results = _results(request, list(bulk.done), {}, left) + _results(request, list(bulk.refused), bulk.refused, {})
    if not results:
        return redirect(address(request, "reports"))
    following = next_to_answer(request.actor, 0, None)
    context = {
        "done": len(bulk.done),
        "refused": len(bulk.refused),
        "results": sorted(results, key=lambda one: not one.refusal),
        "next_url": address(request, "report", following) if following else "",
        "list_url": address(request, "reports"),
    }
    return render(request, "reports/group_done.html", context)


def _results(
    request: DeskRequest, ids: Sequence[int], codes: Mapping[int, str], left: Mapping[int, str]
) -> list[Result]:
    label = gettext("Report %(id)s")
    return [
        Result(
            address(request, "report", pk),
            label % {"id": pk},
            sentence(codes[pk]) if pk in codes else "",
            left.get(pk, ""),
        )
        for pk in ids
    ]
