"""Complaints about officers, and risks: what inspectors read before they decide where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.chips import word_chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.desks.oversight.inspection_forms import Said, refuse_in
from vaxpass.desks.oversight.inspection_words import (
    COMPLAINT_STATES,
    COMPLAINTS,
    RISKS,
    choices,
    language,
    office_labels,
    risk_sentence,
)
from vaxpass.desks.oversight.inspections import LEAD
from vaxpass.inspections import complaints as verbs
from vaxpass.inspections import queries
from vaxpass.inspections.facts import ComplaintFacts
from vaxpass.offices.provinces import provinces_to_choose
from vaxpass.offices.queries import officer_names
from vaxpass.offices.scope import Refused
from vaxpass.oversight.risks import RiskKind


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One complaint in a list, without what was written."""

    facts: ComplaintFacts
    about: str


COMPLAINT_LIST: Table[ComplaintRow] = Table(
    "complaints",
    _("Complaints about officers"),
    (
        Column(
            "id", _("Complaint"), lambda row: f"{row.facts.id}. {COMPLAINTS[row.facts.kind]}", sort=("pk",),
            link=lambda row: reverse("oversight:complaint", args=[row.facts.id]),
        ),
        Column("about", _("Which unit it is about"), lambda row: row.about),
        Column("status", _("State"), lambda row: word_chip(*_words(COMPLAINT_STATES[row.facts.status])),
               sort=("status",)),
        Column("filed", _("Filed at"), lambda row: moment_vi(row.facts.filed_at), sort=("filed_at",)),
    ),
    default_sort="-id",
    filters=(
        Filter(
            "status", _("State"), lambda rows, value: rows.filter(status=int(value)),
            choices=tuple((str(one.value), words) for one, (words, _tone) in COMPLAINT_STATES.items()),
        ),
        Filter("kind", _("What"), lambda rows, value: rows.filter(kind=value), choices=tuple(choices(COMPLAINTS))),
    ),
    empty=_("Nobody complained yet."),
)  # fmt: skip


def _words(said: tuple[Any, str]) -> tuple[str, str]:
    return str(said[0]), said[1]


@needs(LEAD)
@require_GET
def complaints(request: DeskRequest) -> HttpResponse:
    """List the complaints that this inspector reads."""
    table = COMPLAINT_LIST.show(request, verbs.inbox(request.actor), load=_rows)
    return render(request, "oversight/complaints.html", {"table": table})


def _rows(part: Sequence[Any]) -> list[ComplaintRow]:
    facts = verbs.facts_of(part)
    names = office_labels({one.office_id for one in facts if one.office_id})
    return [ComplaintRow(one, _about(one, names)) for one in facts]


def _about(facts: ComplaintFacts, names: dict[int, str]) -> str:
    if facts.office_id:
        return names.get(facts.office_id, "")
    return dict(provinces_to_choose(language())).get(facts.province_code) or gettext("not said")


@needs(LEAD)
@require_GET
def complaint(request: DeskRequest, complaint_id: int) -> HttpResponse:
    """Show one complaint; reading it is written down."""
    return _show(request, complaint_id, Said())


def _show(request: DeskRequest, complaint_id: int, form: Said) -> HttpResponse:
    facts = verbs.read(request.actor, complaint_id, now=request.now)
    context = {
        "complaint": facts,
        "kind": COMPLAINTS[facts.kind],
        "state": COMPLAINT_STATES[facts.status],
        "about": _about(facts, office_labels({facts.office_id} if facts.office_id else set())),
        "taken_by": officer_names({facts.taken_by or 0}).get(facts.taken_by or 0, ""),
        "form": form,
    }
    return render(request, "oversight/complaint.html", context, status=422 if form.errors else 200)


@needs(LEAD)
@require_POST
def complaint_take_up(request: DeskRequest, complaint_id: int) -> HttpResponse:
    """Take a complaint up."""
    try:
        verbs.take_up(request.actor, complaint_id, now=request.now)
    except Refused as refused:
        if refused.code != "COMPLAINT_MOVED_ON":
            raise
        messages.error(request, sentence(refused.code))
    else:
        messages.success(request, gettext("You have taken this complaint up."))
    return redirect("oversight:complaint", complaint_id)


@needs(LEAD)
@require_POST
def complaint_close(request: DeskRequest, complaint_id: int) -> HttpResponse:
    """Say what came of a complaint."""
    form = Said(request.POST)
    if form.is_valid():
        try:
            verbs.close(request.actor, complaint_id, form.cleaned_data["text"], now=request.now)
        except Refused as refused:
            if refused.code == "COMPLAINT_MOVED_ON":
                messages.error(request, sentence(refused.code))
                return redirect("oversight:complaint", complaint_id)
            if refused.code == "COMPLAINT_UNKNOWN":
                raise
            refuse_in(form, refused)
        else:
            messages.success(request, gettext("The complaint is closed."))
            return redirect("oversight:complaint", complaint_id)
    return _show(request, complaint_id, form)


# Risks --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RiskShown:
    """One risk in words."""

    id: int
    kind: str
    where: str
    officer: str
    why: str

    @property
    def inspect(self) -> str:
        """The link to an inspection of this risk."""
        url = f"{reverse('oversight:inspection_new')}?risk={self.id}"
        return format_html('<a href="{}">{}</a>', url, gettext("Inspect"))


RISK_LIST: Table[RiskShown] = Table(
    "risks",
    _("What stands out"),
    (
        Column("kind", _("What"), lambda row: row.kind, sort=("kind",)),
        Column("where", _("Unit"), lambda row: row.where),
        Column("officer", _("Officer"), lambda row: row.officer),
        Column("why", _("Why it stands out"), lambda row: row.why),
        Column("id", _("What next"), lambda row: row.inspect, sort=("pk",)),
    ),
    default_sort="id",
    filters=(Filter("kind", _("What"), lambda rows, value: rows.filter(kind=value), choices=tuple(choices(RISKS))),),
    empty=_("Nothing stands out."),
    size=50,
)


@needs(LEAD)
@require_GET
def risks(request: DeskRequest) -> HttpResponse:
    """List what stands out in the newest count, the furthest first."""
    context = {
        "table": RISK_LIST.show(request, queries.risks_in_scope(request.actor), load=_risk_rows),
        "tally": queries.newest_tally(),
    }
    return render(request, "oversight/risks.html", context)


def _risk_rows(part: Sequence[Any]) -> list[RiskShown]:
    offices = office_labels({row.office_id for row in part})
    officers = officer_names({row.officer_id for row in part if row.officer_id})
    return [
        RiskShown(
            row.pk,
            str(RISKS[RiskKind(row.kind)]),
            offices.get(row.office_id, ""),
            officers.get(row.officer_id or 0, ""),
            risk_sentence(row.kind, row.count, row.base, row.value, row.usual),
        )
        for row in part
    ]
