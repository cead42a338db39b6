"""Which functions directives hold open, for whom and when. One query each, however many records wait behind the gate.

Facilities' functions (entering, signing) follow the directives that address the facility; those of the whole country
(the ministry's signing, citizens' reports) follow the ministry's directives alone.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from vaxpass.campaigns.models import Addressee, Step
from vaxpass.campaigns.rules import COUNTRYWIDE, Function, OpeningState, Window, check_is_open, concerns, state_on
from vaxpass.offices.queries import get_office
from vaxpass.offices.workdays import day_in_vietnam

IN_FORCE = Q(
    directive__published_at__isnull=False,
    directive__withdrawn_at__isnull=True,
    directive__replaced_at__isnull=True,
    withdrawn_at__isnull=True,
)
"""The steps that count: published, not replaced, not withdrawn."""


def check_open(function: Function, *, now: datetime, office_id: int | None = None, facility_class: str = "") -> None:
    """Refuse FUNCTION_CLOSED (`opens`, `number`) or FUNCTION_ENDED (`ended`, `number`) where a directive says so.

    `office_id` is the facility whose doses are entered or signed; the functions of the whole country need none.
    """
    check_is_open(function, state_of(function, now=now, office_id=office_id, facility_class=facility_class))


def check_facility_open(function: Function, office_id: int, *, now: datetime) -> None:
    """Refuse as check_open for a facility, whose class is looked up."""
    check_is_open(function, state_at(function, office_id, now=now))


def state_at(function: Function, office_id: int, *, now: datetime) -> OpeningState:
    """Say whether a function is open now at a facility."""
    return state_of(function, now=now, office_id=office_id, facility_class=get_office(office_id).facility_class)


def state_of(
    function: Function, *, now: datetime, office_id: int | None = None, facility_class: str = ""
) -> OpeningState:
    """Say whether a function is open now, for pages that tell it before anybody presses."""
    return state_on(_windows(function, office_id, facility_class), day_in_vietnam(now))


def _windows(function: Function, office_id: int | None, facility_class: str) -> list[Window]:
    steps = Step.objects.filter(IN_FORCE, function=function.value)
    if function in COUNTRYWIDE:
        steps = steps.filter(directive__province_code="")
    else:
        addressed = Addressee.objects.filter(directive_id=OuterRef("directive_id"), office=office_id, until=None)
        steps = steps.filter(Exists(addressed) | _to_everybody(facility_class))
    return [
        window_of(step)
        for step in steps.select_related("directive").defer("directive__text")
        if function in COUNTRYWIDE or concerns(step.facility_class, "facility", facility_class)
    ]


def window_of(step: Step) -> Window:
    """Give the window of a step; a draft counts as from its drafting, for pages that show what it would do."""
    directive = step.directive
    at = directive.published_at or directive.drafted_at
    return Window(directive.province_code, at, directive.number, step.opens_on, step.closes_on)


def _to_everybody(facility_class: str) -> Q:
    """Directives that address the whole country hold for a facility from the hour of its opening."""
    classes = Q(directive__classes=[]) | Q(directive__classes__contains=[facility_class])
    everybody = Q(directive__province_code="", directive__areas=[], directive__kinds__contains=["facility"])
    return everybody & classes
