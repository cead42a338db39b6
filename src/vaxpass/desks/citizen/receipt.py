"""Following a report by its number, without sign-in: where it is, whose turn, until when, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.politeness import visitor_of
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.citizen.report_door import ReportRequest, reporting
from vaxpass.desks.citizen.report_draft import Draft, drop_number, drop_photo, keep_number, read_kept_number
from vaxpass.desks.citizen.report_forms import WRONG_WORDS
from vaxpass.desks.citizen.report_photos import evidence_of, photo_context, take_files
from vaxpass.jobs import reports as jobs
from vaxpass.offices.queries import facility_names
from vaxpass.offices.scope import Refused
from vaxpass.reports.actions import follow
from vaxpass.reports.facts import FollowedReport, StepFacts
from vaxpass.reports.rules import Level, ReportStatus, StepKind

STATUS_WORDS: Final[dict[ReportStatus, tuple[Words, str]]] = {
    ReportStatus.OPEN: (gettext_lazy("Being worked on"), "wait"),
    ReportStatus.MORE_NEEDED: (gettext_lazy("Your answer is needed"), "turn"),
    ReportStatus.UPDATED: (gettext_lazy("Updated"), "done"),
    ReportStatus.REFUSED: (gettext_lazy("Refused"), "refused"),
    ReportStatus.WITHDRAWN: (gettext_lazy("Withdrawn"), "ended"),
}
_HIGHER: Final[dict[Level, Words]] = {
    Level.PROVINCE: gettext_lazy("Provincial health department"),
    Level.MINISTRY: gettext_lazy("Ministry of Health"),
}
_QUIET: Final = frozenset({StepKind.PHOTOS_WIPED, StepKind.REMINDED})
_NOTE: Final = 1000


class NumberForm(forms.Form):
    """A receipt's number."""

    use_required_attribute = False
    number = forms.CharField(
        label=gettext_lazy("Receipt number"),
        max_length=40,
        help_text=gettext_lazy("It begins with PA and stands on your receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class TextForm(forms.Form):
    """What the citizen says to the office."""

    use_required_attribute = False
    text = forms.CharField(max_length=_NOTE, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, label: Words, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = str(label)


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step in words: what happened, the office that did it, what was said."""

    step: StepFacts
    word: str
    office: str
    reason: str


@reporting
@require_http_methods(["GET", "POST"])
def receipt(request: ReportRequest) -> HttpResponseBase:
    """Ask for the number, or show the report that is followed; the number stays out of every address."""
    if "leave" in request.POST:
        drop_number(request)
        request.session.pop("report_filed", None)
        return redirect("citizen:receipt")
    if request.method == "POST":
        return _take_number(request)
    if not read_kept_number(request):
        return render(request, "citizen/report/follow.html", {"form": NumberForm()})
    return _shown(request)


def _take_number(request: ReportRequest) -> HttpResponseBase:
    form = NumberForm(request.POST)
    if form.is_valid():
        try:
            found = follow(form.cleaned_data["number"], address=_address(request), now=request.now)
        except Refused as refused:
            form.add_error("number", sentence(refused.code, refused.facts))
        else:
            keep_number(request, found.number)
            request.session.pop("report_filed", None)
            return redirect("citizen:receipt")
    return render(request, "citizen/report/follow.html", {"form": form}, status=422)


def _address(request: ReportRequest) -> str:
    """Name the network address for counting; it cannot be turned back into one."""
    return visitor_of(request).hex()


def _followed(request: ReportRequest) -> FollowedReport:
    return follow(read_kept_number(request), address=_address(request), now=request.now)


def _shown(
    request: ReportRequest,
    answer: TextForm | None = None,
    objection: TextForm | None = None,
    problems: Sequence[str] = (),
) -> HttpResponseBase:
    found = _followed(request)
    word, tone = STATUS_WORDS[found.status]
    bad = bool(problems or (answer and answer.errors) or (objection and objection.errors))
    context = {
        "report": found,
        "filed": request.session.get("report_filed", ""),
        "status_word": word,
        "status_tone": tone,
        "wrongs": [WRONG_WORDS[kind] for kind in found.wrongs],
        "office": _in_charge(found),
        "steps": _steps(found),
        "asked": _last(found, StepKind.MORE_ASKED) if found.may_answer else None,
        "refused": _refusal(found),
        "answer": answer or TextForm(_("Your answer")),
        "objection": objection or TextForm(_("Why the refusal is wrong")),
        **photo_context(Draft(), list(problems)),
    }
    return render(request, "citizen/report/receipt.html", context, status=422 if bad else 200)


def _in_charge(found: FollowedReport) -> Words:
    """Say who answers: the level that it was passed up to; the office again for what that level sent back."""
    higher = None if found.sent_back else _HIGHER.get(found.level)
    return higher or _office_names([found.office_id]).get(found.office_id, "")


def _office_names(ids: Sequence[int | None]) -> dict[int, str]:
    language = get_language() or "vi"
    return {one.id: one.name(language) for one in facility_names({pk for pk in ids if pk}).values()}


def _steps(found: FollowedReport) -> list[ShownStep]:
    names = _office_names([step.office_id for step in found.steps])
    return [
        ShownStep(
            step,
            sentence(f"REPORT_STEP_{step.kind.value}"),
            names.get(step.office_id or 0, ""),
            sentence(step.code) if step.kind in {StepKind.MORE_ASKED, StepKind.REFUSED, StepKind.UPHELD} else "",
        )
        for step in found.steps
        if step.kind not in _QUIET
    ]


def _last(found: FollowedReport, *kinds: StepKind) -> ShownStep | None:
    return next((one for one in reversed(_steps(found)) if one.step.kind in kinds), None)


def _refusal(found: FollowedReport) -> ShownStep | None:
    if found.status is not ReportStatus.REFUSED:
        return None
    return _last(found, StepKind.REFUSED, StepKind.UPHELD)


def _needs_number(request: ReportRequest) -> HttpResponseBase | None:
    return None if read_kept_number(request) else redirect("citizen:receipt")


@reporting
@require_POST
def answer(request: ReportRequest) -> HttpResponseBase:
    """Give what the office asked for: words and photos."""
    early = _needs_number(request)
    if early is not None:
        return early
    form, sent = TextForm(_("Your answer"), request.POST), Draft()
    problems = take_files(request, sent)
    try:
        if form.is_valid() and not problems:
            number, text = read_kept_number(request), form.cleaned_data["text"]
            jobs.answer_more(number, text, evidence_of(sent), now=request.now, address=_address(request))
            return redirect("citizen:receipt")
    except Refused as refused:
        form.add_error("text", sentence(refused.code, refused.facts))
    finally:
        for key in sent.photos:
            drop_photo(key)
    return _shown(request, answer=form, problems=problems)


@reporting
@require_POST
def objection(request: ReportRequest) -> HttpResponseBase:
    """Object to a refusal, once; the province decides."""
    early = _needs_number(request)
    if early is not None:
        return early
    form = TextForm(_("Why the refusal is wrong"), request.POST)
    try:
        if form.is_valid():
            jobs.object_to(
                read_kept_number(request), form.cleaned_data["text"], now=request.now, address=_address(request)
            )
            return redirect("citizen:receipt")
    except Refused as refused:
        form.add_error("text", sentence(refused.code, refused.facts))
    return _shown(request, objection=form)


@reporting
@require_http_methods(["GET", "POST"])
def withdrawal(request: ReportRequest) -> HttpResponseBase:
    """Take the report back, after one question."""
    early = _needs_number(request)
    if early is not None:
        return early
    if request.method == "POST":
        jobs.withdraw(read_kept_number(request), now=request.now, address=_address(request))
        return redirect("citizen:receipt")
    return render(request, "citizen/report/withdraw.html", {"report": _followed(request)})
