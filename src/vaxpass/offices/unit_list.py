"""The ministry's list of units taken in: good rows are kept, the others named with what is wrong.

What is there already is passed over; a list with other facts about it is refused in those rows (a change is a change:
`changing`). Successions said in the list are kept, so that offices can follow.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.models import AdministrativeUnit, UnitSuccession
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.unit_changes import check_code, check_name
from vaxpass.offices.unit_names import english_name
from vaxpass.offices.units import REORGANISED_ON, Level

_LEVELS: Final = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)
_BATCH: Final = 2_000


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of the list: level, code, names, code of the unit above, days (None: open), what it became.

    `valid_from` None means that the day could not be read. An empty English name is made of the Vietnamese one.
    """

    row: int
    level: Level | None
    code: str
    name_vi: str
    name_en: str
    parent_code: str
    valid_from: date | None
    valid_to: date | None = None
    became: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not taken, and the refusal that says why."""

    row: int
    code: str
    refusal: Refused


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a list."""

    added: int
    there_already: int
    successions: int
    refused: tuple[RowRefused, ...]


Key = tuple[str, str, date]


def take_in(actor: Actor, rows: Iterable[UnitRow], *, now: datetime) -> Taken:
    """Take a list in. Refuses RIGHT_MISSING; rows: UNIT_ROW_LEVEL, UNIT_CODE_ILL_FORMED, UNIT_NAME_MISSING.

    And UNIT_ROW_DAYS, UNIT_DISTRICT_ENDED, UNIT_ROW_TWICE, UNIT_ROW_DIFFERS, UNIT_CODE_IN_FORCE, UNIT_PARENT_UNKNOWN,
    UNIT_BECAME_UNKNOWN.
    """
    check_may(actor, Permission.UNITS_CHANGE)
    with transaction.atomic():
        reading = _Reading()
        for row in rows:
            reading.read(row)
        reading.check_parents()
        reading.check_heirs()
        added, successions = reading.store()
        if added or successions:
            note_act_of(
                actor,
                "import_units",
                "units",
                now=now,
                added=added,
                successions=successions,
                refused=len(reading.refused),
            )
    refused = tuple(sorted(reading.refused, key=lambda one: one.row))
    return Taken(added, reading.there_already, successions, refused)


class _Reading:
    """One list while it is read: what stands in the database, what is new, what was refused."""

    def __init__(self) -> None:
        stored = AdministrativeUnit.objects.select_for_update()
        self.stored: dict[Key, AdministrativeUnit] = {(one.level, one.code, one.valid_from): one for one in stored}
        self.open = {(one.level, one.code) for one in self.stored.values() if one.valid_to is None}
        self.codes: dict[str, set[str]] = defaultdict(set)
        for one in self.stored.values():
            self.codes[one.level].add(one.code)
        self.new: dict[Key, tuple[UnitRow, AdministrativeUnit]] = {}
        self.same: list[UnitRow] = []
        self.refused: list[RowRefused] = []

    @property
    def there_already(self) -> int:
        return len(self.same)

    def read(self, row: UnitRow) -> None:
        try:
            unit = _unit(row)
            self._keep(row, unit)
        except Refused as refusal:
            self.refused.append(RowRefused(row.row, row.code, refusal))

    def _keep(self, row: UnitRow, unit: AdministrativeUnit) -> None:
        key = (unit.level, unit.code, unit.valid_from)
        if key in self.new:
            raise Refused("UNIT_ROW_TWICE", other=self.new[key][0].row)
        if key in self.stored:
            if _facts(self.stored[key]) != _facts(unit):
                raise Refused("UNIT_ROW_DIFFERS", name=self.stored[key].name_vi)
            self.same.append(row)
            return
        if unit.valid_to is None and key[:2] in self.open:
            raise Refused("UNIT_CODE_IN_FORCE", unit=unit.code)
        if unit.valid_to is None:
            self.open.add(key[:2])
        self.codes[unit.level].add(unit.code)
        self.new[key] = (row, unit)

    def check_parents(self) -> None:
        """A district needs its province; a commune its district, or from 1/7/2025 its province."""
        known = {level: frozenset(codes) for level, codes in self.codes.items()}
        self._drop(lambda row, unit: None if _parent_is_known(unit, known) else _no_parent(row))

    def check_heirs(self) -> None:
        """What a unit became must be in the list or known already."""
        known = {level: frozenset(codes) for level, codes in self.codes.items()}
        self._drop(lambda row, unit: _unknown_heir(row, known.get(unit.level, frozenset())))

    def _drop(self, wrong: Callable[[UnitRow, AdministrativeUnit], Refused | None]) -> None:
        for key, (row, unit) in list(self.new.items()):
            refusal = wrong(row, unit)
            if refusal is not None:
                del self.new[key]
                self.refused.append(RowRefused(row.row, row.code, refusal))

    def store(self) -> tuple[int, int]:
        AdministrativeUnit.objects.bulk_create((unit for _, unit in self.new.values()), batch_size=_BATCH)
        wanted = [
            UnitSuccession(level=_level(row), old_code=row.code, new_code=heir, on=row.valid_to)
            for row in (*self.same, *(row for row, _ in self.new.values()))
            for heir in row.became
            if row.valid_to is not None
        ]
        before = UnitSuccession.objects.count()
        UnitSuccession.objects.bulk_create(wanted, batch_size=_BATCH, ignore_conflicts=True)
        return len(self.new), UnitSuccession.objects.count() - before


def _unit(row: UnitRow) -> AdministrativeUnit:
    if row.level not in _LEVELS:
        raise Refused("UNIT_ROW_LEVEL")
    check_code(row.level, row.code)
    name_en = row.name_en.strip() or english_name(row.name_vi)
    check_name(row.name_vi, name_en)
    if row.valid_from is None or (row.valid_to is not None and row.valid_to <= row.valid_from):
        raise Refused("UNIT_ROW_DAYS")
    if row.level is Level.DISTRICT and (row.valid_to is None or row.valid_to > REORGANISED_ON):
        raise Refused("UNIT_DISTRICT_ENDED")
    return AdministrativeUnit(
        level=row.level.value,
        code=row.code,
        name_vi=row.name_vi.strip(),
        name_en=name_en,
        parent_code=row.parent_code.strip(),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _level(row: UnitRow) -> str:
    return row.level.value if row.level else ""


def _facts(unit: AdministrativeUnit) -> tuple[str, str, date | None]:
    """What makes two rows of one unit differ; the English name does not, as it is often made."""
    return unit.name_vi, unit.parent_code, unit.valid_to


def _parent_is_known(unit: AdministrativeUnit, known: dict[str, frozenset[str]]) -> bool:
    match unit.level:
        case "province":
            return unit.parent_code == ""
        case "district":
            return unit.parent_code in known.get("province", ())
        case _:
            above = "district" if unit.valid_from < REORGANISED_ON else "province"
            return unit.parent_code in known.get(above, ())


def _no_parent(row: UnitRow) -> Refused:
    return Refused("UNIT_PARENT_UNKNOWN", unit=row.parent_code[:10])


def _unknown_heir(row: UnitRow, known: Collection[str]) -> Refused | None:
    missing = [code for code in row.became if code not in known]
    return Refused("UNIT_BECAME_UNKNOWN", unit=missing[0][:10]) if missing else None
