"""Offices follow their units: to the unit that theirs became, or to the part that each is assigned to."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final

from django.db import connection
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.models import Office, Officer, SigningDelegation
from vaxpass.offices.placing import Place, place
from vaxpass.offices.scope import Refused
from vaxpass.offices.unit_changes import Split
from vaxpass.offices.units import Level
from vaxpass.offices.workdays import VIETNAM

_COLUMN: Final = {Level.PROVINCE: "province_code", Level.DISTRICT: "district_code", Level.COMMUNE: "commune_code"}


def offices_of(level: Level, codes: list[str]) -> QuerySet[Office]:
    """List the offices of some units, closed ones too, by code."""
    return Office.objects.filter(**{f"{_COLUMN[level]}__in": codes}).order_by("code")


def check_assigned(wish: Split) -> None:
    """Refuse UNIT_OFFICES_UNASSIGNED where an office has no part to go to, UNIT_OFFICE_ELSEWHERE for one outside it.

    Where the unit goes on under its code, who is not assigned stays with it.
    """
    there = set(offices_of(wish.level, [wish.code]).values_list("code", flat=True))
    assigned = {office for office, _ in wish.offices}
    for office in sorted(assigned - there):
        raise Refused("UNIT_OFFICE_ELSEWHERE", office=office[:12], unit=wish.code)
    left = sorted(there - assigned)
    if left and wish.code not in {part.code for part in wish.parts}:
        raise Refused("UNIT_OFFICES_UNASSIGNED", offices=len(left), first=left[0])


def carry(level: Level, became: Mapping[str, str], on: date) -> tuple[int, ...]:
    """Have the offices of units belong to what these became; give their ids."""
    column = _COLUMN[level]
    offices = list(offices_of(level, list(became)))
    for office in offices:
        setattr(office, column, became[getattr(office, column)])
    return _place(offices, on)


def assign(wish: Split, on: date) -> tuple[int, ...]:
    """Have the offices of a split unit belong to the parts that they are assigned to; give their ids."""
    parts = dict(wish.offices)
    offices = [one for one in offices_of(wish.level, [wish.code]) if parts.get(one.code, wish.code) != wish.code]
    for office in offices:
        setattr(office, _COLUMN[wish.level], parts[office.code])
    return _place(offices, on)


_ELSEWHERE = """
SELECT o.id, w.new_province, w.new_commune, o.facility_class
FROM offices_office o JOIN offices_whereabouts w ON w.office_id = o.id
WHERE (o.province_code, o.district_code, o.commune_code) <> (w.new_province, '', w.new_commune)
"""


def carry_everything(on: date) -> tuple[int, ...]:
    """Have every office belong to the units that its own became, without a district; give the ids."""
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE)
        wanted = {pk: Place(province, "", commune, its_class) for pk, province, commune, its_class in cursor.fetchall()}
    place(wanted, on)
    return tuple(wanted)


def close_departments(became: Mapping[str, str], level: Level, on: date) -> dict[int, int]:
    """Close the health departments of provinces that end; give for each the department that goes on.

    Its officers and the signing that was delegated to it go to that one. Where the new province has none of its own,
    the department stays and is the new province's.
    """
    if level is not Level.PROVINCE:
        return {}
    open_ones = Office.objects.filter(kind=OfficeKind.PROVINCE, closed_on__isnull=True).order_by("-code")
    by_province = {office.province_code: office for office in open_ones}
    goes_on = {code: by_province.get(new) for code, new in became.items()}
    pairs = {
        office.pk: heir.pk for office in open_ones if (heir := goes_on.get(office.province_code)) and heir != office
    }
    for office_id, heir_id in pairs.items():
        _hand_over(office_id, heir_id, on)
    return pairs


def _hand_over(office_id: int, heir_id: int, on: date) -> None:
    since = datetime.combine(on, time.min, VIETNAM)
    Office.objects.filter(pk=office_id).update(closed_on=on)
    Officer.objects.filter(office_id=office_id).update(office_id=heir_id)
    held = SigningDelegation.objects.filter(signer_office_id=office_id, until__isnull=True)
    moved = list(held.values_list("facility_id", "named_by_id"))
    held.update(until=Greatest(F("since"), Value(since)))
    SigningDelegation.objects.bulk_create(
        SigningDelegation(facility_id=facility, signer_office_id=heir_id, named_by_id=named_by, since=since)
        for facility, named_by in moved
    )


def _place(offices: list[Office], on: date) -> tuple[int, ...]:
    place(
        {one.pk: Place(one.province_code, one.district_code, one.commune_code, one.facility_class) for one in offices},
        on,
    )
    return tuple(one.pk for one in offices)
