"""Changes of units with everything that follows them, each in one transaction; those of a later day by a daily job."""

from datetime import UTC, date, datetime

from django.db import transaction
from procrastinate.contrib.django import app

from vaxpass.offices import changing
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.unit_changes import Wish
from vaxpass.offices.unit_list import Taken, UnitRow, take_in
from vaxpass.offices.units import REORGANISED_ON, Level
from vaxpass.oversight.given_rules import read_day
from vaxpass.oversight.typed_lists import ListRow, read_file
from vaxpass.records.names import fold_name
from vaxpass.reports import actions as reports


def change_units(actor: Actor, wish: Wish, *, on: date, basis: str, now: datetime) -> int:
    """Decide a change and, where its day has come, do it at once; give its id. Refuses as changing.decide."""
    with transaction.atomic():
        change_id = changing.decide(actor, wish, on=on, basis=basis, now=now)
        if changing.is_due(change_id, now):
            _take_effect(change_id, now)
    return change_id


def check_change(actor: Actor, wish: Wish, *, on: date, basis: str, now: datetime) -> None:
    """Refuse what changing.decide refuses, and write nothing: asked before an officer is asked once more."""
    with transaction.atomic():
        changing.decide(actor, wish, on=on, basis=basis, now=now)
        transaction.set_rollback(True)


def _take_effect(change_id: int, now: datetime) -> None:
    with transaction.atomic():
        effect = changing.take_effect(change_id, now=now)
        if effect is not None:
            reports.follow_units(effect.provinces, effect.departments, effect.offices)


def change_what_is_due(now: datetime) -> None:
    """Do the changes whose day has come; one that is refused stays with its reason, the others go on."""
    for change_id in changing.due(now):
        try:
            _take_effect(change_id, now)
        except Refused as refused:
            changing.note_trouble(change_id, refused.code)


@app.periodic(cron="3 17 * * *")  # 00:03 in Hanoi
@app.task(name="units.change", queue="units", lock="units.change", queueing_lock="units.change")
def change_daily(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Do the changes whose day has come."""
    change_what_is_due(datetime.now(UTC))


UNIT_HEADINGS = {
    "level": ("cap", "level"),
    "code": ("ma", "ma don vi", "code"),
    "name_vi": ("ten", "ten don vi", "name", "name_vi"),
    "name_en": ("ten tieng anh", "name_en"),
    "parent_code": ("ma cap tren", "parent", "parent_code"),
    "valid_from": ("hieu luc tu", "valid_from"),
    "valid_to": ("het hieu luc", "hieu luc den", "valid_to"),
    "became": ("tro thanh", "sap nhap vao", "became"),
}
"""The headings of the ministry's list, folded; days are the first on which a unit holds, and no longer holds."""
_NEEDED = ("level", "code", "name_vi")
_LEVELS = {
    **dict.fromkeys(("tinh", "province", "tinh/thanh pho"), Level.PROVINCE),
    **dict.fromkeys(("huyen", "district", "quan/huyen"), Level.DISTRICT),
    **dict.fromkeys(("xa", "commune", "phuong/xa"), Level.COMMUNE),
}
_BEGAN = date(2008, 8, 1)
"""What a list without a day stands for; the table of provinces begins there too."""


def import_units(actor: Actor, content: bytes, *, now: datetime) -> Taken:
    """Take the ministry's list of units in from CSV or .xlsx. Refuses as take_in and read_file."""
    check_may(actor, Permission.UNITS_CHANGE)
    rows = read_file(content, UNIT_HEADINGS, needed=_NEEDED)
    return take_in(actor, (_unit_row(row) for row in rows), now=now)


def _unit_row(row: ListRow) -> UnitRow:
    text = row.texts.get
    begins, ends = text("valid_from", ""), text("valid_to", "")
    until = read_day(ends) if ends else None
    unreadable = bool(ends) and until is None
    begun = read_day(begins) if begins else _BEGAN
    level = _LEVELS.get(fold_name(text("level", "")))
    return UnitRow(
        row.row,
        level,
        _padded(text("code", ""), level),
        text("name_vi", ""),
        text("name_en", ""),
        _padded(text("parent_code", ""), _above(level, begun)),
        None if unreadable else begun,
        until,
        tuple(_padded(code, level) for code in text("became", "").replace(";", ",").split(",") if code.strip()),
    )


def _above(level: Level | None, begun: date | None) -> Level | None:
    if level is Level.COMMUNE:
        return Level.DISTRICT if begun is not None and begun < REORGANISED_ON else Level.PROVINCE
    return Level.PROVINCE if level is Level.DISTRICT else None


def _padded(code: str, level: Level | None) -> str:
    """Excel eats the noughts in front of a code that it takes for a number."""
    digits = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}.get(level, 0) if level else 0
    return code.strip().zfill(digits) if code.strip() else ""
