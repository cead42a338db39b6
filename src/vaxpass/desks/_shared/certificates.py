"""Registering and withdrawing signers' certificates: the same pages at the administration and the province desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaxpass import wiring
from vaxpass.desks._shared.certificate_form import CertificateForm
from vaxpass.desks._shared.chips import word_chip
from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import date_vi
from vaxpass.facility_signing.credentials import office_to_register_for, register_credential, withdraw_credential
from vaxpass.facility_signing.facts import CredentialFacts
from vaxpass.facility_signing.queries import credential_facts, credentials_in_reach, get_credential_in_reach
from vaxpass.offices.officers import list_signers
from vaxpass.offices.queries import facility_names, office_ids_with_code, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused


@dataclass(frozen=True, slots=True)
class _Row:
    """A certificate with its signer and office in words, its state as a chip, and its page."""

    facts: CredentialFacts
    signer: str
    office: str
    chip: SafeString
    url: str


@dataclass(frozen=True, slots=True)
class _Signer:
    """A signer in words and the page that registers a certificate for him or her."""

    name: str
    office: str
    url: str


CERTIFICATES: Table[_Row] = Table(
    "certificates",
    _("Registered certificates"),
    (
        Column("signer", _("Signer"), lambda row: row.signer, link=lambda row: row.url),
        Column("office", _("Office"), lambda row: row.office),
        Column("provider", _("Provider"), lambda row: row.facts.provider, sort=("provider",)),
        Column("from", _("Valid from"), lambda row: date_vi(row.facts.valid_from), sort=("valid_from",)),
        Column("to", _("Valid to"), lambda row: date_vi(row.facts.valid_to), sort=("valid_to",)),
        Column("status", _("Status"), lambda row: row.chip),
    ),
    default_sort="to",
    filters=(
        Filter(
            "code", _("Code of the office"), lambda rows, code: rows.filter(office_id__in=office_ids_with_code(code))
        ),
        Filter(
            "status",
            _("Status"),
            lambda rows, value: rows.filter(withdrawn_at__isnull=value == "registered"),
            choices=(("registered", _("registered")), ("withdrawn", _("withdrawn"))),
        ),
    ),
    empty=_("No certificate is registered."),
)

SIGNERS: Table[_Signer] = Table(
    "signers",
    _("Signers"),
    (
        Column("name", _("Full name"), lambda one: one.name, sort=("full_name",), link=lambda one: one.url),
        Column("office", _("Office"), lambda one: one.office, sort=("office__code",)),
    ),
    default_sort="office",
    filters=(
        Filter("code", _("Code of the office"), lambda rows, code: rows.filter(office__code=code.strip().upper())),
    ),
    empty=_("Nobody here holds a role that signs doses."),
)


def certificate_paths(permission: Permission) -> list[URLPattern]:
    """Give the addresses of these pages for a desk whose officers hold the permission."""
    guard = needs(permission)
    return [
        path("certificates/", guard(_certificates), name="certificates"),
        path("certificates/new/", guard(_signers), name="certificate_signers"),
        path("certificates/new/<int:officer_id>/", guard(_register), name="certificate_register"),
        path("certificates/<int:credential_id>/", guard(_certificate), name="certificate"),
        path("certificates/<int:credential_id>/withdraw/", guard(_withdraw), name="certificate_withdraw"),
    ]


@require_GET
def _certificates(request: DeskRequest) -> HttpResponse:
    page = CERTIFICATES.show(request, credentials_in_reach(request.actor), load=lambda part: _rows(request, part))
    return render(request, "certificates/list.html", {"table": page, **_addresses(request)})


@require_GET
def _signers(request: DeskRequest) -> HttpResponse:
    page = SIGNERS.show(request, list_signers(request.actor), load=lambda part: [_signer(request, one) for one in part])
    return render(request, "certificates/signers.html", {"table": page, **_addresses(request)})


@require_http_methods(["GET", "POST"])
def _register(request: DeskRequest, officer_id: int) -> HttpResponseBase:
    office = office_to_register_for(request.actor, officer_id)
    signer = list_signers(request.actor).filter(pk=officer_id).first()
    if signer is None:
        raise Refused("OFFICER_UNKNOWN")
    form = CertificateForm(request.POST, request.FILES) if request.method == "POST" else CertificateForm()
    if form.is_valid():
        done = _registered(request, form, officer_id)
        if done is not None:
            return done
    words = {"signer": signer.full_name, "office": f"{office.name(get_language() or 'vi')} ({office.code})"}
    context = {"form": form, **words, **_addresses(request)}
    return render(request, "certificates/register.html", context, status=422 if form.errors else 200)


def _registered(request: DeskRequest, form: CertificateForm, officer_id: int) -> HttpResponseBase | None:
    try:
        wish = form.registration(officer_id)
        made = register_credential(request.actor, wish, wiring.facility_anchors(), now=request.now)
    except Refused as refused:
        form.add_error(form.field_of(refused.code), sentence(refused.code, refused.facts))
        return None
    messages.success(request, gettext("The certificate is registered."))
    return redirect(_address(request, "certificate", made))


@require_GET
def _certificate(request: DeskRequest, credential_id: int) -> HttpResponse:
    facts = get_credential_in_reach(request.actor, credential_id)
    context = {
        "row": _in_words(request, [facts])[0],
        "oneself": facts.officer_id == request.actor.officer_id,
        "withdraw_url": _address(request, "certificate_withdraw", credential_id),
        **_addresses(request),
    }
    return render(request, "certificates/one.html", context)


@require_POST
def _withdraw(request: DeskRequest, credential_id: int) -> HttpResponseBase:
    facts = get_credential_in_reach(request.actor, credential_id)
    if request.POST.get("confirmed") != "yes":
        return _ask_once_more(request, facts)
    withdraw_credential(request.actor, credential_id, now=request.now)
    messages.success(request, gettext("The certificate is withdrawn."))
    return redirect(_address(request, "certificate", credential_id))


def _ask_once_more(request: DeskRequest, facts: CredentialFacts) -> HttpResponse:
    row = _in_words(request, [facts])[0]
    question = Question(
        title=_("Withdraw this certificate?"),
        sentence=_("Nothing more is signed with it. What it has signed stays signed. This cannot be taken back."),
        button=_("Yes, withdraw it"),
        action_url=request.path,
        back_url=row.url,
        facts=[(_("Signer"), row.signer), (_("Office"), row.office), (_("Provider"), facts.provider)],
        danger=True,
    )
    return confirm_page(request, question)


def _rows(request: DeskRequest, part: Sequence[Any]) -> list[_Row]:
    return _in_words(request, [credential_facts(row) for row in part])


def _in_words(request: DeskRequest, found: Sequence[CredentialFacts]) -> list[_Row]:
    language = get_language() or "vi"
    people = officer_names({facts.officer_id for facts in found})
    offices = facility_names({facts.office_id for facts in found})
    return [
        _Row(
            facts,
            people[facts.officer_id],
            f"{offices[facts.office_id].name(language)} ({offices[facts.office_id].code})",
            _chip(request, facts),
            _address(request, "certificate", facts.id),
        )
        for facts in found
    ]


def _chip(request: DeskRequest, facts: CredentialFacts) -> SafeString:
    if facts.withdrawn_at is not None:
        return word_chip(gettext("withdrawn"), "ended")
    if request.now > facts.valid_to:
        return word_chip(gettext("expired"), "ended")
    if request.now < facts.valid_from:
        return word_chip(gettext("not yet valid"), "wait")
    return word_chip(gettext("may sign"), "done")


def _signer(request: DeskRequest, officer: Any) -> _Signer:
    office = officer.office
    name = office.name_en if get_language() == "en" else office.name_vi
    return _Signer(officer.full_name, f"{name} ({office.code})", _address(request, "certificate_register", officer.pk))


def _address(request: DeskRequest, name: str, *arguments: int) -> str:
    match = request.resolver_match
    return reverse(f"{match.app_name}:{name}" if match else name, args=arguments)


def _addresses(request: DeskRequest) -> dict[str, str]:
    return {
        "list_url": _address(request, "certificates"),
        "signers_url": _address(request, "certificate_signers"),
    }
