"""The words of each notice, and the facts that fill them.

An SMS lies open on a locked screen and in the hands of whoever has the phone: it never says that somebody was
vaccinated, against what, what the name or a number of a paper is. So the facts that an SMS can take are a code, a
report's number, a time, and nothing else; a fact has one form, and what has another form is a fault of the program.

The msgids are the English words; the Vietnamese stand in locale/notices. An SMS is sent without accents (see text.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

from vaxpass.notices.facts import Template

_TIME: Final = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(\+\d{2}:\d{2}|Z)"
FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "code": re.compile(r"\d{4,8}"),
    "minutes": re.compile(r"\d{1,3}"),
    "number": re.compile(r"[A-Z]{2}(-?[A-Z0-9]){4,20}"),  # of a report or demand: leads to nothing by itself
    "directive": re.compile(r"\d{1,6}(/[\w.-]{1,20}){1,2}"),  # the number of a dispatch, 1975/BYT-CNTT
    "day": re.compile(r"\d{2}/\d{2}/\d{4}"),
    "until": re.compile(_TIME),
    "at": re.compile(_TIME),
    "reason": re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+"),  # a coded reason; its sentence is shown, by e-mail alone
    "what": re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+"),
    "alarm": re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+"),  # its sentence is shown
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one template (English, as msgids), and its facts.

    `sms` is empty where the template goes by e-mail alone. `body` is one paragraph for each text. `more` are facts
    that may be missing; each that is there adds its sentence to the e-mail.
    """

    sms: str
    subject: str
    body: tuple[str, ...]
    needs: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()


_TURN_OVER: Final = _("If you did not ask for this, you need not do anything; nobody else may learn the code.")
_SIGN_IN: Final = _("Sign in at %(site)s to read it.")
WORDS: Final[Mapping[Template, Words]] = {
    Template.CODE: Words(
        _("Your code is %(code)s, for %(minutes)s minutes. Never tell it to anybody, not to an officer either."),
        _("Your one-time code"),
        (
            _("Your code is %(code)s. It holds for %(minutes)s minutes and works once."),
            _("Never tell it to anybody, not to an officer either."),
            _TURN_OVER,
        ),
        frozenset({"code", "minutes"}),
    ),
    Template.CONTACT_CONFIRM: Words(
        _("Code %(code)s confirms that this phone is yours, for %(minutes)s minutes. Never tell it to anybody."),
        _("Confirm your e-mail address"),
        (_("The code %(code)s confirms that this address is yours. It holds for %(minutes)s minutes."), _TURN_OVER),
        frozenset({"code", "minutes"}),
    ),
    Template.REPORT_RECEIVED: Words(
        _("We received your report %(number)s. Follow it at %(site)s."),
        _("We received your report %(number)s"),
        (
            _("We received your report %(number)s. Keep the number: with it you follow the report without signing in."),
            _("Follow it at %(site)s."),
        ),
        frozenset({"number"}),
        frozenset({"until"}),
    ),
    Template.REPORT_MORE_NEEDED: Words(
        _("We need one more thing for your report %(number)s. Read what at %(site)s."),
        _("We need one more thing for your report %(number)s"),
        (
            _("Whoever works on your report %(number)s cannot decide it yet."),
            _("Answer at %(site)s. Until then the time for the decision stands still."),
        ),
        frozenset({"number"}),
        frozenset({"what", "until"}),
    ),
    Template.REPORT_UPDATED: Words(
        _("Your report %(number)s was accepted. Read more at %(site)s."),
        _("Your report %(number)s was accepted"),
        (
            _("Your report %(number)s was accepted and the record was mended."),
            _("The mended record is now checked and signed again; we tell you when that is done."),
            _("Follow it at %(site)s."),
        ),
        frozenset({"number"}),
    ),
    Template.REPORT_REFUSED: Words(
        _("Your report %(number)s was answered. Read the reason and what you can do at %(site)s."),
        _("Your report %(number)s was answered"),
        (
            _("Your report %(number)s could not be accepted."),
            _("You may object once; the province then decides. How, you read at %(site)s."),
        ),
        frozenset({"number"}),
        frozenset({"reason"}),
    ),
    Template.REPORT_ESCALATED: Words(
        _("Your report %(number)s was not answered in time. The office above has it now. Follow it at %(site)s."),
        _("Your report %(number)s is with the office above now"),
        (
            _("Your report %(number)s was not answered in time. The office above has it now and was told so."),
            _("You need not do anything. Follow it at %(site)s."),
        ),
        frozenset({"number"}),
        frozenset({"until"}),
    ),
    Template.OBJECTION_ANSWERED: Words(
        _("Your objection about report %(number)s was answered. Read the answer at %(site)s."),
        _("Your objection about report %(number)s was answered"),
        (_("The province has decided on your objection about report %(number)s."), _SIGN_IN),
        frozenset({"number"}),
        frozenset({"reason"}),
    ),
    Template.PASSPORT_READY: Words(
        _("Your corrected paper is ready, the old one has ended. Get the new one at %(site)s."),
        _("Your corrected paper is ready"),
        (
            _("Your corrected passport is ready. The old one has ended: throw away its pictures and prints."),
            _("Sign in at %(site)s to get the new one."),
        ),
    ),
    Template.PASSPORT_REVOKED: Words(
        _("A paper that we issued to you has ended. Read why and what you can do at %(site)s."),
        _("A paper that we issued to you has ended"),
        (
            _("Your passport has ended and is not accepted any more."),
            _("Why, and what you can do, you read at %(site)s."),
        ),
        more=frozenset({"reason"}),
    ),
    Template.PASSPORT_RENEWED: Words(
        _("Your paper was renewed. Get the new one at %(site)s."),
        _("Your paper was renewed"),
        (
            _("Your passport was renewed. The old one holds until it ends by itself, unless we told you otherwise."),
            _("Sign in at %(site)s to get the new one."),
        ),
    ),
    Template.PASSPORT_BY_EMAIL: Words(
        "",
        _("The document that you asked for"),
        (
            _("Your passport is attached, as you asked. Whoever has this file can show it: keep it to yourself."),
            _("If you did not ask for it, tell us at %(site)s."),
        ),
    ),
    Template.DEMAND_RECEIVED: Words(
        _("We received your demand about your data, number %(number)s. Follow it at %(site)s."),
        _("We received your demand about your data"),
        (_("We received your demand about your data. Its number is %(number)s."), _("Follow it at %(site)s.")),
        frozenset({"number"}),
        frozenset({"until"}),
    ),
    Template.DEMAND_EXTENDED: Words(
        _("Your demand about your data, number %(number)s, needs more time. Read until when and why at %(site)s."),
        _("Your demand about your data needs more time"),
        (_("The answer to your demand about your data, number %(number)s, needs more time."), _SIGN_IN),
        frozenset({"number"}),
        frozenset({"until"}),
    ),
    Template.DEMAND_ANSWERED: Words(
        _("Your demand about your data, number %(number)s, was answered. Read the answer at %(site)s."),
        _("Your demand about your data was answered"),
        (_("Your demand about your data with the number %(number)s was answered."), _SIGN_IN),
        frozenset({"number"}),
    ),
    Template.VISIT_WARNING: Words(
        _("Your page was opened on %(at)s without a code to this phone. Not you? Tell us at %(site)s."),
        _("Your page was opened in another way"),
        (
            _("Your page was opened on %(at)s by another way than a code to your phone."),
            _("If that was you, all is well. If not, tell us at %(site)s."),
        ),
        frozenset({"at"}),
    ),
    Template.DIFFICULTY_ANSWERED: Words(
        "",
        _("There is an answer to your difficulty %(number)s"),
        (
            _("There is an answer, a question or another word about your office's difficulty %(number)s."),
            _SIGN_IN,
        ),
        frozenset({"number"}),
    ),
    Template.PROBLEM_SOLVED: Words(
        "",
        _("The problem %(number)s is solved"),
        (
            _("The problem %(number)s, which you said to have too, is solved."),
            _("What it was, and since when it is solved, you read at %(site)s."),
        ),
        frozenset({"number"}),
    ),
    Template.DIRECTIVE_PUBLISHED: Words(
        "",
        _("Directive %(directive)s concerns your office"),
        (
            _("Directive %(directive)s was sent to your office. Read it and acknowledge that you have received it."),
            _SIGN_IN,
        ),
        frozenset({"directive"}),
    ),
    Template.DIRECTIVE_REMINDER: Words(
        "",
        _("Reminder: directive %(directive)s"),
        (
            _("Something that directive %(directive)s asks of your office is not done yet."),
            _SIGN_IN,
        ),
        frozenset({"directive"}),
        frozenset({"day"}),
    ),
    Template.DIRECTIVE_WITHDRAWN: Words(
        "",
        _("Directive %(directive)s was withdrawn"),
        (_("Directive %(directive)s was withdrawn. Its deadlines do not hold any more."), _SIGN_IN),
        frozenset({"directive"}),
    ),
    Template.HEALTH_ALARM: Words(
        _("An alarm of the platform stands, and you are on duty. Sign in at %(site)s."),
        _("An alarm of the platform stands"),
        (
            _("An alarm of the platform stands, and you are on duty. %(alarm)s"),
            _("Sign in at %(site)s, read the whole of it, and take it on so that others know."),
        ),
        frozenset({"alarm"}),
    ),
}
TO_OFFICES: Final = frozenset(
    {
        Template.HEALTH_ALARM,
        Template.DIFFICULTY_ANSWERED,
        Template.PROBLEM_SOLVED,
        Template.DIRECTIVE_PUBLISHED,
        Template.DIRECTIVE_REMINDER,
        Template.DIRECTIVE_WITHDRAWN,
    }
)
"""Written to officers, whose pages begin at the site itself."""
MORE: Final[Mapping[str, str]] = {
    "day": _("The deadline: %(day)s."),
    "until": _("It will be answered by %(until)s."),
    "reason": _("The reason: %(reason)s"),
    "what": _("What is needed: %(what)s"),
}


class NoticeIllFormedError(ValueError):
    """A notice does not fit its template: the caller's mistake, not a citizen's. Says which fact, never its value."""


def check_facts(template: Template, facts: Mapping[str, str]) -> None:
    """Make sure that a template gets its facts, no others, each in its form; raises NoticeIllFormedError."""
    words = WORDS[template]
    if missing := words.needs - facts.keys():
        raise NoticeIllFormedError(f"{template} lacks {', '.join(sorted(missing))}")
    if strange := facts.keys() - words.needs - words.more:
        raise NoticeIllFormedError(f"{template} takes no {', '.join(sorted(strange))}")
    if ill := [name for name, value in facts.items() if not FORMS[name].fullmatch(value)]:
        raise NoticeIllFormedError(f"{template}: ill-formed {', '.join(sorted(ill))}")
