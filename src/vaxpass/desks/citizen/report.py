"""Reporting an error, the first steps: for whom and about what, what is wrong, what is right."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaxpass.campaigns.openings import check_open
from vaxpass.campaigns.rules import Function
from vaxpass.citizens.own import OwnDose, OwnRecord
from vaxpass.desks.citizen.report_door import (
    About,
    ReportRequest,
    about,
    after,
    filing_of,
    is_for_oneself,
    live_doses,
    not_yet,
    posted,
    records_of,
    reporting,
    step_context,
    wants_a_dose,
)
from vaxpass.desks.citizen.report_draft import Draft, drop_draft, keep_draft
from vaxpass.desks.citizen.report_forms import (
    FIELD_WORDS,
    PRODUCT_NAMES,
    LineForm,
    ReportForm,
    RightForm,
    WhatForm,
    WhoForm,
)
from vaxpass.intake.rules import Finding
from vaxpass.records.facts import IdentityFacts
from vaxpass.reports.claims import COLUMNS, check_claim
from vaxpass.reports.rules import (
    DOSE_WRONGS,
    IDENTITY_WRONGS,
    WITHDRAWING,
    Relation,
    ReporterProof,
    Wrong,
)

_PERSON, _DOSE, _MISSING = "person", "dose", "missing"


@reporting
@require_http_methods(["GET", "POST"])
def who(request: ReportRequest) -> HttpResponseBase:
    """Ask for whom, and about which part of the own record where there is one."""
    check_open(Function.CITIZEN_REPORTS, now=request.now)
    if records_of(request) and "unproven" not in request.GET:
        return _which_line(request)
    return _who(request)


def _who(request: ReportRequest) -> HttpResponseBase:
    draft = request.draft
    typed = {"relation": draft.relation or Relation.SELF.value, "reporter_name": draft.reporter_name, **draft.claimed}
    form = WhoForm(posted(request), initial=typed)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        _forget_line(draft)
        draft.relation, draft.reporter_name = said["relation"], said["reporter_name"].strip()
        draft.claimed |= {name: said[name].strip() for name in ("full_name", "birth_date", "number")}
        form.add_findings(_findings(request, {"full_name", "birth_date", "number"}))
        if form.is_valid():
            keep_draft(request, draft)
            return after(request, "who")
    return _page(request, "who", form)


def _which_line(request: ReportRequest) -> HttpResponseBase:
    draft, records = request.draft, records_of(request)
    lines = [line for record in records for line in _lines(record, named=len(records) > 1)]
    typed = {
        "line": draft.line,
        "relation": draft.relation or Relation.SELF.value,
        "reporter_name": draft.reporter_name,
    }
    form = LineForm(lines, posted(request), initial=typed)
    if request.method == "POST" and form.is_valid():
        _choose(draft, records, form.cleaned_data["line"])
        draft.relation = form.cleaned_data["relation"]
        chosen = about(request)
        own_name = chosen.record.identity.full_name if chosen and is_for_oneself(draft) else ""
        draft.reporter_name = own_name or form.cleaned_data["reporter_name"].strip()
        keep_draft(request, draft)
        return after(request, "what" if draft.wrongs else "who")
    return _page(request, "who", form, lines=True)


def _lines(record: OwnRecord, *, named: bool) -> list[tuple[str, str]]:
    """List what of a record may be wrong, in words; the name only where there are several people."""
    lines = [(f"{_DOSE}-{dose.version.version_id}", _dose_words(dose)) for dose in live_doses(record)]
    lines.append((f"{_PERSON}-{record.person_id}", _("the personal details (name, birth date, sex, number, phone)")))
    lines.append((f"{_MISSING}-{record.person_id}", _("a dose that is missing here")))
    return [
        (line, f"{record.identity.full_name}: {words}" if named else words[:1].upper() + words[1:])
        for line, words in lines
    ]


def _dose_words(dose: OwnDose) -> str:
    facts = dose.version.dose
    return _("the dose of %(day)s, %(vaccine)s, lot %(lot)s") % {
        "day": f"{facts.given_on:%d/%m/%Y}",
        "vaccine": PRODUCT_NAMES.get(facts.product, facts.product),
        "lot": facts.lot,
    }


def _choose(draft: Draft, records: list[OwnRecord], line: str) -> None:
    """Note what was chosen; the choice came from the own records, so that it names nobody else's."""
    kind, number = line.split("-")
    changed = draft.line != line
    draft.line = line
    for record in records:
        doses = live_doses(record)
        if kind == _DOSE and any(dose.version.version_id == int(number) for dose in doses):
            draft.person_id, draft.version_id = record.person_id, int(number)
        elif kind != _DOSE and record.person_id == int(number):
            newest = doses[-1].version.version_id if doses and kind == _PERSON else None
            draft.person_id, draft.version_id = record.person_id, newest
    if changed:
        draft.wrongs = [Wrong.MISSING_DOSE.value] if kind == _MISSING else []
        draft.claimed, draft.right_said, draft.place_known = {}, False, False


def _forget_line(draft: Draft) -> None:
    if draft.line:
        draft.claimed, draft.wrongs, draft.right_said, draft.place_known = {}, [], False, False
    draft.line, draft.person_id, draft.version_id = "", None, None


@reporting
@require_http_methods(["GET", "POST"])
def what(request: ReportRequest) -> HttpResponseBase:
    """Ask what is wrong."""
    early = not_yet(request, "what")
    if early is not None:
        return early
    draft = request.draft
    form = WhatForm(_kinds_offered(draft), posted(request), initial={"wrongs": draft.wrongs})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["wrongs"]
        if chosen != draft.wrongs:
            draft.wrongs, draft.right_said, draft.place_known = chosen, False, False
        keep_draft(request, draft)
        return after(request, "what")
    return _page(request, "what", form)


def _kinds_offered(draft: Draft) -> set[Wrong]:
    """List what fits the chosen line; everything where no line was chosen."""
    kind = draft.line.split("-")[0]
    if kind == _DOSE:
        return set(IDENTITY_WRONGS | DOSE_WRONGS | WITHDRAWING) | {Wrong.OTHER}
    if kind == _PERSON:
        return set(IDENTITY_WRONGS) | {Wrong.OTHER}
    return {Wrong.MISSING_DOSE} if kind == _MISSING else set(Wrong)


@reporting
@require_http_methods(["GET", "POST"])
def right(request: ReportRequest) -> HttpResponseBase:
    """Ask what is right, for the fields concerned alone."""
    early = not_yet(request, "right")
    if early is not None:
        return early
    draft, chosen = request.draft, about(request)
    form = RightForm(
        draft.kinds,
        posted(request),
        initial={**draft.claimed, "note": draft.note},
        proven=chosen is not None,
        which_dose=wants_a_dose(draft),
    )
    if request.method == "POST" and form.is_valid() and _right_is_taken(request, form):
        return after(request, "right")
    return _page(request, "right", form, now_stands=_stands(chosen, form) if chosen else [])


def _right_is_taken(request: ReportRequest, form: RightForm) -> bool:
    """Keep what is right if the rules of reports take it; else put their refusals into the form."""
    draft = request.draft
    draft.note = form.cleaned_data["note"].strip()
    claimed = form.claimed()
    draft.claimed = claimed if draft.line else {**draft.claimed, **claimed}
    form.add_findings(_findings(request, set(claimed)))
    if not form.is_valid():
        return False
    draft.right_said = True
    keep_draft(request, draft)
    return True


def _findings(request: ReportRequest, shown: set[str]) -> list[Finding]:
    """Ask the rules about what was typed, as far as the page shows it."""
    columns = {COLUMNS[name].value for name in shown}
    filing = filing_of(request, ReporterProof.NEW_PHONE)
    return [finding for finding in check_claim(filing, today=request.today) if finding.column in columns]


def _stands(chosen: About, form: ReportForm) -> list[tuple[object, str]]:
    """Give what stands in the own record for each field of the form, with the field's word."""
    words = {**_identity_words(chosen.record.identity), **(_dose_words_of(chosen.dose) if chosen.dose else {})}
    return [(FIELD_WORDS[name], words[name]) for name in form.fields if words.get(name)]


def _identity_words(identity: IdentityFacts) -> dict[str, str]:
    sexes = {1: _("Man"), 2: _("Woman")}
    return {
        "full_name": identity.full_name,
        "birth_date": "/".join(reversed(identity.birth_date.split("-"))),
        "sex": sexes.get(identity.sex, ""),
        "number": _masked(identity.number),
        "phone": _masked(identity.phone),
    }


def _dose_words_of(own: OwnDose) -> dict[str, str]:
    dose = own.version.dose
    return {
        "given_on": f"{dose.given_on:%d/%m/%Y}",
        "product": PRODUCT_NAMES.get(dose.product, dose.product),
        "lot": dose.lot,
    }


def _masked(text: str) -> str:
    return f"•••• {text[-4:]}" if len(text) > 4 else ""  # noqa: PLR2004 -- the signs shown


@reporting
@require_POST
def give_up(request: ReportRequest) -> HttpResponseBase:
    """Throw the unfinished report away, photos included."""
    drop_draft(request)
    return redirect("citizen:home")


def _page(request: ReportRequest, step: str, form: ReportForm, **more: object) -> HttpResponseBase:
    context = {"form": form, **step_context(request, step), **more}
    return render(request, f"citizen/report/{step}.html", context, status=422 if form.errors else 200)
