"""Reading changes of units, for who may make them; and how many offices a change would touch."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet

from vaxpass.offices.carrying import offices_of
from vaxpass.offices.models import AdministrativeUnit, UnitChange
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.unit_changes import Merge, Rename, Reorganise, Split, Wish, read_wish
from vaxpass.offices.units import Level, Scheme, in_force


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A change, who decided it, how it stands: `waiting`, `done`, `dropped`, or `stuck` with a code in `trouble`."""

    id: int
    wish: Wish
    on: date
    basis: str
    officer: str
    decided_at: datetime
    status: str
    trouble: str


def changes(actor: Actor) -> QuerySet[UnitChange]:
    """List the changes, for a table. Refuses RIGHT_MISSING."""
    check_may(actor, Permission.UNITS_CHANGE)
    return UnitChange.objects.all()


def describe_changes(rows: list[UnitChange]) -> list[ChangeFacts]:
    """Give the facts of the changes on one page."""
    names = officer_names({row.officer_id for row in rows})
    return [_facts(row, names.get(row.officer_id, "")) for row in rows]


def get_change(actor: Actor, change_id: int) -> ChangeFacts:
    """Give one change. Refuses RIGHT_MISSING, UNIT_CHANGE_UNKNOWN."""
    row = changes(actor).filter(pk=change_id).first()
    if row is None:
        raise Refused("UNIT_CHANGE_UNKNOWN")
    return describe_changes([row])[0]


def count_stuck(actor: Actor) -> int:
    """Count the changes whose day came and that could not be done."""
    check_may(actor, Permission.UNITS_CHANGE)
    return UnitChange.objects.filter(done_at=None, dropped_at=None).exclude(trouble="").count()


def units_in_force(actor: Actor, scheme: Scheme) -> QuerySet[AdministrativeUnit]:
    """List the units of a list, for a table. Refuses RIGHT_MISSING."""
    check_may(actor, Permission.UNITS_CHANGE)
    return in_force(scheme)


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit in force and how many open offices stand in it."""

    code: str
    name_vi: str
    name_en: str
    parent_code: str
    valid_from: date
    offices: int

    def name(self, language: str) -> str:
        """Give the name in `vi` or `en`."""
        return self.name_en if language == "en" else self.name_vi


def describe_units(rows: list[AdministrativeUnit], level: str, scheme: Scheme) -> list[UnitFacts]:
    """Give the facts of the units on one page, all of one level."""
    numbers = offices_per_unit(level, [row.code for row in rows], scheme)
    return [
        UnitFacts(row.code, row.name_vi, row.name_en, row.parent_code, row.valid_from, numbers.get(row.code, 0))
        for row in rows
    ]


def offices_per_unit(level: str, codes: list[str], scheme: Scheme) -> dict[str, int]:
    """Count the open offices of some units as they stand in a list, by code."""
    if level == Level.DISTRICT.value and scheme is Scheme.NEW:
        return {}
    query = (
        f"SELECT w.{scheme.value}_{level}, count(*) FROM offices_whereabouts w "  # noqa: S608 -- one of five columns
        f"JOIN offices_office o ON o.id = w.office_id "
        f"WHERE o.closed_on IS NULL AND w.{scheme.value}_{level} = ANY (%s) GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [codes])
        return dict(cursor.fetchall())


def count_touched(wish: Wish) -> int:
    """Count the offices that would belong elsewhere, or whose unit would be called otherwise."""
    match wish:
        case Rename():
            return offices_of(wish.level, [wish.code]).count()
        case Merge():
            return offices_of(wish.level, list(wish.old_codes)).count()
        case Split():
            return offices_of(wish.level, [wish.code]).count()
        case Reorganise():
            return _count_elsewhere()
        case _:
            return 1


def _count_elsewhere() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM offices_office o JOIN offices_whereabouts w ON w.office_id = o.id "
            "WHERE (o.province_code, o.district_code, o.commune_code) <> (w.new_province, '', w.new_commune)"
        )
        return int(cursor.fetchone()[0])


def _facts(row: UnitChange, officer: str) -> ChangeFacts:
    wish = read_wish(row.kind, row.facts)
    return ChangeFacts(row.pk, wish, row.on, row.basis, officer, row.decided_at, _status(row), row.trouble)


def _status(row: UnitChange) -> str:
    if row.dropped_at is not None:
        return "dropped"
    if row.done_at is not None:
        return "done"
    return "stuck" if row.trouble else "waiting"
