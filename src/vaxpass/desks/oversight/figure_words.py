"""Levels, measures and causes in words. One measure has one word on every page, sheet and picture."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.chips import TURN_WORDS
from vaxpass.desks._shared.navigation import Words
from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight.figures import DayMeasure, Measure
from vaxpass.records.states import OWNER, State

LEVEL_WORDS: Final[dict[Level, Words]] = {
    Level.COUNTRY: _("Whole country"),
    Level.PROVINCE: _("Province"),
    Level.DISTRICT: _("District"),
    Level.COMMUNE: _("Commune"),
    Level.CLASS: _("Kind of facility"),
    Level.OFFICE: _("Facility"),
}
BY_WORDS: Final[dict[Level, Words]] = {
    Level.PROVINCE: _("By province"),
    Level.DISTRICT: _("By district"),
    Level.COMMUNE: _("By commune"),
    Level.CLASS: _("By kind of facility"),
    Level.OFFICE: _("By facility"),
}
SCHEME_WORDS: Final[dict[Scheme, Words]] = {
    Scheme.OLD: _("Old units (until 30/6/2025)"),
    Scheme.NEW: _("New units (from 1/7/2025)"),
}
MEASURE_WORDS: Final[dict[Measure, Words]] = {
    Measure.PEOPLE: _("People"),
    Measure.DOSES: _("Doses entered"),
    Measure.RECEIVED: _("Not compared yet"),
    Measure.UNANSWERED: _("No answer yet"),
    Measure.MISMATCHED: _("Does not match"),
    Measure.INCOMPLETE: _("Incomplete"),
    Measure.TO_SIGN: _("To be signed"),
    Measure.ATTESTED: _("Waits for the ministry"),
    Measure.CERTIFIED: _("Passport issued"),
    Measure.REFUSED: _("Refused by the ministry"),
    Measure.EXEMPT: _("Foreigners, not compared"),
    Measure.MENDED: _("Mended"),
    Measure.CONFIRMED: _("Identity confirmed"),
    Measure.PASSPORTS: _("Passports live"),
    Measure.REPORTS_OPEN: _("Reports open"),
    Measure.REPORTS_OVERDUE: _("Reports overdue"),
    Measure.REPORTS_ANSWERED: _("Reports answered"),
    Measure.REPORTS_IN_TIME: _("Answered in time"),
    Measure.GIVEN: _("Doses stated as given"),
}
DAY_WORDS: Final[dict[DayMeasure, Words]] = {
    DayMeasure.GIVEN: _("Doses stated as given"),
    DayMeasure.ENTERED: _("Doses entered"),
    DayMeasure.ATTESTED: _("Signed by facilities"),
    DayMeasure.CERTIFIED: _("Signed by the ministry"),
    DayMeasure.PASSPORTS: _("Passports issued"),
    DayMeasure.MENDED: _("Mended"),
    DayMeasure.REPORTS: _("Reports filed"),
    DayMeasure.ANSWERED: _("Reports answered"),
}


def turn_words(state: State) -> str:
    """Say whose turn it is."""
    return str(TURN_WORDS[OWNER[state]])
