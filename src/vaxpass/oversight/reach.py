"""Which figures an officer may read: those of the offices in reach; a support branch those of its province."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.db.models import Q, QuerySet

from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.queries import get_office, office_ids_in_scope, office_ids_of_provinces
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.models import OfficeFigures

_COLUMNS = {
    (Level.PROVINCE, Scheme.OLD): "old_province",
    (Level.DISTRICT, Scheme.OLD): "old_district",
    (Level.COMMUNE, Scheme.OLD): "old_commune",
    (Level.PROVINCE, Scheme.NEW): "new_province",
    (Level.COMMUNE, Scheme.NEW): "new_commune",
}


_PLACES: Final[ContextVar[dict[tuple[int, str], str] | None]] = ContextVar("places", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask only once where an office stands, for as long as one snapshot is read."""
    token = _PLACES.set({})
    try:
        yield
    finally:
        _PLACES.reset(token)


def column_of(level: Level, scheme: Scheme) -> str:
    """Name the column of OfficeFigures that tells a unit of a level; "" where the list has no such level."""
    if level is Level.CLASS:
        return "facility_class"
    return "code" if level is Level.OFFICE else _COLUMNS.get((level, scheme), "")


def rows_of(actor: Actor, unit: Unit) -> QuerySet[OfficeFigures]:
    """Give the offices of a unit, as far as the actor reaches them. Refuses as check_reach."""
    check_reach(actor, unit)
    return _in_reach(actor).filter(_of(unit))


def reaches_all(actor: Actor) -> bool:
    """Say whether every office is in reach, so that sums made for everybody are right for this reader."""
    return _office_ids(actor) is None


def public_rows() -> QuerySet[OfficeFigures]:
    """Give every office, for what is published without regard of a reader."""
    return OfficeFigures.objects.all()


def check_reach(actor: Actor, unit: Unit) -> None:
    """Refuse RIGHT_MISSING without PROGRESS_SEE, OFFICE_UNKNOWN for a unit that is absent or not wholly in reach."""
    check_may(actor, Permission.PROGRESS_SEE)
    if not opens(actor, unit):
        raise Refused("OFFICE_UNKNOWN")
    if unit == home_unit(actor, unit.scheme):
        return
    rows = OfficeFigures.objects.filter(_of(unit))
    if not rows.exists():
        raise Refused("OFFICE_UNKNOWN")
    ids = _office_ids(actor)
    if ids is not None and rows.exclude(office_id__in=ids).exists():
        raise Refused("OFFICE_UNKNOWN")


def home_unit(actor: Actor, scheme: Scheme) -> Unit:
    """Give the unit that an officer looks after, in one of the two lists; districts stand in the old one alone."""
    kind, level = actor.office_kind, _LEVELS.get(actor.office_kind, Level.OFFICE)
    own = {Level.PROVINCE: actor.province_code, Level.DISTRICT: actor.district_code, Level.COMMUNE: actor.commune_code}
    if kind == OfficeKind.MINISTRY or (kind == OfficeKind.SUPPORT and not actor.province_code):
        return Unit(Level.COUNTRY, "", scheme)
    if not own.get(level):
        return Unit(Level.OFFICE, get_office(actor.office_id).code, scheme)
    if level is Level.DISTRICT:
        return Unit(level, actor.district_code, Scheme.OLD)
    return Unit(level, _placed(actor, level, scheme) or own[level], scheme)


_LEVELS = {
    OfficeKind.PROVINCE.value: Level.PROVINCE,
    OfficeKind.SUPPORT.value: Level.PROVINCE,
    OfficeKind.DISTRICT.value: Level.DISTRICT,
    OfficeKind.COMMUNE.value: Level.COMMUNE,
}


def units_reached(actor: Actor, level: Level, scheme: Scheme) -> list[str]:
    """List the codes of the units of a level that have an office in reach, without those that have no code."""
    check_may(actor, Permission.PROGRESS_SEE)
    column = column_of(level, scheme)
    if not column:
        return []
    return sorted(_in_reach(actor).exclude(**{column: ""}).values_list(column, flat=True).distinct())


def sees_small_numbers(actor: Actor) -> bool:
    """Say whether the exact small numbers are told: whoever may see the records themselves learns nothing by them."""
    return actor.may(Permission.RECORD_SEE)


def opens(actor: Actor, unit: Unit) -> bool:
    """Say whether a unit of this level has a page of its own for this reader.

    Who may not see records stays at the provinces: a number that is hidden beside a small one in a table of parts would
    stand on the part's own page.
    """
    return sees_small_numbers(actor) or unit.level in {Level.COUNTRY, Level.PROVINCE}


def _placed(actor: Actor, level: Level, scheme: Scheme) -> str:
    column, known = column_of(level, scheme), _PLACES.get()
    if known is not None and (actor.office_id, column) in known:
        return known[actor.office_id, column]
    place: str = OfficeFigures.objects.filter(office_id=actor.office_id).values_list(column, flat=True).first() or ""
    if known is not None:
        known[actor.office_id, column] = place
    return place


def _of(unit: Unit) -> Q:
    if unit.level is Level.COUNTRY:
        return Q()
    column = column_of(unit.level, unit.scheme)
    if column:
        return Q(**{column: unit.code})
    if unit.code:  # the list has no such level, so nothing lies in a unit of it and everything in none
        raise Refused("OFFICE_UNKNOWN")
    return Q()


def _in_reach(actor: Actor) -> QuerySet[OfficeFigures]:
    ids = _office_ids(actor)
    rows = OfficeFigures.objects.all()
    return rows if ids is None else rows.filter(office_id__in=ids)


def _office_ids(actor: Actor) -> QuerySet[Any, int] | None:
    """Figures reach as far as records, but for support: a branch sees how its province is, the ministry's all."""
    if actor.office_kind == OfficeKind.MINISTRY:
        return None
    if actor.office_kind == OfficeKind.SUPPORT:
        return office_ids_of_provinces([actor.province_code]) if actor.province_code else None
    return office_ids_in_scope(actor)
