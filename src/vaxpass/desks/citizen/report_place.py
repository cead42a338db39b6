"""Reporting an error, the place: the facility of the dose, or the commune of residence where it is not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaxpass.desks.citizen.report_door import ReportRequest, after, not_yet, reporting, step_context
from vaxpass.desks.citizen.report_draft import Draft, keep_draft
from vaxpass.offices.provinces import provinces_to_choose
from vaxpass.offices.queries import OfficeFacts, open_offices_of_province
from vaxpass.records.names import fold_name

_MOST_SHOWN: Final = 30
_FACILITY, _COMMUNE = "facility", "commune"
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for, and what was found. `more`: so many that not all are shown."""

    kind: str
    province: str
    text: str
    found: Sequence[OfficeFacts]
    more: bool


@reporting
@require_http_methods(["GET", "POST"])
def where(request: ReportRequest) -> HttpResponseBase:
    """Ask for the facility, or for the commune; each button says what it does, so that no script is needed."""
    early = not_yet(request, "where")
    if early is not None:
        return early
    search = _search(request)
    problem = ""
    if request.method == "POST" and (not search.province or "search" not in request.POST):
        if _chosen(request, search):
            return after(request, "where")
        problem = _problem(search)
    return _page(request, search, problem)


def _search(request: ReportRequest) -> Search:
    draft = request.draft
    kind = request.POST.get("kind", _COMMUNE if draft.commune_office_id else _FACILITY)
    kind = kind if kind in {_FACILITY, _COMMUNE} else _FACILITY
    province = request.POST.get("province", draft.province_code)[:2]
    text = request.POST.get("text", "")[:_LONGEST].strip()
    offices = open_offices_of_province(kind, province) if province else []
    words = fold_name(text).split()
    found = [one for one in offices if all(word in _folded(one) for word in words)]
    return Search(kind, province, text, found[:_MOST_SHOWN], len(found) > _MOST_SHOWN)


def _folded(office: OfficeFacts) -> str:
    return fold_name(f"{office.name_vi} {office.name_en}")


def _bare(province: str) -> str:
    """Give what a province is sorted by: its name without "Tỉnh" or "Thành phố"."""
    return fold_name(province).removeprefix("tinh ").removeprefix("thanh pho ")


def _chosen(request: ReportRequest, search: Search) -> bool:
    """Keep what was chosen; only what the search itself found can be."""
    draft = request.draft
    office = next((one for one in search.found if str(one.id) == request.POST.get("office")), None)
    knows_neither = "unknown" in request.POST and bool(search.province)
    if office is None and not knows_neither:
        return False
    _note(draft, search, office)
    keep_draft(request, draft)
    return True


def _note(draft: Draft, search: Search, office: OfficeFacts | None) -> None:
    draft.province_code = search.province
    draft.facility_id = office.id if office and search.kind == _FACILITY else None
    draft.commune_office_id = office.id if office and search.kind == _COMMUNE else None
    draft.claimed.pop("place", None)
    if office and search.kind == _FACILITY:
        draft.claimed["place"] = office.name_vi
    draft.place_known = True


def _problem(search: Search) -> str:
    if not search.province:
        return _("Choose a province.")
    return _("Choose one of the places found.") if search.found else _("No place has this name. Write less of it.")


def _page(request: ReportRequest, search: Search, problem: str) -> HttpResponseBase:
    language = get_language() or "vi"
    draft = request.draft
    context = {
        "search": search,
        "provinces": sorted(provinces_to_choose(language), key=lambda one: _bare(one[1])),
        "offices": [(one.id, one.name(language)) for one in search.found],
        "chosen": draft.facility_id or draft.commune_office_id,
        "problem": problem,
        **step_context(request, "where"),
    }
    return render(request, "citizen/report/where.html", context, status=422 if problem else 200)
