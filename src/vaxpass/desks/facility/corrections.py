"""Asking for corrections and deciding them: the request from a record's page, the list, old beside new."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from vaxproof.valuesets import LICENSED_IN_VIETNAM

from vaxpass.corrections import actions, queries, rules
from vaxpass.corrections.actions import Wish
from vaxpass.corrections.queries import ReportFacts
from vaxpass.corrections.rules import Kind, Status
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import birth_date, date_vi, moment_vi
from vaxpass.desks.facility.correction_forms import MendForm, RefuseForm, WithdrawForm
from vaxpass.jobs.identity import defer_checks
from vaxpass.jobs.passports import after_accepted_report
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.records.access import access_version
from vaxpass.records.facts import DoseFacts, IdentityFacts, VersionFacts

STATUS_WORDS: dict[Status, Words] = {
    Status.OPEN: _("Open"),
    Status.ACCEPTED: _("Carried out"),
    Status.REFUSED: _("Request refused"),
}
KIND_WORDS: dict[Kind, Words] = {Kind.MEND: _("Mend"), Kind.WITHDRAW: _("Withdraw")}
_SEXES: dict[int, Words] = {1: _("Male"), 2: _("Female")}
_PRODUCTS = {product.mp: product.vietnamese_name for product in LICENSED_IN_VIETNAM}


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of a record: as it stands, and as it should be."""

    label: Words
    old: str
    new: str

    @property
    def differs(self) -> bool:
        """Say whether the field would change."""
        return self.old != self.new


@needs(Permission.CORRECTION_ASK)
@require_http_methods(["GET", "POST"])
def correction_ask(request: DeskRequest, version_id: int) -> HttpResponseBase:
    """Ask that a record be mended or withdrawn; what was typed stays when something is wrong."""
    version = access_version(request.actor, version_id, purpose="correction", now=request.now)
    kind = Kind.WITHDRAW if "ask_withdraw" in request.POST else Kind.MEND
    posted = request.POST if request.method == "POST" else None
    mend = MendForm(posted if kind is Kind.MEND else None, version=version, now=request.now)
    withdraw = WithdrawForm(posted if kind is Kind.WITHDRAW else None)
    form = mend if kind is Kind.MEND else withdraw
    if posted is not None and form.is_valid() and _ask(request, version_id, kind, form):
        messages.success(request, gettext("The request is sent. Somebody else at the facility decides it."))
        return redirect("facility:corrections")
    context = {
        "version": version,
        "mend": mend,
        "withdraw": withdraw,
        "may_withdraw": not rules.is_overtaken(version, Kind.WITHDRAW),
        "may_mend": not rules.is_overtaken(version, Kind.MEND),
        "open_report": queries.open_report_of(version_id),
    }
    return render(request, "facility/correction_ask.html", context, status=422 if form.is_bound else 200)


def _ask(request: DeskRequest, version_id: int, kind: Kind, form: MendForm | WithdrawForm) -> bool:
    mended = form.mended if isinstance(form, MendForm) else None
    wish = Wish(kind, form.cleaned_data["cause"], mended, form.cleaned_data["note"])
    try:
        actions.ask(request.actor, version_id, wish, now=request.now)
    except Refused as refused:
        form.add_error(None, sentence(refused.code, refused.facts))
        return False
    return True


def _narrow_status(rows: object, value: str) -> object:
    return rows.filter(status=int(value))  # type: ignore[attr-defined]  # a query set of requests


REPORTS: Table[ReportFacts] = Table(
    "corrections",
    _("Requests"),
    (
        Column(
            "name",
            _("Name"),
            lambda report: report.version.identity.full_name,
            link=lambda report: reverse("facility:correction", args=[report.report_id]),
        ),
        Column("kind", _("What is asked"), lambda report: KIND_WORDS[report.kind], sort=("kind",)),
        Column("cause", _("Why"), lambda report: sentence(report.cause)),
        Column("since", _("Asked"), lambda report: moment_vi(report.opened_at), sort=("opened_at",)),
        Column("status", _("Status"), lambda report: STATUS_WORDS[report.status], sort=("status", "opened_at")),
    ),
    default_sort="status",
    filters=(
        Filter(
            "status",
            _("Status"),
            _narrow_status,
            choices=tuple((str(status.value), words) for status, words in STATUS_WORDS.items()),
        ),
    ),
    empty=_("Nobody has asked for a correction."),
)


@needs(Permission.CORRECTION_DECIDE, Permission.CORRECTION_ASK)
@require_GET
def corrections(request: DeskRequest) -> HttpResponse:
    """List the requests in reach, the open ones first and of them the oldest."""
    table = REPORTS.show(
        request,
        queries.reports_in_scope(request.actor),
        load=lambda part: queries.get_reports(request.actor, [report.pk for report in part], now=request.now),
    )
    return render(request, "facility/corrections.html", {"table": table})


@needs(Permission.CORRECTION_DECIDE, Permission.CORRECTION_ASK)
@require_GET
def correction(request: DeskRequest, report_id: int) -> HttpResponse:
    """Show a request: the record as it stands beside what is asked, differences marked."""
    report = queries.get_report(request.actor, report_id, now=request.now)
    return _page(request, report, RefuseForm(reasons=rules.refusals_for(report.version, report.kind)))


@needs(Permission.CORRECTION_DECIDE)
@require_POST
def correction_accept(request: DeskRequest, report_id: int) -> HttpResponseBase:
    """Do what was asked; the mended record is compared again, and its passport will end the one that counts the old."""
    report = queries.get_report(request.actor, report_id, now=request.now)
    with transaction.atomic():
        new_version_id = actions.accept(request.actor, report_id, now=request.now)
        after_accepted_report([report.version.version_id], now=request.now)
        if new_version_id is not None:
            defer_checks()
    messages.success(request, gettext("Done. A mended record now walks the whole way again."))
    return redirect("facility:corrections")


@needs(Permission.CORRECTION_DECIDE)
@require_POST
def correction_refuse(request: DeskRequest, report_id: int) -> HttpResponseBase:
    """Refuse a request for a named reason."""
    report = queries.get_report(request.actor, report_id, now=request.now)
    form = RefuseForm(request.POST, reasons=rules.refusals_for(report.version, report.kind))
    if not form.is_valid():
        return _page(request, report, form)
    actions.refuse(request.actor, report_id, form.cleaned_data["code"], now=request.now)
    messages.success(request, gettext("The request is refused; who asked sees the reason."))
    return redirect("facility:corrections")


def _page(request: DeskRequest, report: ReportFacts, form: RefuseForm) -> HttpResponse:
    names = officer_names({report.opened_by, report.decided_by or report.opened_by})
    may_decide = request.actor.may(Permission.CORRECTION_DECIDE) and report.status is Status.OPEN
    context = {
        "report": report,
        "kind": KIND_WORDS[report.kind],
        "cause": sentence(report.cause),
        "status": STATUS_WORDS[report.status],
        "refusal": sentence(report.refusal) if report.refusal else "",
        "compared": compare(report.version, report),
        "opened_by": names.get(report.opened_by, ""),
        "decided_by": names.get(report.decided_by or 0, ""),
        "may_decide": may_decide and report.opened_by != request.actor.officer_id,
        "own_request": may_decide and report.opened_by == request.actor.officer_id,
        "overtaken": report.status is Status.OPEN and rules.is_overtaken(report.version, report.kind),
        "form": form,
    }
    return render(request, "facility/correction.html", context, status=422 if form.is_bound else 200)


def compare(version: VersionFacts, report: ReportFacts) -> list[Compared]:
    """Set each field of the record beside what is asked for, changes first; alike where it is to be withdrawn."""
    mended = report.mended
    identity, dose = (mended.identity, mended.dose) if mended else (version.identity, version.dose)
    old, new = _shown(version.identity, version.dose), _shown(identity, dose)
    compared = [Compared(label, before, after) for (label, before), (_label, after) in zip(old, new, strict=True)]
    return sorted(compared, key=lambda field: not field.differs)


def _shown(who: IdentityFacts, dose: DoseFacts) -> Sequence[tuple[Words, str]]:
    return (
        (_("Full name"), who.full_name),
        (_("Date of birth"), birth_date(who.birth_date)),
        (_("Sex"), str(_SEXES.get(who.sex, ""))),
        (_("Nationality"), who.nationality),
        (_("ID or passport number"), who.number),
        (_("Phone"), who.phone),
        (_("Address"), who.address),
        (_("Vaccine"), _PRODUCTS.get(dose.product, dose.product)),
        (_("Lot"), dose.lot),
        (_("Day of the dose"), date_vi(dose.given_on)),
        (_("Dose number"), str(dose.dose_number or "")),
        (_("Place"), dose.place),
    )
