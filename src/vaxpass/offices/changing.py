"""The verbs on units: a change is decided for a day by who may change units, and takes effect on that day.

What other rooms keep by province follows in jobs/units.py, in the same transaction.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from vaxpass.offices import carrying, unit_rows
from vaxpass.offices.actions import note_act
from vaxpass.offices.kinds import FacilityClass, OfficeKind
from vaxpass.offices.models import Office, Placement, UnitChange
from vaxpass.offices.placing import Place, place
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.unit_changes import (
    LONGEST_BASIS,
    Merge,
    Move,
    Reclass,
    Rename,
    Reorganise,
    Split,
    Wish,
    check_wish,
    kind_of,
    read_wish,
    write_wish,
)
from vaxpass.offices.units import REORGANISED_ON, Level
from vaxpass.offices.workdays import VIETNAM

_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtext('vaxpass.units'))"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change did: provinces by the code that they became, offices that belong elsewhere, closed departments.

    `departments` gives for each closed provincial department the one that goes on.
    """

    provinces: dict[str, str] = field(default_factory=dict)
    offices: tuple[int, ...] = ()
    departments: dict[int, int] = field(default_factory=dict)


def decide(actor: Actor, wish: Wish, *, on: date, basis: str, now: datetime) -> int:
    """Write a change down for a day in Hanoi, past or future, and give its id; `take_effect` does it.

    `basis` names the resolution or decision. Refuses RIGHT_MISSING, UNIT_BASIS_MISSING, what check_wish refuses, and
    what would refuse it today: UNIT_UNKNOWN, UNIT_CODE_USED, UNIT_CHANGE_TOO_EARLY, UNIT_OFFICES_UNASSIGNED,
    UNIT_OFFICE_ELSEWHERE, UNIT_DISTRICT_ENDED, OFFICE_CODE_UNKNOWN, OFFICE_NO_FACILITY, OFFICE_MOVED_LATER,
    UNIT_NOTHING_CHANGES.
    """
    check_may(actor, Permission.UNITS_CHANGE)
    if not 0 < len(basis.strip()) <= LONGEST_BASIS:
        raise Refused("UNIT_BASIS_MISSING", longest=LONGEST_BASIS)
    check_wish(wish)
    with transaction.atomic():
        _wait_for_turn()
        _check_possible(wish, on)
        row = UnitChange.objects.create(
            kind=kind_of(wish),
            on=on,
            facts=write_wish(wish),
            basis=basis.strip(),
            officer_id=actor.officer_id,
            decided_at=now,
        )
        _note(row, "decide_unit_change", now=now, officer_id=actor.officer_id, office_id=actor.office_id)
    return row.pk


def drop(actor: Actor, change_id: int, *, now: datetime) -> None:
    """Drop a change that has not taken effect. Refuses RIGHT_MISSING, UNIT_CHANGE_UNKNOWN, UNIT_CHANGE_DONE."""
    check_may(actor, Permission.UNITS_CHANGE)
    with transaction.atomic():
        row = UnitChange.objects.select_for_update().filter(pk=change_id).first()
        if row is None:
            raise Refused("UNIT_CHANGE_UNKNOWN")
        if row.done_at is not None or row.dropped_at is not None:
            raise Refused("UNIT_CHANGE_DONE")
        row.dropped_at = now
        row.save(update_fields=["dropped_at"])
        _note(row, "drop_unit_change", now=now, officer_id=actor.officer_id, office_id=actor.office_id)


def due(now: datetime) -> list[int]:
    """List the changes whose day has come and that have not taken effect, in the order of their days."""
    waiting = UnitChange.objects.filter(done_at=None, dropped_at=None, on__lte=now.astimezone(VIETNAM).date())
    return list(waiting.order_by("on", "pk").values_list("pk", flat=True))


def is_due(change_id: int, now: datetime) -> bool:
    """Say whether a change's day has come and it has not taken effect."""
    return change_id in due(now)


def take_effect(change_id: int, *, now: datetime) -> Effect | None:
    """Do a change whose day has come; None where somebody did it or dropped it meanwhile. Refuses as `decide`."""
    with transaction.atomic():
        _wait_for_turn()
        row = UnitChange.objects.select_for_update().get(pk=change_id)
        if row.done_at is not None or row.dropped_at is not None:
            return None
        wish = read_wish(row.kind, row.facts)
        _check_possible(wish, row.on)
        effect = _do(wish, row.on)
        row.done_at, row.trouble = now, ""
        row.save(update_fields=["done_at", "trouble"])
        _note(row, "unit_change_took_effect", now=now, offices=len(effect.offices), departments=effect.departments)
    return effect


def note_trouble(change_id: int, code: str) -> None:
    """Keep why a change could not take effect, for those who look at the list; it is tried again each day."""
    UnitChange.objects.filter(pk=change_id, done_at=None).update(trouble=code)


def _wait_for_turn() -> None:
    """Changes of units go one after the other, so that two do not answer for the same unit."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)


def _note(row: UnitChange, verb: str, *, now: datetime, **facts: object) -> None:
    officer_id, office_id = facts.pop("officer_id", row.officer_id), facts.pop("office_id", None)
    note_act(
        officer_id=officer_id if isinstance(officer_id, int) else None,
        office_id=office_id if isinstance(office_id, int) else None,
        now=now,
        verb=verb,
        subject=f"unit_change/{row.pk}",
        kind=row.kind,
        on=row.on,
        **facts,
    )


def _check_possible(wish: Wish, on: date) -> None:
    match wish:
        case Rename():
            _check_level(wish.level, on)
            unit_rows.check_in_force(wish.level, [wish.code], on)
        case Merge():
            _check_level(wish.level, on)
            unit_rows.check_in_force(wish.level, wish.old_codes, on)
            unit_rows.check_free(wish.level, {wish.new_code} - set(wish.old_codes))
        case Split():
            _check_level(wish.level, on)
            unit_rows.check_in_force(wish.level, [wish.code], on)
            unit_rows.check_free(wish.level, {part.code for part in wish.parts} - {wish.code})
            carrying.check_assigned(wish)
        case Move():
            _check_move(wish, on)
        case Reclass():
            _check_reclass(wish, on)
        case Reorganise():
            if on != REORGANISED_ON:
                raise Refused("UNIT_REORGANISED_ONCE")


def _check_level(level: Level, on: date) -> None:
    if level is Level.DISTRICT and on >= REORGANISED_ON:
        raise Refused("UNIT_DISTRICT_ENDED")


def _check_move(wish: Move, on: date) -> None:
    office = _office(wish.office_code, on)
    unit_rows.check_known(Level.PROVINCE, wish.province_code, on)
    if wish.district_code:
        _check_level(Level.DISTRICT, on)
        unit_rows.check_known(Level.DISTRICT, wish.district_code, on)
    if wish.commune_code:
        unit_rows.check_known(Level.COMMUNE, wish.commune_code, on)
    before = (office.province_code, office.district_code, office.commune_code)
    if before == (wish.province_code, wish.district_code, wish.commune_code):
        raise Refused("UNIT_NOTHING_CHANGES")


def _check_reclass(wish: Reclass, on: date) -> None:
    office = _office(wish.office_code, on)
    if office.kind != OfficeKind.FACILITY:
        raise Refused("OFFICE_NO_FACILITY", office=office.code)
    if wish.facility_class not in set(FacilityClass) or wish.facility_class == office.facility_class:
        raise Refused("UNIT_NOTHING_CHANGES")


def _office(code: str, on: date) -> Office:
    office = Office.objects.filter(code=code, closed_on__isnull=True).first()
    if office is None:
        raise Refused("OFFICE_CODE_UNKNOWN", office=code[:12])
    if Placement.objects.filter(office=office, until__isnull=True, since__gt=on).exists() or on < office.opened_on:
        raise Refused("OFFICE_MOVED_LATER", office=office.code)
    return office


def _do(wish: Wish, on: date) -> Effect:
    match wish:
        case Rename():
            unit_rows.rename(wish, on)
            return Effect()
        case Merge():
            departments = carrying.close_departments(dict.fromkeys(_ended(wish), wish.new_code), wish.level, on)
            unit_rows.merge(wish, on)
            offices = carrying.carry(wish.level, dict.fromkeys(_ended(wish), wish.new_code), on)
            return Effect(_provinces(wish), offices, departments)
        case Split():
            unit_rows.split(wish, on)
            return Effect({}, carrying.assign(wish, on), {})
        case Move():
            return Effect({}, _move(wish, on))
        case Reclass():
            return Effect({}, _reclass(wish, on))
        case Reorganise():
            became = unit_rows.successions_on(on)
            departments = carrying.close_departments(became, Level.PROVINCE, on)
            unit_rows.end_districts(on)
            return Effect(became, carrying.carry_everything(on), departments)


def _ended(wish: Merge) -> list[str]:
    return [code for code in wish.old_codes if code != wish.new_code]


def _provinces(wish: Merge) -> dict[str, str]:
    return dict.fromkeys(_ended(wish), wish.new_code) if wish.level is Level.PROVINCE else {}


def _move(wish: Move, on: date) -> tuple[int, ...]:
    office = Office.objects.get(code=wish.office_code)
    place(
        {office.pk: Place(wish.province_code, wish.district_code, wish.commune_code, office.facility_class)},
        on,
    )
    return (office.pk,)


def _reclass(wish: Reclass, on: date) -> tuple[int, ...]:
    office = Office.objects.get(code=wish.office_code)
    place(
        {office.pk: Place(office.province_code, office.district_code, office.commune_code, wish.facility_class)},
        on,
    )
    return ()
