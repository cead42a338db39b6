"""Mending: one record by form, many by a spreadsheet, and withdrawing what should never have been entered."""

from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_POST

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.facility.entry import DoseForm, typed
from vaxpass.desks.facility.intake import spreadsheet
from vaxpass.desks.facility.words import PRODUCT_NAMES, WITHDRAWAL_REASONS
from vaxpass.identity.local_checks import IdentityRefusal, check_before_asking
from vaxpass.intake import actions
from vaxpass.intake.actions.checking import HANOI, MENDABLE
from vaxpass.intake.columns import CANONICAL, REASON_HEADERS, Column
from vaxpass.intake.workbook import write_workbook
from vaxpass.jobs.identity import defer_checks
from vaxpass.jobs.passports import after_correction
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.records import actions as records
from vaxpass.records.access import access_version, list_versions
from vaxpass.records.facts import VersionFacts
from vaxpass.records.search import Search, find_versions
from vaxpass.records.states import State

_LISTED = 20_000
_SUSPECT_FIELDS = {
    IdentityRefusal.SEX_DIGIT: ("sex", "number"),
    IdentityRefusal.YEAR_DIGITS: ("birth", "number"),
    IdentityRefusal.BIRTH_DATE_FORM: ("birth",),
    IdentityRefusal.BIRTH_DATE_FUTURE: ("birth",),
    IdentityRefusal.NAME_MISSING: ("name",),
    IdentityRefusal.SEX_MISSING: ("sex",),
}
_COMPARED = ("name", "birth", "sex", "number")


@needs(Permission.RECORD_MEND)
def mend(request: DeskRequest, version_id: int) -> HttpResponseBase:
    """Mend one record: the form is filled with what was declared, and what looks wrong is marked."""
    version = access_version(request.actor, version_id, purpose="mend", now=request.now)
    if version.state not in MENDABLE:
        raise Refused("VERB_NOT_IN_STATE", state=State(version.state).name, verb="replace")
    form = DoseForm(request.POST or None, initial=typed(version))
    if request.method == "POST" and form.is_valid():
        new_id = _mended(request, form, version_id)
        if new_id is not None:
            messages.success(request, _("The record was mended. Its person is compared again."))
            return redirect("facility:record", new_id)
    suspect, reason = suspects(version, request)
    _mark(form, suspect)
    context = {"form": form, "version": version, "reason": reason, "withdrawals": WITHDRAWAL_REASONS}
    return render(request, "facility/mend.html", context, status=422 if request.method == "POST" else 200)


def _mended(request: DeskRequest, form: DoseForm, version_id: int) -> int | None:
    try:
        stated = form.cleaned_data["stated"]
        new_id = actions.mend(request.actor, version_id, form.cells(), states_identity=stated, now=request.now)
        defer_checks()
    except actions.RowRefused as refused:
        form.add_findings(refused.findings)
    except Refused as refused:
        form.add_refusal(refused)
    else:
        return new_id
    return None


def suspects(version: VersionFacts, request: DeskRequest) -> tuple[tuple[str, ...], str]:
    """Give the fields that our own checks suspect, and why in words; the database's own data are never shown."""
    found = _local_refusal(version, request)
    if found is not None:
        return _SUSPECT_FIELDS.get(found, ("number",)), sentence(found.value)
    if version.state == State.MISMATCHED:
        return _COMPARED, sentence(version.reason) if version.reason else ""
    return (), sentence(version.reason) if version.reason else ""


def _local_refusal(version: VersionFacts, request: DeskRequest) -> IdentityRefusal | None:
    who = version.identity
    if version.facility_states_identity:
        return None
    return check_before_asking(
        name=who.full_name,
        sex="F" if who.sex == 2 else "M",  # noqa: PLR2004 -- 2 is a woman
        birth_date=who.birth_date,
        id_number="" if who.number_kind == 2 else who.number,  # noqa: PLR2004 -- 2 is the old number
        old_number=who.number if who.number_kind == 2 else "",  # noqa: PLR2004 -- the same
        today=request.now.astimezone(HANOI).date(),
    )


def _mark(form: forms.Form, names: tuple[str, ...]) -> None:
    for name in names:
        field = form.fields[name]
        field.widget.attrs["class"] = "suspect"
        hint = gettext_lazy("Check this field against the card.")
        field.help_text = f"{str(field.help_text).rstrip('.')}. {hint}" if field.help_text else hint


@needs(Permission.RECORD_MEND)
@require_POST
def withdraw(request: DeskRequest, version_id: int) -> HttpResponseBase:
    """Withdraw a record with a reason from the list."""
    version = access_version(request.actor, version_id, purpose="withdraw", now=request.now)
    reason = request.POST.get("reason", "")
    if reason not in dict(WITHDRAWAL_REASONS):
        raise Refused("WITHDRAWAL_REASON_MISSING")
    with transaction.atomic():
        records.withdraw(request.actor, version.version_id, reason=reason, now=request.now)
        after_correction([], [version_id], now=request.now)  # it may have followed a dose that a passport counts
    messages.success(request, _("The record was withdrawn."))
    return redirect("facility:record", version_id)


@needs(Permission.RECORD_MEND)
def mending_list(request: DeskRequest) -> HttpResponse:
    """Give all records that wait to be mended as a spreadsheet with reasons; uploaded again it replaces them."""
    found = find_versions(request.actor, Search([State.MISMATCHED, State.INCOMPLETE]), limit=_LISTED)
    if not found:
        raise Refused("NOTHING_TO_MEND")
    ids = [one.version_id for one in found]
    versions = list_versions(request.actor, ids, purpose="mending_list", now=request.now)
    note_act_of(request.actor, "download_mending_list", now=request.now, records=len(ids))
    header = [CANONICAL[column] for column in Column] + list(REASON_HEADERS)
    marked = range(len(Column), len(header))
    return spreadsheet(write_workbook(header, _rows(versions, request), marked=marked), "to-mend.xlsx")


def _rows(versions: list[VersionFacts], request: DeskRequest) -> Iterator[list[str]]:
    for version in versions:
        fields = typed(version) | {"record": f"V{version.version_id}"}
        fields["sex"] = "Nữ" if version.identity.sex == 2 else "Nam"  # noqa: PLR2004 -- 2 is a woman
        fields["vaccine"] = PRODUCT_NAMES.get(version.dose.product, version.dose.product)
        reasons = []
        for language in ("vi", "en"):
            with override(language):
                reasons.append(suspects(version, request)[1])
        yield [str(fields[column.value]) for column in Column] + ["", *reasons]
