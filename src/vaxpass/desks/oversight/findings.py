"""Findings: the list of inspectors and of units, one finding with its steps, writing one, and what follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaxpass.desks._shared.chips import word_chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import HANOI
from vaxpass.desks.oversight.inspection_forms import Said, SentBack, WriteFinding, officer_with, refuse_in
from vaxpass.desks.oversight.inspection_words import (
    FINDING_STATES,
    FINDING_STEPS,
    SEVERITIES,
    due_words,
    office_label,
    office_labels,
)
from vaxpass.desks.oversight.inspections import LEAD
from vaxpass.inspections import findings as verbs
from vaxpass.inspections import queries
from vaxpass.inspections.facts import FindingFacts
from vaxpass.inspections.rules import FindingStatus, Severity
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused

_FIRST_WORDS = 90


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding in a list."""

    facts: FindingFacts
    office: str

    @property
    def words(self) -> str:
        """Give the first words of what was found."""
        text = self.facts.text
        return f"{self.facts.id}. {text if len(text) <= _FIRST_WORDS else text[:_FIRST_WORDS].rstrip() + ' …'}"


def _today(request: DeskRequest) -> Any:
    return request.now.astimezone(HANOI).date()


def _table(request: DeskRequest) -> Table[FindingRow]:
    return Table(
        "findings",
        _("Findings"),
        (
            Column(
                "id", _("Finding"), lambda row: row.words, sort=("pk",),
                link=lambda row: reverse("oversight:finding", args=[row.facts.id]),
            ),
            Column("office", _("Unit"), lambda row: row.office),
            Column("severity", _("How grave"), lambda row: word_chip(*_words(SEVERITIES[row.facts.severity])),
                   sort=("severity",)),
            Column("status", _("State"), lambda row: word_chip(*_words(FINDING_STATES[row.facts.status])),
                   sort=("status",)),
            Column("due", _("Mended by"), lambda row: due_words(row.facts.due_on, row.facts.late), sort=("due_on",)),
        ),
        default_sort="due",
        filters=(
            Filter(
                "status", _("State"), lambda rows, value: rows.filter(status=int(value)),
                choices=tuple((str(one.value), words) for one, (words, _tone) in FINDING_STATES.items()),
            ),
            Filter(
                "late", _("Answer"), lambda rows, _value: queries.overdue(rows, _today(request)),
                choices=(("yes", _("late")),),
            ),
        ),
        empty=_("There is no finding."),
    )  # fmt: skip


def _words(said: tuple[Any, str]) -> tuple[str, str]:
    return str(said[0]), said[1]


@needs(LEAD, Permission.FINDING_ANSWER)
@require_GET
def findings(request: DeskRequest) -> HttpResponse:
    """List the findings in reach; those whose answer is late are counted above."""
    rows = queries.findings_in_scope(request.actor).select_related("inspection", "sampled")
    context = {
        "table": _table(request).show(request, rows, load=lambda part: _rows(request, part)),
        "late": queries.overdue(rows, _today(request)).count(),
        "answered": rows.filter(status=FindingStatus.ANSWERED.value).count(),
        "leads": request.actor.may(LEAD),
    }
    return render(request, "oversight/findings.html", context)


def _rows(request: DeskRequest, part: Sequence[Any]) -> list[FindingRow]:
    facts = queries.finding_facts(request.actor, part, now=request.now)
    names = office_labels({one.office_id for one in facts})
    return [FindingRow(one, names.get(one.office_id, "")) for one in facts]


@needs(LEAD, Permission.FINDING_ANSWER)
@require_GET
def finding(request: DeskRequest, finding_id: int) -> HttpResponse:
    """Show one finding with its steps, and what the reader may do."""
    return _show(request, finding_id)


def _show(request: DeskRequest, finding_id: int, bad: forms.Form | None = None, opened: str = "") -> HttpResponse:
    facts = queries.get_finding(request.actor, finding_id, now=request.now)
    offices = office_labels({facts.office_id} | {step.office_id for step in facts.steps})
    officers = officer_names({step.officer_id for step in facts.steps} | ({facts.officer_id or 0}))
    context = {
        "finding": facts,
        "office": offices.get(facts.office_id, ""),
        "officer": officers.get(facts.officer_id or 0, ""),
        "severity": SEVERITIES[facts.severity],
        "state": FINDING_STATES[facts.status],
        "due": due_words(facts.due_on, facts.late),
        "steps": [
            (step, FINDING_STEPS[step.step], officers.get(step.officer_id, ""), offices.get(step.office_id, ""))
            for step in facts.steps
        ],
        "answer_form": bad if opened == "answer" else Said(prefix="answer"),
        "close_form": bad if opened == "close" else Said(prefix="close"),
        "back_form": bad if opened == "back" else SentBack(prefix="back"),
        "withdraw_form": bad if opened == "withdraw" else Said(prefix="withdraw"),
        "opened": opened,
        "may_see_inspection": request.actor.may(LEAD)
        and queries.inspections_in_scope(request.actor).filter(pk=facts.inspection_id).exists(),
    }
    return render(request, "oversight/finding.html", context, status=422 if bad is not None else 200)


@needs(Permission.FINDING_ANSWER)
@require_POST
def finding_answer(request: DeskRequest, finding_id: int) -> HttpResponse:
    """Answer for the unit."""
    form = Said(request.POST, prefix="answer")
    return _do(
        request, finding_id, form, "answer", gettext("Answered. The inspector looks at it."),
        lambda said: verbs.answer(request.actor, finding_id, said["text"], now=request.now),
    )  # fmt: skip


@needs(LEAD)
@require_POST
def finding_close(request: DeskRequest, finding_id: int) -> HttpResponse:
    """Find the answer enough."""
    form = Said(request.POST, prefix="close")
    return _do(
        request, finding_id, form, "close", gettext("The finding is closed."),
        lambda said: verbs.close(request.actor, finding_id, said["text"], now=request.now),
    )  # fmt: skip


@needs(LEAD)
@require_POST
def finding_send_back(request: DeskRequest, finding_id: int) -> HttpResponse:
    """Find the answer not enough."""
    form = SentBack(request.POST, prefix="back")
    return _do(
        request, finding_id, form, "back", gettext("Sent back to the unit."),
        lambda said: verbs.send_back(request.actor, finding_id, said["text"], said["due_on"], now=request.now),
    )  # fmt: skip


@needs(LEAD)
@require_POST
def finding_withdraw(request: DeskRequest, finding_id: int) -> HttpResponse:
    """Take back a finding that was none."""
    form = Said(request.POST, prefix="withdraw")
    return _do(
        request, finding_id, form, "withdraw", gettext("The finding is taken back."),
        lambda said: verbs.withdraw(request.actor, finding_id, said["text"], now=request.now),
    )  # fmt: skip


def _do(  # noqa: PLR0913 -- what every one of these four presses needs
    request: DeskRequest,
    finding_id: int,
    form: forms.Form,
    opened: str,
    done: str,
    verb: Callable[[dict[str, Any]], None],
) -> HttpResponse:
    queries.get_finding(request.actor, finding_id, now=request.now)  # what is out of reach is unknown, whoever asks
    if not form.is_valid():
        return _show(request, finding_id, form, opened)
    try:
        verb(form.cleaned_data)
    except Refused as refused:
        if refused.code == "FINDING_MOVED_ON":
            messages.error(request, sentence(refused.code, refused.facts))
            return redirect("oversight:finding", finding_id)
        refuse_in(form, refused)
        return _show(request, finding_id, form, opened)
    messages.success(request, done)
    return redirect("oversight:finding", finding_id)


@needs(LEAD)
@require_http_methods(["GET", "POST"])
def finding_new(request: DeskRequest, inspection_id: int) -> HttpResponseBase:
    """Write a finding of an inspection, about one row of its sample or about the whole."""
    inspection = queries.get_inspection(request.actor, inspection_id)
    row = _row(request, inspection_id)
    offices = [(office.id, office_label(office)) for office in queries.offices_to_find_at(inspection_id)]
    first = {"office": row.office_id if row else inspection.office_id, "severity": Severity.SERIOUS.value}
    form = WriteFinding(offices, request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            new = verbs.NewFinding(
                inspection_id, int(said["office"]), Severity(int(said["severity"])), said["text"], said["due_on"],
                row.id if row else None, officer_with(said["officer"]),
            )  # fmt: skip
            finding_id = verbs.write(request.actor, new, now=request.now)
        except Refused as refused:
            if refused.code == "INSPECTION_CLOSED":
                raise
            refuse_in(form, refused)
        else:
            messages.success(request, gettext("The finding is written; the unit sees it now."))
            return redirect("oversight:finding", finding_id)
    context = {"form": form, "inspection": inspection, "row": row}
    return render(request, "oversight/finding_new.html", context, status=422 if form.errors else 200)


def _row(request: DeskRequest, inspection_id: int) -> Any:
    asked = request.GET.get("row", "") or request.POST.get("row", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 4):  # noqa: PLR2004 -- digits of MOST_SAMPLED
        return None
    return queries.get_sampled(request.actor, inspection_id, int(asked))
