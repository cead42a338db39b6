"""The rows of administrative units: what is in force, and what a change makes of it. Call inside a transaction."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import F, Q, QuerySet

from vaxpass.offices.models import AdministrativeUnit, UnitSuccession
from vaxpass.offices.scope import Refused
from vaxpass.offices.unit_changes import Merge, Part, Rename, Split
from vaxpass.offices.units import Level

_CHILDREN: Final = {Level.PROVINCE: (Level.DISTRICT, Level.COMMUNE), Level.DISTRICT: (Level.COMMUNE,)}


def check_in_force(level: Level, codes: Iterable[str], on: date) -> None:
    """Refuse UNIT_UNKNOWN for a code that no unit has now, UNIT_CHANGE_TOO_EARLY where the unit began on the day."""
    since = dict(_present(level).filter(code__in=list(codes)).values_list("code", "valid_from"))
    for code in codes:
        if code not in since:
            raise Refused("UNIT_UNKNOWN", unit=code[:20])
        if since[code] >= on:
            raise Refused("UNIT_CHANGE_TOO_EARLY", unit=code, day=since[code].strftime("%d/%m/%Y"))


def check_free(level: Level, codes: Collection[str]) -> None:
    """Refuse UNIT_CODE_USED for a code that a unit of the level has or ever had (Quyết định 19/2025/QĐ-TTg)."""
    used = AdministrativeUnit.objects.filter(level=level.value, code__in=list(codes)).order_by("code").first()
    if used is not None:
        raise Refused("UNIT_CODE_USED", unit=used.code, name=used.name_vi)


def check_known(level: Level, code: str, on: date) -> None:
    """Refuse UNIT_UNKNOWN for a code without a unit on a day; where no list of the level was imported, all may be."""
    units = AdministrativeUnit.objects.filter(level=level.value)
    in_force = units.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)
    if not in_force.filter(code=code).exists() and (level is Level.PROVINCE or units.exists()):
        raise Refused("UNIT_UNKNOWN", unit=code[:20])


def rename(wish: Rename, on: date) -> None:
    """End the unit under its old name and begin it under the new one."""
    parent = _present(wish.level).get(code=wish.code).parent_code
    _end(wish.level, [wish.code], on)
    _begin(wish.level, Part(wish.code, wish.name_vi, wish.name_en), parent, on)


def merge(wish: Merge, on: date) -> None:
    """End the units, begin the one that they become, and have their districts and communes belong to it."""
    parent = _present(wish.level).get(code=wish.old_codes[0]).parent_code
    _end(wish.level, wish.old_codes, on)
    _begin(wish.level, Part(wish.new_code, wish.name_vi, wish.name_en), parent, on)
    _succeed(wish.level, ((old, wish.new_code) for old in dict.fromkeys(wish.old_codes)), on)
    _give_children(wish.level, [code for code in wish.old_codes if code != wish.new_code], wish.new_code, on)


def split(wish: Split, on: date) -> None:
    """End the unit and begin its parts. Districts and communes are given to parts by the next import of the list."""
    parent = _present(wish.level).get(code=wish.code).parent_code
    _end(wish.level, [wish.code], on)
    for part in wish.parts:
        _begin(wish.level, part, parent, on)
    _succeed(wish.level, ((wish.code, part.code) for part in wish.parts), on)


def end_districts(on: date) -> None:
    """End the level of districts (Nghị quyết 203/2025/QH15); their communes end by the list that replaces them."""
    _present(Level.DISTRICT).update(valid_to=on)


def successions_on(on: date) -> dict[str, str]:
    """Give what the provinces that ended on a day became, by code; those that went on are not named."""
    rows = UnitSuccession.objects.filter(level=Level.PROVINCE.value, on=on).exclude(old_code=F("new_code"))
    return dict(rows.values_list("old_code", "new_code"))


def _present(level: Level) -> QuerySet[AdministrativeUnit]:
    return AdministrativeUnit.objects.filter(level=level.value, valid_to__isnull=True)


def _end(level: Level, codes: Collection[str], on: date) -> None:
    _present(level).filter(code__in=list(codes)).update(valid_to=on)


def _begin(level: Level, part: Part, parent: str, on: date) -> None:
    names = {"name_vi": part.name_vi.strip(), "name_en": part.name_en.strip()}
    AdministrativeUnit.objects.create(level=level.value, code=part.code, parent_code=parent, valid_from=on, **names)


def _succeed(level: Level, pairs: Iterable[tuple[str, str]], on: date) -> None:
    UnitSuccession.objects.bulk_create(
        UnitSuccession(level=level.value, old_code=old, new_code=new, on=on) for old, new in pairs
    )


_END_CHILDREN = """
UPDATE offices_administrativeunit SET valid_to = %(on)s
WHERE level = ANY (%(levels)s) AND parent_code = ANY (%(old)s) AND valid_to IS NULL AND valid_from < %(on)s
RETURNING level, code, name_vi, name_en
"""
_MOVE_CHILDREN = f"""
WITH ended AS ({_END_CHILDREN})
INSERT INTO offices_administrativeunit (level, code, name_vi, name_en, parent_code, valid_from)
SELECT level, code, name_vi, name_en, %(new)s, %(on)s FROM ended
"""  # noqa: S608 -- our own text


def _give_children(level: Level, old: list[str], new: str, on: date) -> None:
    levels = [child.value for child in _CHILDREN.get(level, ())]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_CHILDREN, {"on": on, "levels": levels, "old": old, "new": new})
