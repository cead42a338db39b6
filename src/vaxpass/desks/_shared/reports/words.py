"""Reports in words: what is wrong, how far it is, how long is left. The rooms' codes are msgids of locale/reports."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.chips import Chip, word_chip
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.reports.rules import Level, Relation, ReporterProof, ReportStatus, StepKind, Wrong

STATUS_WORDS: dict[ReportStatus, tuple[Words, str]] = {
    ReportStatus.OPEN: (_("To be answered"), "turn"),
    ReportStatus.MORE_NEEDED: (_("The citizen is asked"), "wait"),
    ReportStatus.UPDATED: (_("Accepted, record updated"), "done"),
    ReportStatus.REFUSED: (_("Report refused"), "refused"),
    ReportStatus.WITHDRAWN: (_("Taken back"), "ended"),
}
PROOF_WORDS: dict[ReporterProof, Words] = {
    ReporterProof.PHONE: _("by a code to the phone of the record"),
    ReporterProof.EMAIL: _("by a code to the confirmed e-mail"),
    ReporterProof.EID: _("by VNeID"),
    ReporterProof.NEW_PHONE: _("a code to a phone that the record does not name"),
    ReporterProof.NONE: _("not shown"),
}
RELATION_WORDS: dict[Relation, Words] = {
    Relation.SELF: _("for himself or herself"),
    Relation.CHILD: _("for a child"),
    Relation.OTHER_WARD: _("for somebody in his or her care"),
}
LEVEL_WORDS: dict[Level, Words] = {
    Level.OFFICE: _("Facility or commune"),
    Level.PROVINCE: _("Province"),
    Level.MINISTRY: _("Ministry"),
}
_HOUR = 3600
_TWO_DAYS = 48


def in_charge(level: Level | int, office: str, *, sent_back: bool = False) -> str:
    """Say who answers: the office by name, or the level that it was passed up to, and from where.

    What was sent back to be done is its office's turn again, whatever level found that.
    """
    if (sent_back or Level(level) is Level.OFFICE) and office:
        return office
    facts = {"level": str(LEVEL_WORDS[Level(level)]), "office": office}
    return gettext("%(level)s, passed up from %(office)s") % facts if office else facts["level"]


def wrong_word(wrong: Wrong | str) -> str:
    """Name one error."""
    return sentence(f"REPORT_WRONG_{Wrong(wrong).name}")


def wrong_words(wrongs: Iterable[Wrong | str]) -> str:
    """Name several errors as one text."""
    first, *others = [wrong_word(wrong) for wrong in wrongs] or [""]
    return ", ".join([first, *(word[:1].lower() + word[1:] for word in others)])


def step_word(kind: StepKind) -> str:
    """Name a step of a report."""
    return sentence(f"REPORT_STEP_{kind.name}")


def status_chip(status: ReportStatus | int) -> Chip:
    """Give the chip of a status."""
    word, tone = STATUS_WORDS[ReportStatus(status)]
    return Chip(word, tone)


def status_html(status: ReportStatus | int) -> SafeString:
    """Give the chip of a status as safe HTML, for a cell."""
    chip = status_chip(status)
    return word_chip(str(chip.word), chip.tone)


def span_words(span: timedelta) -> str:
    """Say a length of time in whole hours below two days, else in whole days."""
    hours = max(0, int(span.total_seconds() // _HOUR))
    if hours == 0:
        return gettext("less than an hour")
    if hours < _TWO_DAYS:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}


def left_words(due_at: datetime | None, now: datetime) -> str:
    """Say how long is left, or how long it is overdue; the clock stands while the citizen is asked."""
    if due_at is None:
        return gettext("the clock stands")
    if due_at < now:
        return gettext("overdue by %(time)s") % {"time": span_words(now - due_at)}
    return gettext("%(time)s left") % {"time": span_words(due_at - now)}


def left_html(due_at: datetime | None, now: datetime) -> SafeString:
    """The same as safe HTML, marked where it is overdue."""
    words = left_words(due_at, now)
    if due_at is not None and due_at < now:
        return format_html('<strong class="report-left-overdue">{}</strong>', words)
    return format_html("{}", words)
