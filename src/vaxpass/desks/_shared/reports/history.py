"""What happened before: to the report, to the dose, and other reports about the same person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from vaxpass.corrections.rules import Refusal
from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.reports import words
from vaxpass.desks._shared.reports.addresses import address
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.offices.queries import facility_names, offices_of_officers
from vaxpass.records.queries import history_of, versions_of_dose
from vaxpass.reports import queries
from vaxpass.reports.facts import ReportFacts, StepFacts
from vaxpass.reports.rules import Level, MoreCode, ReportStatus, StepKind

_VERBS: dict[str, Words] = {
    "receive": _("Received"),
    "confirm_identity": _("Identity confirmed"),
    "report_mismatch": _("Identity does not match"),
    "report_unsendable": _("Identity could not be asked for"),
    "report_unanswered": _("The population database gave no answer"),
    "exempt": _("Exempt from comparison"),
    "attest": _("Signed by the facility"),
    "certify": _("Passport issued"),
    "refuse": _("Refused by the ministry"),
    "replace": _("Replaced by a mended version"),
    "withdraw": _("Withdrawn"),
}
_CODES = {code.value for code in (*MoreCode, *Refusal)}
_BY_CITIZEN = {
    StepKind.FILED, StepKind.FILED_AGAIN, StepKind.MORE_GIVEN, StepKind.OBJECTED, StepKind.WITHDRAWN,
}  # fmt: skip
_MOST_EARLIER = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One step in words."""

    at: datetime
    word: Words
    who: str
    said: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another report about the same person."""

    words: str
    chip: SafeString
    filed_at: datetime
    url: str


def steps_of_report(report: ReportFacts) -> list[Row]:
    """Give the steps of a report, oldest first; offices are named, officers are not."""
    offices = _office_names(step.office_id for step in report.steps)
    return [Row(step.at, words.step_word(step.kind), _who(step, offices), _said(step)) for step in report.steps]


def words_of_citizen(report: ReportFacts) -> list[tuple[Words, str]]:
    """Give what the citizen wrote after filing: answers to what was asked, and the objection."""
    labels = {StepKind.MORE_GIVEN: _("Answer of the citizen"), StepKind.OBJECTED: _("Objection of the citizen")}
    return [(labels[step.kind], step.text) for step in report.steps if step.kind in labels and step.text]


def _who(step: StepFacts, offices: dict[int, str]) -> str:
    if step.office_id:
        return offices.get(step.office_id, "")
    return gettext("the citizen") if step.kind in _BY_CITIZEN else gettext("the system")


def _said(step: StepFacts) -> str:
    if step.code in _CODES:
        code = sentence(step.code)
    elif step.code in Level.__members__:
        code = str(words.LEVEL_WORDS[Level[step.code]])
    else:
        code = ""
    return " ".join(text for text in (code, step.text) if text)


def steps_of_dose(dose_id: int) -> list[Row]:
    """Give the history of all versions of a dose, oldest first."""
    numbers = dict(versions_of_dose(dose_id))
    history = history_of(list(numbers))
    names = _office_names(step.office_id for step in history)
    return [
        Row(
            step.at,
            f"{_VERBS.get(step.verb, step.verb)} (V{step.version_id})",
            names.get(step.office_id or 0, ""),
            sentence(step.reason) if step.reason else "",
        )
        for step in history
    ]


def told(report: ReportFacts) -> str:
    """Say how a report was decided: which office, when."""
    if report.decided_by is None or report.decided_at is None:
        return str(words.STATUS_WORDS[report.status][0])
    office = offices_of_officers({report.decided_by}).get(report.decided_by)
    name = office.name(get_language() or "vi") if office else ""
    facts = {"office": name, "moment": moment_vi(report.decided_at)}
    if report.status is ReportStatus.UPDATED:
        return gettext("%(office)s accepted this report on %(moment)s.") % facts
    return gettext("%(office)s refused this report on %(moment)s.") % facts


def earlier_reports(request: DeskRequest, report: ReportFacts) -> list[Earlier]:
    """List other reports about the same people that the officer reaches, newest first."""
    if not report.person_ids:
        return []
    rows: Any = queries.reports_in_scope(request.actor).filter(person_ids__overlap=list(report.person_ids))
    found = rows.exclude(pk=report.report_id).order_by("-filed_at")[:_MOST_EARLIER]
    return [
        Earlier(
            f"{words.wrong_words(one.wrongs)} ({one.pk})",
            format_html("{}", words.status_html(one.status)),
            one.filed_at,
            address(request, "report", one.pk),
        )
        for one in found
    ]


def _office_names(ids: Iterable[int | None]) -> dict[int, str]:
    language = get_language() or "vi"
    offices = facility_names({one for one in ids if one})
    return {pk: office.name(language) for pk, office in offices.items()}
