"""The words of support: kinds, urgencies, states, steps, parts of the platform."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Words
from vaxpass.support.rules import ArticleState, Component, Kind, Level, ProblemState, Status, StepKind, Urgency

KINDS: Final[Mapping[Kind, Words]] = {
    Kind.SIGN_IN: _("Signing in, accounts, roles"),
    Kind.ENTRY: _("Entering doses, files"),
    Kind.IDENTITY: _("Comparing with the population database"),
    Kind.SIGNING: _("Signing, certificates, tokens"),
    Kind.PASSPORT: _("Passports, checking them"),
    Kind.REPORTS: _("Citizens' reports, messages"),
    Kind.SLOW: _("Slow, or nothing answers"),
    Kind.HOW_TO: _("How something is done"),
    Kind.OTHER: _("Something else"),
}
URGENCIES: Final[Mapping[Urgency, Words]] = {
    Urgency.STOPPED: _("Work is stopped: nobody here can go on"),
    Urgency.HINDERED: _("Something does not work; other work goes on"),
    Urgency.QUESTION: _("A question, nothing is hindered"),
}
SHORT_URGENCIES: Final[Mapping[Urgency, tuple[Words, str]]] = {
    Urgency.STOPPED: (_("Work is stopped"), "refused"),
    Urgency.HINDERED: (_("Hindered"), "turn"),
    Urgency.QUESTION: (_("Question"), "wait"),
}
STATUSES: Final[Mapping[Status, tuple[Words, str]]] = {
    Status.OPEN: (_("Support works on it"), "turn"),
    Status.ASKED: (_("Support asked back"), "wait"),
    Status.SOLVED: (_("Solved"), "done"),
    Status.CLOSED: (_("Ended"), "ended"),
}
LEVELS: Final[Mapping[Level, Words]] = {
    Level.BRANCH: _("Support branch of the province"),
    Level.MINISTRY: _("The ministry's IT department"),
}
STEP_WORDS: Final[Mapping[StepKind, Words]] = {
    StepKind.OPENED: _("Told"),
    StepKind.ANSWERED: _("Support answered"),
    StepKind.ASKED: _("Support asked back; the clock stands still"),
    StepKind.MORE_TOLD: _("The office told more"),
    StepKind.SOLVED: _("Solved"),
    StepKind.REOPENED: _("Opened again by the office"),
    StepKind.ESCALATED: _("Passed up to the ministry's IT department"),
    StepKind.OVERDUE: _("Not answered in time; went up to the ministry's IT department by itself"),
    StepKind.HANDED_BACK: _("Handed back to the branch"),
    StepKind.LINKED: _("It is a known problem; it will be solved with it"),
    StepKind.CLOSED: _("Ended by the office"),
    StepKind.LAPSED: _("Ended: the question was not answered for two weeks"),
    StepKind.NUMBERS_SEEN: _("Support read the numbers in the text"),
    StepKind.RECORD_SEEN: _("Support looked where the record stands"),
}
PROBLEM_STATES: Final[Mapping[ProblemState, tuple[Words, str]]] = {
    ProblemState.EXAMINED: (_("Being examined"), "turn"),
    ProblemState.FOUND: (_("Cause found, being mended"), "turn"),
    ProblemState.WATCHED: (_("Mended, being watched"), "ready"),
    ProblemState.SOLVED: (_("Solved"), "done"),
}
COMPONENTS: Final[Mapping[Component, Words]] = {
    Component.SIGN_IN: _("Signing in"),
    Component.ENTRY: _("Entering doses and files"),
    Component.IDENTITY: _("Comparison with the population database"),
    Component.SIGNING: _("Signing by facilities"),
    Component.ISSUING: _("Issuing passports"),
    Component.VERIFYING: _("Checking passports"),
    Component.REPORTS: _("Reports of citizens"),
    Component.MESSAGES: _("Messages to citizens"),
}
ARTICLE_STATES: Final[Mapping[ArticleState, tuple[Words, str]]] = {
    ArticleState.DRAFT: (_("Article draft"), "wait"),
    ArticleState.PUBLISHED: (_("Published"), "done"),
    ArticleState.RETIRED: (_("Taken out"), "ended"),
}
