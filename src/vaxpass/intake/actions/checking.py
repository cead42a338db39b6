"""A staged file is checked row by row; nothing enters the records yet."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from vaxpass.intake.collecting import collecting_rarely
from vaxpass.intake.columns import CANONICAL, Cell, Column, missing_columns
from vaxpass.intake.findings import write_findings
from vaxpass.intake.models import PartKind, RowFinding, Upload, UploadPart, UploadStatus
from vaxpass.intake.parts import RawRow, as_json, pack_accepted, part_numbers, read_part, write_parts
from vaxpass.intake.queries import mapping_of, upload_in_reach
from vaxpass.intake.rules import OF_DOSE, OF_PERSON, Finding, Reading, read_cells
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.duplicates import DoseKey, find_live_doses
from vaxpass.records.packing import person_key
from vaxpass.records.replacing import refusals_to_replace
from vaxpass.records.states import State

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MENDABLE = frozenset({State.MISMATCHED, State.INCOMPLETE, State.VERIFIED, State.EXEMPT})
"""States in which the facility itself may replace a version: before it is signed. Afterwards: corrections."""
_CHECKABLE = (UploadStatus.STAGED, UploadStatus.CHECKING, UploadStatus.CHECKED)


_Keyed = tuple[Reading, DoseKey, str]


def map_columns(actor: Actor, upload_id: UUID, mapping: Mapping[Column, int]) -> int:
    """Fix which column holds what, and begin the check anew; give the number of rows.

    The caller has `check` run, at once or as a job in this transaction.
    Refuses UPLOAD_UNKNOWN, UPLOAD_OF_ANOTHER, UPLOAD_ENDED, COLUMNS_MISSING (fact `columns`), COLUMN_TWICE.
    """
    with transaction.atomic():
        upload = upload_in_reach(actor, upload_id, lock=True)
        if upload.officer_id != actor.officer_id:
            raise Refused("UPLOAD_OF_ANOTHER")
        if upload.status not in _CHECKABLE:
            raise Refused("UPLOAD_ENDED")
        _check_mapping(mapping, len(upload.headers))
        UploadPart.objects.filter(upload_id=upload_id).exclude(kind=PartKind.SHEET).delete()
        RowFinding.objects.filter(upload_id=upload_id).delete()
        upload.mapping = {column.value: place for column, place in mapping.items()}
        upload.status = UploadStatus.CHECKING
        upload.rows_done = upload.accepted = upload.refused = upload.replacing = upload.foreigners = 0
        upload.save()
    return upload.rows


def _check_mapping(mapping: Mapping[Column, int], width: int) -> None:
    missing = missing_columns(mapping)
    if missing:
        raise Refused("COLUMNS_MISSING", columns=", ".join(CANONICAL[column] for column in missing))
    places = list(mapping.values())
    if len(set(places)) < len(places) or not all(0 <= place < width for place in places):
        raise Refused("COLUMN_TWICE")


def check(upload_id: UUID, *, now: datetime) -> None:
    """Read every row of an upload that is CHECKING; part by part, each in a transaction of its own, then CHECKED.

    A second run for the same upload stops where the first is at work or has ended.
    """
    upload = Upload.objects.filter(pk=upload_id, status=UploadStatus.CHECKING, rows_done=0).first()
    if upload is None:
        return
    with collecting_rarely():
        _check_parts(upload, _Checker(upload, now))


def _check_parts(upload: Upload, checker: "_Checker") -> None:
    upload_id = upload.pk
    for number in part_numbers(upload_id, PartKind.SHEET):
        rows = read_part(upload_id, PartKind.SHEET, number)
        readings = checker.read(rows)
        with transaction.atomic():
            if not _advance(upload, rows, readings):
                return
            _write(checker, upload_id, number, rows, readings)
    Upload.objects.filter(pk=upload_id, status=UploadStatus.CHECKING, rows_done=upload.rows).update(
        status=UploadStatus.CHECKED
    )


def _advance(upload: Upload, rows: list[RawRow], readings: list[Reading]) -> bool:
    """Count a part as done; False where another run, or a new mapping, came between."""
    doses = [reading for reading in readings if reading.dose]
    mine = Upload.objects.filter(pk=upload.pk, status=UploadStatus.CHECKING, rows_done=upload.rows_done)
    upload.rows_done += len(rows)
    return bool(
        mine.update(
            rows_done=upload.rows_done,
            accepted=F("accepted") + len(doses),
            refused=F("refused") + len(rows) - len(doses),
            replacing=F("replacing") + sum(reading.replaces is not None for reading in doses),
            foreigners=F("foreigners")
            + sum(reading.dose is not None and reading.dose.facility_states_identity for reading in doses),
        )
    )


def _write(checker: "_Checker", upload_id: UUID, number: int, rows: list[RawRow], readings: list[Reading]) -> None:
    raw = [row for row, reading in zip(rows, readings, strict=True) if reading.dose is None]
    accepted = [(reading, checker.key_of(reading.dose.identity)) for reading in readings if reading.dose]
    parts = [(PartKind.ACCEPTED, number, pack_accepted(accepted))]
    if raw:
        parts.append((PartKind.REFUSED, number, as_json(raw)))
    write_parts(upload_id, parts)
    write_findings(upload_id, ((reading.row, reading.findings) for reading in readings))


class _Checker:
    """Reads the rows of one upload and remembers which doses it has met."""

    def __init__(self, upload: Upload, now: datetime) -> None:
        self._actor = get_actor_by_id(upload.officer_id)
        columns = mapping_of(upload)
        blank = (
            max(columns.values()) + 1
        )  # the place of nothing: rows are cut before it, and what the file lacks is there
        self._blank = blank
        self._record = columns.get(Column.RECORD)
        self._of_person = itemgetter(*(columns.get(column, blank) for column in OF_PERSON))
        self._of_dose = itemgetter(*(columns.get(column, blank) for column in OF_DOSE))
        self._today = now.astimezone(HANOI).date()
        self.key_of = lru_cache(maxsize=16_384)(person_key)
        self._doses: dict[DoseKey, tuple[int, str]] = {}
        self._replaced: dict[int, int] = {}

    def read(self, rows: list[RawRow]) -> list[Reading]:
        """Read some rows, with duplicates and replacements looked up together."""
        readings = [self._reading(number, cells) for number, cells in rows]
        keyed = list(self._keyed(readings))
        self._refuse_twins(keyed)
        self._refuse_recorded([one for one in keyed if one[0].dose])
        self._refuse_replacements(readings)
        return readings

    def _reading(self, number: int, cells: list[Cell]) -> Reading:
        full = cells[: self._blank]
        full += [None] * (self._blank + 1 - len(full))
        record = None if self._record is None else full[self._record]
        return read_cells(number, record, self._of_person(full), self._of_dose(full), self._today)

    def _keyed(self, readings: list[Reading]) -> Iterator[_Keyed]:
        for reading in readings:
            if reading.dose:
                dose = reading.dose.dose
                yield reading, (self.key_of(reading.dose.identity), dose.given_on), dose.product

    def _refuse_twins(self, keyed: list[_Keyed]) -> None:
        for reading, key, product in keyed:
            first_row, first_product = self._doses.setdefault(key, (reading.row, product))
            if first_row != reading.row:
                code = "DOSE_TWICE_IN_FILE" if first_product == product else "DOSE_OTHER_PRODUCT_SAME_DAY"
                _refuse(reading, Column.DAY, code, twin_row=first_row)

    def _refuse_recorded(self, keyed: list[_Keyed]) -> None:
        live = find_live_doses([key for _, key, _ in keyed])
        for reading, key, product in keyed:
            if key in live and live[key][1] != reading.replaces:
                code = "DOSE_ALREADY_RECORDED" if live[key][0] == product else "DOSE_OTHER_PRODUCT_SAME_DAY"
                _refuse(reading, Column.DAY, code)

    def _refuse_replacements(self, readings: list[Reading]) -> None:
        may_enter = self._actor.may(Permission.RECORD_ENTER) and self._actor.office_kind == "facility"
        mended: dict[int, Reading] = {}
        for reading in readings:
            if reading.dose and reading.replaces is None and not may_enter:
                _refuse(reading, Column.RECORD, "NEW_DOSE_NOT_HERE")
            elif reading.dose and reading.replaces is not None:
                first_row = self._replaced.setdefault(reading.replaces, reading.row)
                if first_row == reading.row:
                    mended[reading.replaces] = reading
                else:
                    _refuse(reading, Column.RECORD, "RECORD_TWICE_IN_FILE", twin_row=first_row)
        doses = {version_id: reading.dose for version_id, reading in mended.items() if reading.dose}
        _, refused = refusals_to_replace(self._actor, doses, states=MENDABLE)
        for version_id, code in refused.items():
            _refuse(mended[version_id], Column.RECORD, ROW_CODES[code])


ROW_CODES = {
    "RECORD_UNKNOWN": "RECORD_NOT_FOUND",
    "VERB_NOT_IN_STATE": "RECORD_NOT_MENDABLE",
    "NOTHING_CHANGED": "RECORD_UNCHANGED",
    "DOSE_ALREADY_RECORDED": "DOSE_ALREADY_RECORDED",
}
"""The refusals of records as refusals of a row."""


def _refuse(reading: Reading, column: Column, code: str, *, twin_row: int | None = None) -> None:
    reading.dose = None
    reading.findings.append(Finding(column.value, code, twin_row=twin_row))
