"""Words of inspections: codes of the rooms `inspections` and `oversight` on pages."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import HANOI, date_vi, number
from vaxpass.inspections.facts import InspectionFacts, QuestionFacts
from vaxpass.inspections.rules import (
    ComplaintKind,
    ComplaintStatus,
    FindingStatus,
    FindingStep,
    Population,
    Severity,
    Subject,
    Verdict,
)
from vaxpass.offices.queries import OfficeFacts, facility_names
from vaxpass.oversight.risks import RiskKind

POPULATIONS: Final[Mapping[Population, Words]] = {
    Population.RECORDS: _("Records entered in the period"),
    Population.RECORDS_HELD: _("Records held back before the ministry signed"),
    Population.RECORDS_SAME_HAND: _("Records mended by whoever had entered them"),
    Population.RECORDS_AT_NIGHT: _("Records on which one officer worked at night"),
    Population.RECORDS_LOOKED_AT: _("Records of people at whom one officer looked one by one"),
    Population.REPORTS: _("Reports decided in the period"),
    Population.REPORTS_REFUSED: _("Reports refused in the period"),
    Population.REPORTS_REOPENED: _("Reports refused, objected to, and found right"),
    Population.OFFICERS: _("Officers who worked in the period"),
}
SUBJECT_WORDS: Final[Mapping[Subject, Words]] = {
    Subject.RECORD: _("Record"),
    Subject.REPORT: _("Report"),
    Subject.OFFICER: _("Officer"),
}
VERDICTS: Final[Mapping[Verdict, Words]] = {
    Verdict.RIGHT: _("Right"),
    Verdict.WRONG: _("Wrong"),
    Verdict.CANNOT_TELL: _("Cannot tell"),
}
SEVERITIES: Final[Mapping[Severity, tuple[Words, str]]] = {
    Severity.LIGHT: (_("Light"), "wait"),
    Severity.SERIOUS: (_("Serious"), "turn"),
    Severity.GRAVE: (_("Grave"), "refused"),
}
FINDING_STATES: Final[Mapping[FindingStatus, tuple[Words, str]]] = {
    FindingStatus.OPEN: (_("Waits for the unit"), "turn"),
    FindingStatus.ANSWERED: (_("Answered, waits for the inspector"), "ready"),
    FindingStatus.CLOSED: (_("Mended, closed"), "done"),
    FindingStatus.WITHDRAWN: (_("Taken back"), "ended"),
}
FINDING_STEPS: Final[Mapping[FindingStep, Words]] = {
    FindingStep.WRITTEN: _("Finding written"),
    FindingStep.ANSWERED: _("Answered by the unit"),
    FindingStep.SENT_BACK: _("Not enough, sent back to the unit"),
    FindingStep.CLOSED: _("Mended, closed"),
    FindingStep.WITHDRAWN: _("Taken back"),
}
COMPLAINTS: Final[Mapping[ComplaintKind, Words]] = {
    ComplaintKind.DEMANDS_MONEY: _("Somebody demands money or a favour"),
    ComplaintKind.OBSTRUCTS: _("Somebody obstructs, delays or sends people away"),
    ComplaintKind.FALSE_DOSES: _("Doses that nobody had are entered or passports are sold"),
    ComplaintKind.SHARES_DATA: _("Data about people are passed on"),
    ComplaintKind.PRESSURE: _("An officer is pressed to do what is not right"),
    ComplaintKind.OTHER: _("Something else"),
}
COMPLAINT_STATES: Final[Mapping[ComplaintStatus, tuple[Words, str]]] = {
    ComplaintStatus.NEW: (_("New"), "turn"),
    ComplaintStatus.TAKEN_UP: (_("Taken up"), "ready"),
    ComplaintStatus.CLOSED: (_("Closed"), "done"),
}
RISKS: Final[Mapping[RiskKind, Words]] = {
    RiskKind.BRAKES: _("Many records held back before signing"),
    RiskKind.REFUSED_WITHOUT_NOTE: _("Refusals without a word of explanation"),
    RiskKind.MANY_REFUSALS: _("Many refusals"),
    RiskKind.REOPENED: _("Refusals found wrong after an objection"),
    RiskKind.MUCH_FASTER: _("Decides much faster than others"),
    RiskKind.FAR_MORE: _("Decides far more than others"),
    RiskKind.BROWSING: _("Looks at people without doing anything for them"),
    RiskKind.NIGHT_WORK: _("Works at night"),
    RiskKind.SAME_HAND: _("Mends what he or she entered"),
    RiskKind.COMPLAINTS: _("Complaints about the unit"),
}
_AMOUNTS: Final = frozenset({RiskKind.MUCH_FASTER, RiskKind.FAR_MORE})


def language() -> str:
    """Give the reader's language, `vi` or `en`."""
    return get_language() or "vi"


def office_label(office: OfficeFacts | None) -> str:
    """Name an office with its code."""
    if office is None:
        return ""
    name = office.name_en if language() == "en" else office.name_vi
    return f"{name} ({office.code})"


def office_labels(ids: set[int]) -> dict[int, str]:
    """Name some offices, by id."""
    return {key: office_label(office) for key, office in facility_names(ids).items()}


def question_words(question: QuestionFacts) -> str:
    """Give a question's sentence, or the inspector's own text."""
    return sentence(question.code) if question.code else question.text


def risk_sentence(kind: str, count: int, base: int, value: float, usual: float) -> str:
    """Explain a risk with its numbers: what was counted, of how many, and what is usual among others."""
    known = RiskKind(kind)
    shown = _amount if known in _AMOUNTS else _percent
    facts = {"count": number(count), "base": number(base), "value": shown(value), "usual": shown(usual)}
    return sentence(f"RISK_{known.value}", facts)


def _percent(share: float) -> str:
    text = f"{100 * share:.1f}" if share < 0.1 else f"{100 * share:.0f}"  # noqa: PLR2004 -- a tenth
    return text if language() == "en" else text.replace(".", ",")


def _amount(value: float) -> str:
    return number(round(value)) if value >= 10 else f"{value:.1f}".replace(".", "." if language() == "en" else ",")  # noqa: PLR2004 -- two digits


def period_words(inspection: InspectionFacts) -> str:
    """Give an inspection's period as two days, both included."""
    last = (inspection.until - timedelta(seconds=1)).astimezone(HANOI).date()
    return f"{date_vi(inspection.since)} – {date_vi(last)}"


def due_words(due_on: date, late: int) -> str:
    """Give a deadline, with how late it is."""
    if not late:
        return date_vi(due_on)
    return gettext("%(day)s, %(late)s days late") % {"day": date_vi(due_on), "late": number(late)}


def choices(words: Mapping[Any, Any]) -> list[tuple[str, Words]]:
    """Give choices of a form from words by code; of (word, tone) the word."""
    return [(str(one.value), said[0] if isinstance(said, tuple) else said) for one, said in words.items()]
