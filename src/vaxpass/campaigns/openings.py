"""Which functions directives hold open, for whom and when. One query each, however many records wait behind the gate.

Facilities' functions (entering, signing) follow the directives that address the facility; those of the whole country
(the ministry's signing, citizens' reports) follow the ministry's directives alone.
"""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from vaxpass.campaigns.models import Addressee, Step
from vaxpass.campaigns.rules import COUNTRYWIDE, Function, OpeningState, Window, check_is_open, concerns, state_on
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
    check_is_open(function, state_of(function, day_in_vietnam(now), office_id, facility_class))


def state_of(function: Function, day: date, office_id: int | None = None, facility_class: str = "") -> OpeningState:
    """Say whether a function is open on a day, for pages that tell it before anybody presses."""
    return state_on(_windows(function, office_id, facility_class), day)


def _windows(function: Function, office_id: int | None, facility_class: str) -> list[Window]:
    steps = Step.objects.filter(IN_FORCE, function=function.value)
    if function in COUNTRYWIDE:
        steps = steps.filter(directive__province_code="")
    else:
        addressed = Addressee.objects.filter(directive_id=OuterRef("directive_id"), office_id=office_id, until=None)
        steps = steps.filter(Exists(addressed) | _to_everybody(facility_class))
    rows = steps.values_list(
        "directive__issuer_id",
        "directive__published_at",
        "directive__number",
        "opens_on",
        "closes_on",
        "facility_class",
    )
    return [
        Window(issuer, published_at, number, opens, closes)
        for issuer, published_at, number, opens, closes, step_class in rows
        if function in COUNTRYWIDE or concerns(step_class, "facility", facility_class)
    ]


def _to_everybody(facility_class: str) -> Q:
    """Directives that address the whole country hold for a facility from the hour of its opening."""
    classes = Q(directive__classes=[]) | Q(directive__classes__contains=[facility_class])
    everybody = Q(directive__province_code="", directive__areas=[], directive__kinds__contains=["facility"])
    return everybody & classes
