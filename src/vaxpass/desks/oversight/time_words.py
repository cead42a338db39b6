"""Spans of time in words and in numbers with their units."""

from typing import Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Words
from vaxpass.desks.oversight.cells import HIDDEN
from vaxpass.oversight.times import Span, Times

SPAN_WORDS: Final[dict[Span, Words]] = {
    Span.REPORT_TO_PASSPORT: _("From a report to the corrected passport"),
    Span.REPORT_TO_ANSWER: _("From a report to its answer"),
    Span.DOSE_TO_SIGNATURE: _("From the dose to the facility's signature"),
    Span.ENTRY_TO_SIGNATURE: _("From the entry to the facility's signature"),
}
WITHIN_WORDS: Final[dict[Span, Words]] = {
    Span.REPORT_TO_PASSPORT: _("Within 48 hours"),
    Span.REPORT_TO_ANSWER: _("Within 48 working hours"),
    Span.DOSE_TO_SIGNATURE: _("Signed on the same day"),
    Span.ENTRY_TO_SIGNATURE: _("Within a day"),
}
_IN_DAYS: Final = frozenset({Span.DOSE_TO_SIGNATURE})
_ROUNDED: Final = frozenset({Span.REPORT_TO_PASSPORT, Span.ENTRY_TO_SIGNATURE})
"""Counted in hours of the clock, and above four days in whole days; working hours make no days."""
_DAY: Final = 24
_DAYS_FROM: Final = 4 * _DAY


def length_words(span: Span, value: int | None) -> str:
    """Say how long; a dash where there is nothing to say."""
    if value is None:
        return "–"
    if span in _IN_DAYS:
        return gettext("the same day") if value == 0 else ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
    if span in _ROUNDED and value >= _DAYS_FROM and value % _DAY == 0:
        return ngettext("%(n)s day", "%(n)s days", value // _DAY) % {"n": value // _DAY}
    return gettext("less than an hour") if value == 0 else ngettext("%(n)s hour", "%(n)s hours", value) % {"n": value}


def percent_of(times: Times) -> int | None:
    """Give the share that was in time in whole percent, rounded down."""
    if times.share is None or times.within is None or not times.count:
        return None
    return 100 * times.within // times.count


def count_of(times: Times) -> int | str:
    """Give how many there were, or that they are too few to tell."""
    return HIDDEN if times.count is None else times.count
