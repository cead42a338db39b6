"""Reporting an error, the end: everything once more, a code to whoever is not proven yet, the report, the receipt."""

from typing import Any, Final

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaxpass.citizens.codes import check_code
from vaxpass.citizens.rules import Purpose
from vaxpass.desks._shared.politeness import visitor_of
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.citizen import captcha
from vaxpass.desks.citizen.report_door import (
    ReportRequest,
    about,
    filing_of,
    not_yet,
    posted,
    reporting,
    step_context,
)
from vaxpass.desks.citizen.report_draft import Draft, drop_draft, keep_draft, keep_number
from vaxpass.desks.citizen.report_forms import (
    FIELD_WORDS,
    PRODUCT_NAMES,
    RELATION_WORDS,
    WRONG_WORDS,
    CodeForm,
    ContactForm,
)
from vaxpass.desks.citizen.report_photos import evidence_of
from vaxpass.jobs.citizens import begin_again, begin_code
from vaxpass.jobs.reports import file_report
from vaxpass.notices.facts import Recipient
from vaxpass.notices.rules import is_mobile, normal_email, normal_phone
from vaxpass.offices.queries import facility_names
from vaxpass.offices.scope import Refused
from vaxpass.reports.rules import ReporterProof

_SEXES: Final[dict[str, Any]] = {"1": gettext_lazy("Man"), "2": gettext_lazy("Woman")}


@reporting
@require_http_methods(["GET", "POST"])
def check(request: ReportRequest) -> HttpResponseBase:
    """Show everything once more; send it, or first a code to the phone that was typed."""
    early = not_yet(request, "check")
    if early is not None:
        return early
    form = None if _contact_known(request) else _contact_form(request)
    if request.method == "GET":
        return _page(request, form)
    try:
        if form is None:
            return _filed(request)
        if form.is_valid() and _contact_taken(request, form):
            captcha.check(request.POST, request.now, visitor=visitor_of(request))
            _begin(request)
            return redirect("citizen:report_code")
    except Refused as refused:
        return _page(request, form, refused)
    return _page(request, form)


def _contact_known(request: ReportRequest) -> bool:
    """Say whether the answer's way is known: the proven citizen's own phone, or one that was proven by a code."""
    chosen = about(request)
    if chosen is not None and chosen.record.identity.phone:
        request.draft.phone, request.draft.email = chosen.record.identity.phone, ""
        return True
    return request.draft.contact_proven


def _contact_form(request: ReportRequest) -> ContactForm:
    draft = request.draft
    return ContactForm(posted(request), initial={"phone": draft.phone, "email": draft.email})


def _contact_taken(request: ReportRequest, form: ContactForm) -> bool:
    draft, said = request.draft, dict(form.cleaned_data)
    draft.phone = draft.email = ""
    for name, read in (("phone", _mobile), ("email", normal_email)):
        try:
            setattr(draft, name, read(said[name]) if said[name].strip() else "")
        except Refused as refused:
            form.add_error(name, sentence(refused.code, refused.facts))
    if not said["phone"].strip() and not said["email"].strip():
        form.add_error("phone", _("Write a phone or an e-mail, so that the answer finds you."))
    if draft.phone:
        draft.email = ""  # one way is enough, and only one is proven
    return form.is_valid()


def _mobile(text: str) -> str:
    phone = normal_phone(text)
    if not is_mobile(phone):
        raise Refused("REPORT_PHONE_NOT_MOBILE")
    return phone


def _begin(request: ReportRequest) -> None:
    draft = request.draft
    to = Recipient(phone=draft.phone, email=draft.email)
    language = get_language() or "vi"
    draft.token = begin_code(Purpose.REPORT, to, request.now, visitor=visitor_of(request), language=language)
    keep_draft(request, draft)


@reporting
@require_http_methods(["GET", "POST"])
def code(request: ReportRequest) -> HttpResponseBase:
    """Take the code; with the right one the report is filed."""
    early = not_yet(request, "check")
    if early is not None or not request.draft.token:
        return early or redirect("citizen:report_check")
    form = CodeForm(request.POST if "code" in request.POST else None)
    try:
        if "again" in request.POST:
            request.draft.token = begin_again(request.draft.token, request.now, visitor=visitor_of(request))
            keep_draft(request, request.draft)
            return redirect("citizen:report_code")
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data["code"]
            to = check_code(request.draft.token, typed, request.now, visitor=visitor_of(request)).to
            request.draft.phone, request.draft.email = to.phone, to.email  # what was proven, whatever was typed since
            request.draft.contact_proven, request.draft.token = True, ""
            keep_draft(request, request.draft)
    except Refused as refused:
        form.add_error("code" if form.is_bound else None, sentence(refused.code, refused.facts))
    if request.draft.contact_proven:
        return _filed_or_shown(request)
    context = {"form": form, "to": _shown_contact(request.draft), **step_context(request, "check")}
    return render(request, "citizen/report/code.html", context, status=422 if form.errors else 200)


def _filed_or_shown(request: ReportRequest) -> HttpResponseBase:
    try:
        return _filed(request)
    except Refused as refused:
        return _page(request, None, refused)


def _filed(request: ReportRequest) -> HttpResponseBase:
    """File the report, forget the draft, keep the number for the receipt."""
    receipt = file_report(filing_of(request, ReporterProof.NEW_PHONE), evidence_of(request.draft), now=request.now)
    drop_draft(request)
    keep_number(request, receipt.number)
    request.session["report_filed"] = "joined" if receipt.joined else "new"
    return redirect("citizen:receipt")


def _page(request: ReportRequest, form: ContactForm | None, refused: Refused | None = None) -> HttpResponseBase:
    draft = request.draft
    context: dict[str, object] = {
        "form": form,
        "problem": sentence(refused.code, refused.facts) if refused else "",
        "relation": RELATION_WORDS[draft.for_whom],
        "wrongs": [WRONG_WORDS[kind] for kind in draft.kinds],
        "facts": _facts(request),
        "photos": range(len(draft.photos)),
        "to": _shown_contact(draft),
        **step_context(request, "check"),
    }
    if form is not None:
        context["captcha"] = captcha.ask(request.now)
    bad = bool(refused or (form is not None and form.errors))
    return render(request, "citizen/report/check.html", context, status=422 if bad else 200)


def _facts(request: ReportRequest) -> list[tuple[object, str]]:
    """List what was typed, in the words of the form."""
    draft = request.draft
    shown: dict[str, dict[str, Any]] = {"product": PRODUCT_NAMES, "sex": _SEXES}
    facts: list[tuple[object, str]] = [
        (FIELD_WORDS[name], str(shown.get(name, {}).get(text, text))) for name, text in draft.claimed.items() if text
    ]
    if draft.reporter_name:
        facts.insert(0, (_("Your own full name"), draft.reporter_name))
    if draft.commune_office_id:
        office = facility_names({draft.commune_office_id}).get(draft.commune_office_id)
        facts.append((_("Commune of residence"), office.name(get_language() or "vi") if office else ""))
    if draft.note:
        facts.append((_("Anything else that helps"), draft.note))
    return facts


def _shown_contact(draft: Draft) -> str:
    if draft.phone:
        return f"•••• {draft.phone[-4:]}"
    name, _at, host = draft.email.partition("@")
    return f"{name[:1]}•••@{host}" if draft.email else ""
