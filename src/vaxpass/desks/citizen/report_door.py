"""The door of the report's pages: open to all, and each knows the citizen if there is a proven one.

What a page shows of a record, it shows because `citizens.own` gave it for the proven citizen of this very request.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from vaxpass.campaigns.openings import check_open
from vaxpass.campaigns.rules import Function
from vaxpass.citizens.own import OwnDose, OwnRecord, own_records
from vaxpass.citizens.rules import Citizen
from vaxpass.desks._shared.politeness import visitor_of
from vaxpass.desks._shared.refusals import refusal_status, sentence
from vaxpass.desks.citizen.guard import citizen_of
from vaxpass.desks.citizen.report_draft import Draft, read_draft
from vaxpass.desks.citizen.way import HANOI
from vaxpass.offices.scope import Refused
from vaxpass.records.states import State
from vaxpass.reports.rules import IDENTITY_WRONGS, Filing, Relation, ReporterProof, Wrong


class ReportRequest(HttpRequest):
    """A request with the `now` of the page (aware, UTC), its day in Vietnam, the citizen or None, the draft.

    `own`: the citizen's records, once they were read.
    """

    now: datetime
    citizen: Citizen | None
    draft: Draft
    own: list[OwnRecord] | None
    today: date


View = Callable[[HttpRequest], HttpResponseBase]


def reporting(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in everybody; show a refusal as a page with its sentence; let nothing be kept by the browser."""

    @wraps(view)
    def opened(request: HttpRequest, /, **kwargs: object) -> HttpResponseBase:
        theirs = cast("ReportRequest", request)
        theirs.now = datetime.now(UTC)
        theirs.today = theirs.now.astimezone(HANOI).date()
        theirs.citizen = citizen_of(request, theirs.now)
        theirs.draft, theirs.own = read_draft(request), None
        try:
            answer = view(theirs, **kwargs)
        except Refused as refused:
            answer = refused_page(request, refused)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    opened.guard = "open"  # type: ignore[attr-defined]  # read by the permission table and its test
    return opened


def posted(request: HttpRequest) -> QueryDict | None:
    """Give what was posted, an empty form too; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def refused_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Show a refusal: its sentence and its code."""
    context = {"code": refused.code, "sentence": sentence(refused.code, refused.facts)}
    return render(request, "citizen/report/refused.html", context, status=refusal_status(refused.code))


@dataclass(frozen=True, slots=True)
class About:
    """What the proven citizen chose: one of the own records, and the dose, None for what is the person's alone."""

    record: OwnRecord
    dose: OwnDose | None


def records_of(request: ReportRequest) -> list[OwnRecord]:
    """Give the proven citizen's records, read once per request; none for others."""
    if request.own is None:
        request.own = own_records(request.citizen) if request.citizen else []
    return request.own


def about(request: ReportRequest) -> About | None:
    """Give what a proven citizen's draft is about; None for an unproven one, or when the visit is over."""
    draft = request.draft
    for record in records_of(request) if draft.person_id is not None else ():
        if record.person_id == draft.person_id:
            dose = next((one for one in record.doses if one.version.version_id == draft.version_id), None)
            return About(record, dose)
    return None


def live_doses(record: OwnRecord) -> list[OwnDose]:
    """Give the doses of which something can still be wrong."""
    ended = {State.REPLACED, State.WITHDRAWN}
    return [dose for dose in record.doses if State(dose.version.state) not in ended]


def needs_place(draft: Draft) -> bool:
    """Say whether the office in charge has to be asked for: nothing of ours tells it."""
    return draft.version_id is None or bool({Wrong.FACILITY, Wrong.MISSING_DOSE} & set(draft.kinds))


def filing_of(request: ReportRequest, proof: ReporterProof) -> Filing:
    """Give the report as it is handed in. `proof` other than the citizen's own names no person and no record."""
    draft, chosen = request.draft, about(request)
    proven = chosen is not None and request.citizen is not None
    return Filing(
        wrongs=draft.kinds,
        claimed=draft.claim,
        proof=ReporterProof(request.citizen.proof.value) if proven and request.citizen else proof,
        reporter_name=draft.reporter_name or draft.claim.full_name,
        reporter_phone=draft.phone,
        reporter_email=draft.email,
        relation=draft.for_whom,
        version_id=draft.version_id if proven else None,
        person_ids=(chosen.record.person_id,) if chosen else (),
        province_code=draft.province_code,
        commune_office_id=draft.commune_office_id,
        facility_id=draft.facility_id,
        note=draft.note,
        language=get_language() or "vi",
        address=visitor_of(request).hex(),
    )


_STEPS = ("who", "what", "right", "where", "photos", "check")
_ADDRESSES = {
    "who": "citizen:report",
    "what": "citizen:report_what",
    "right": "citizen:report_right",
    "where": "citizen:report_where",
    "photos": "citizen:report_photos",
    "check": "citizen:report_check",
}


def first_missing(request: ReportRequest) -> str:
    """Name the first step that is not answered yet."""
    draft = request.draft
    proven = about(request)
    if (draft.person_id is not None and proven is None) or not draft.relation:
        return "who"
    if proven is None and not (draft.claimed.get("full_name") and draft.claimed.get("birth_date")):
        return "who"
    if not draft.wrongs:
        return "what"
    if not draft.right_said:
        return "right"
    if needs_place(draft) and not draft.place_known:
        return "where"
    return "check" if draft.photos_done else "photos"


def steps_of(request: ReportRequest) -> Sequence[str]:
    """List the steps that this report has."""
    return [step for step in _STEPS if step != "where" or not request.draft.wrongs or needs_place(request.draft)]


def not_yet(request: ReportRequest, step: str) -> HttpResponseBase | None:
    """Lead back to the first missing step where `step` comes too early; else None. Refuses what a directive closed."""
    check_open(Function.CITIZEN_REPORTS, now=request.now)
    missing = first_missing(request)
    return redirect(_ADDRESSES[missing]) if _STEPS.index(missing) < _STEPS.index(step) else None


def after(request: ReportRequest, step: str) -> HttpResponseBase:
    """Lead to the step that comes after `step`."""
    steps = list(steps_of(request))
    return redirect(_ADDRESSES[steps[min(steps.index(step) + 1, len(steps) - 1)]])


def step_context(request: ReportRequest, step: str) -> dict[str, object]:
    """Give what each step's page says: which it is, of how many, and where back leads."""
    steps = list(steps_of(request))
    place = steps.index(step)
    return {
        "step": place + 1,
        "step_count": len(steps),
        "step_back": _ADDRESSES[steps[place - 1]] if place else "",
        "proven": about(request) is not None,
    }


def wants_a_dose(draft: Draft) -> bool:
    """Say whether the error is a dose's, so that an unproven reporter is asked which dose it is."""
    return bool(set(draft.kinds) - IDENTITY_WRONGS - {Wrong.OTHER})


def is_for_oneself(draft: Draft) -> bool:
    """Say whether the reporter is the vaccinated person."""
    return draft.for_whom is Relation.SELF
