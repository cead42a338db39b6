"""Batches: the list, one batch, its sample, its signature, its proof files."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaxpass import wiring
from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi, number
from vaxpass.desks.facility.signing import PRODUCTS
from vaxpass.facility_signing import actions, queries, rules, verification
from vaxpass.facility_signing.facts import BatchFacts, BatchStatus, CredentialFacts, Verdict
from vaxpass.jobs.ministry_signing import defer_standing
from vaxpass.offices.queries import facility_names, get_office, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.records.access import access_version

STATUS: dict[BatchStatus, tuple[Any, str]] = {
    BatchStatus.PREPARED: (_("Prepared, not signed"), "turn"),
    BatchStatus.SIGNED: (_("Signed"), "done"),
    BatchStatus.ABANDONED: (_("Dropped"), "ended"),
}
_PIN_CODES = frozenset({"SIGNING_PIN_WRONG", "SIGNING_PIN_LOCKED", "SIGNING_PIN_PAUSED"})
_OF_THE_FORM = _PIN_CODES | frozenset(
    {
        "SIGNING_KEY_ABSENT",
        "SIGNING_KEY_MISMATCH",
        "SIGNING_FILE_UNREADABLE",
        "SOFTWARE_KEY_OUTSIDE_DEMO",
        "KEY_ALGORITHM_UNSUITABLE",
        "KEY_REFERENCE_UNKNOWN",
        "CREDENTIAL_WITHDRAWN",
        "CREDENTIAL_OUT_OF_DATE",
        "CERTIFICATE_EXPIRED",
        "CERTIFICATE_NOT_TRUSTED",
        "CERTIFICATE_REVOKED",
        "SAMPLE_NOT_READ",
    }
)


def status_chip(batch: BatchFacts) -> Chip:
    """Give the chip of a batch."""
    word, tone = STATUS[batch.status]
    return Chip(word, tone)


BATCHES: Table[tuple[BatchFacts, str, str]] = Table(
    "batches",
    _("Batches"),
    (
        Column(
            "number",
            _("Batch number"),
            lambda line: line[0].number,
            link=lambda line: reverse("facility:batch", args=[line[0].id]),
        ),
        Column("facility", _("Facility"), lambda line: line[1]),
        Column("count", _("Doses"), lambda line: number(line[0].count), sort=("count",), numeric=True),
        Column("prepared", _("Prepared at"), lambda line: moment_vi(line[0].prepared_at), sort=("prepared_at",)),
        Column("by", _("Prepared by"), lambda line: line[2]),
        Column("status", _("State"), lambda line: STATUS[line[0].status][0]),
    ),
    default_sort="-prepared",
    filters=(
        Filter(
            "status",
            _("State"),
            lambda rows, value: rows.filter(status=value),
            choices=tuple((status.value, word) for status, (word, _tone) in STATUS.items()),
        ),
    ),
    empty=_("No batch has been prepared yet."),
)


@needs(Permission.DOSES_ATTEST, Permission.HISTORY_SEE)
@require_GET
def batch_list(request: DeskRequest) -> HttpResponse:
    """List the batches of the facilities within reach."""
    rows = queries.batches_in_reach(request.actor)
    return render(request, "facility/signing/batches.html", {"table": BATCHES.show(request, rows, load=_lines)})


def _lines(rows: list[Any]) -> list[tuple[BatchFacts, str, str]]:
    batches = [queries.batch_facts(row) for row in rows]
    names = facility_names({batch.facility_id for batch in batches})
    people = officer_names({batch.prepared_by for batch in batches})
    language = get_language() or "vi"
    return [(one, names[one.facility_id].name(language), people.get(one.prepared_by, "")) for one in batches]


@needs(Permission.DOSES_ATTEST, Permission.HISTORY_SEE)
@require_GET
def batch(request: DeskRequest, batch_id: int) -> HttpResponse:
    """Show one batch: while prepared its sample and what to do next, afterwards who signed and the proof."""
    found = queries.get_batch(request.actor, batch_id)
    return render(request, "facility/signing/batch.html", _about(request, found))


def _about(request: DeskRequest, found: BatchFacts) -> dict[str, Any]:
    sample = queries.sample_of(found.id)
    read = sum(one.verdict == Verdict.RIGHT for one in sample)
    credential = queries.credential_of(found)
    return {
        "batch": found,
        "chip": status_chip(found),
        "facility": get_office(found.facility_id).name(get_language() or "vi"),
        "office": get_office(found.office_id).name(get_language() or "vi"),
        "prepared_by": officer_names({found.prepared_by}).get(found.prepared_by, ""),
        "sample": list(enumerate(sample, start=1)),
        "read": read,
        "unread": len(sample) - read,
        "next_unread": next((one.version_id for one in sample if not one.verdict), 0),
        "mine": found.prepared_by == request.actor.officer_id,
        "signs_for": found.facility_id in request.actor.signs_for,
        "credential": credential,
        "reason": sentence(found.ended_reason) if found.ended_reason else "",
        "root": found.root.hex(),
    }


@needs(Permission.DOSES_ATTEST, Permission.HISTORY_SEE)
@require_GET
def check(request: DeskRequest, batch_id: int) -> HttpResponse:
    """Check a signed batch from its records up, now."""
    found = queries.get_batch(request.actor, batch_id)
    verdict = verification.verify_batch(found, wiring.facility_anchors())
    faults = [(code, sentence(code)) for code in verdict.faults]
    context = {**_about(request, found), "checked": True, "verdict": verdict, "faults": faults}
    return render(request, "facility/signing/batch.html", context)


@needs(Permission.DOSES_ATTEST)
@require_http_methods(["GET", "POST"])
def sampled(request: DeskRequest, batch_id: int, version_id: int) -> HttpResponse:
    """Show one record of the sample, the look written down, and take what its reader says."""
    found = queries.get_own_batch(request.actor, batch_id)
    rules.check_is_prepared(found)
    sample = [one.version_id for one in queries.sample_of(batch_id)]
    if version_id not in sample:
        raise Refused("RECORD_UNKNOWN")
    if request.method == "POST" and request.POST.get("verdict") in set(Verdict):
        return _judge(request, found, version_id, Verdict(request.POST["verdict"]))
    version = access_version(request.actor, version_id, purpose="sample", now=request.now)
    context = {
        "batch": found,
        "version": version,
        "product": PRODUCTS.get(version.dose.product, version.dose.product),
        "place": sample.index(version_id) + 1,
        "places": len(sample),
        "entered_by": officer_names({version.entered_by}).get(version.entered_by, ""),
    }
    return render(request, "facility/signing/sampled.html", context)


def _judge(request: DeskRequest, found: BatchFacts, version_id: int, verdict: Verdict) -> HttpResponse:
    actions.judge_sampled(request.actor, found.id, version_id, verdict, now=request.now)
    if verdict is Verdict.WRONG:
        messages.warning(request, gettext("The batch was dropped and the record held back until it is mended."))
        return redirect("facility:ready")
    unread = [one.version_id for one in queries.sample_of(found.id) if not one.verdict]
    if unread:
        return redirect("facility:sampled", found.id, unread[0])
    messages.success(request, gettext("The sample has been read. The batch can be signed."))
    return redirect("facility:batch", found.id)


@needs(Permission.DOSES_ATTEST)
@require_POST
def draw_more(request: DeskRequest, batch_id: int) -> HttpResponse:
    """Draw further records."""
    actions.draw_more(request.actor, batch_id)
    return redirect("facility:batch", batch_id)


@needs(Permission.DOSES_ATTEST)
@require_POST
def abandon(request: DeskRequest, batch_id: int) -> HttpResponse:
    """Drop a prepared batch after asking once more."""
    found = queries.get_own_batch(request.actor, batch_id)
    rules.check_is_prepared(found)
    here = reverse("facility:batch", args=[batch_id])
    if request.POST.get("confirmed") != "yes":
        question = Question(
            title=_("Drop this batch?"),
            sentence=_(
                "Nothing is signed; its doses wait for a signature again. The number is not used a second time."
            ),
            button=_("Drop the batch"),
            action_url=reverse("facility:abandon_batch", args=[batch_id]),
            back_url=here,
            facts=[(_("Batch number"), found.number), (_("Doses"), number(found.count))],
            danger=True,
        )
        return confirm_page(request, question)
    actions.abandon_batch(request.actor, batch_id, now=request.now)
    return redirect("facility:ready")


class SignForm(forms.Form):
    """Which certificate, and its PIN, which is used once and kept nowhere."""

    credential = forms.TypedChoiceField(label=_("Signing certificate"), coerce=int)
    pin = forms.CharField(
        label=_("PIN of the key"),
        max_length=128,
        strip=False,
        help_text=_("It opens the key for this one signature. It is neither stored nor shown nor logged."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, credentials: list[CredentialFacts], data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["credential"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(one.id, _named(one)) for one in credentials]


def _named(credential: CredentialFacts) -> str:
    owner = dict(part.partition("=")[::2] for part in credential.subject.split(",")).get("CN", credential.subject)
    until = f"{credential.valid_to:%d/%m/%Y}"
    return f"{owner} · {credential.provider} · {credential.place.kind.upper()} · {gettext('until')} {until}"


@needs(Permission.DOSES_ATTEST)
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("pin")
def sign(request: DeskRequest, batch_id: int) -> HttpResponse:
    """Ask for certificate and PIN, and sign."""
    found = queries.get_own_batch(request.actor, batch_id)
    rules.check_is_prepared(found)
    rules.check_is_preparer(request.actor, found)
    credentials = queries.list_credentials(request.actor)
    if request.method == "POST":
        return _sign(request, found, SignForm(credentials, request.POST))
    rules.check_sample(found, queries.sample_of(batch_id))
    return _sign_page(request, found, SignForm(credentials), 200)


@sensitive_variables("pin")
def _sign(request: DeskRequest, found: BatchFacts, form: SignForm) -> HttpResponse:
    if not form.is_valid():
        return _sign_page(request, found, form, 422)
    pin = form.cleaned_data["pin"]
    try:
        actions.sign_batch(
            request.actor,
            found.id,
            credential_id=form.cleaned_data["credential"],
            open_key=lambda place: wiring.open_facility_key(place, pin),
            anchors=wiring.facility_anchors(),
            now=request.now,
        )
    except Refused as refused:
        if refused.code not in _OF_THE_FORM:
            raise
        form.add_error("pin" if refused.code in _PIN_CODES else None, sentence(refused.code, refused.facts))
        return _sign_page(request, found, form, 422)
    except Unavailable as unavailable:
        form.add_error(None, sentence(unavailable.code))
        return _sign_page(request, found, form, 503)
    defer_standing()  # whoever was corrected need not wait for the minute; without it the periodic job comes
    messages.success(request, gettext("Signed. Every dose of the batch carries the facility's signature now."))
    return redirect("facility:batch", found.id)


def _sign_page(request: DeskRequest, found: BatchFacts, form: SignForm, status: int) -> HttpResponse:
    context = {
        "batch": found,
        "form": form,
        "facility": get_office(found.facility_id).name(get_language() or "vi"),
        "no_credential": not queries.list_credentials(request.actor),
        "root": found.root.hex(),
    }
    return render(request, "facility/signing/sign.html", context, status=status)


@needs(Permission.DOSES_ATTEST, Permission.HISTORY_SEE)
@require_GET
def batch_proof(request: DeskRequest, batch_id: int) -> HttpResponse:
    """Give the proof file of a signed batch; it holds no personal data."""
    found = queries.get_batch(request.actor, batch_id)
    if found.status is not BatchStatus.SIGNED:
        raise Refused("BATCH_NOT_SIGNED")
    return _download(verification.batch_proof(found), f"{found.number}.json")


@needs(Permission.RECORD_SEE)
@require_GET
def dose_proof(request: DeskRequest, version_id: int) -> HttpResponse:
    """Give the proof file of one dose to somebody who may see the record; the look is written down."""
    access_version(request.actor, version_id, purpose="dose_proof", now=request.now)
    inclusion = verification.inclusion_of(version_id)
    if inclusion is None:
        raise Refused("DOSE_NOT_ATTESTED")
    return _download(verification.dose_proof(inclusion), f"{inclusion.batch_number}-{inclusion.index + 1}.json")


def _download(content: dict[str, Any], name: str) -> HttpResponse:
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
