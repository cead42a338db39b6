"""What the citizen claims, laid over what stands in the record: the proposal, the differences, the pattern. Pure.

A claim goes through the same door as a facility's row: intake.rules reads it, so that what is proposed can be entered.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final

from vaxpass.intake.columns import Column
from vaxpass.intake.rules import Finding, read_row
from vaxpass.intake.vocabulary import HOME
from vaxpass.offices.scope import Refused
from vaxpass.records.facts import DoseFacts, IdentityFacts, ReceivedDose
from vaxpass.records.names import fold_name, name_key
from vaxpass.reports.rules import PROVEN, Claimed, Filing, Wrong

COLUMNS: Final[dict[str, Column]] = {
    "full_name": Column.NAME, "birth_date": Column.BIRTH, "sex": Column.SEX, "nationality": Column.NATIONALITY,
    "number": Column.NUMBER, "phone": Column.PHONE, "address": Column.ADDRESS, "product": Column.VACCINE,
    "lot": Column.LOT, "given_on": Column.DAY, "dose_number": Column.DOSE, "place": Column.PLACE,
}  # fmt: skip
"""The fields of a claim, and the columns of a facility's file that say the same."""

_CLAIMS: Final[dict[Wrong, tuple[str, ...]]] = {
    Wrong.NAME: ("full_name",),
    Wrong.BIRTH_DATE: ("birth_date",),
    Wrong.SEX: ("sex",),
    Wrong.ID_NUMBER: ("number", "nationality"),
    Wrong.PHONE: ("phone",),
    Wrong.DOSE_DATE: ("given_on",),
    Wrong.VACCINE: ("product",),
    Wrong.LOT: ("lot",),
    Wrong.FACILITY: ("place",),
    Wrong.MISSING_DOSE: tuple(COLUMNS),
}
"""Which fields of a claim count for which error; what else was typed is for the officer's eyes alone."""

NEEDED: Final[dict[Wrong, tuple[str, ...]]] = {
    Wrong.NAME: ("full_name",),
    Wrong.BIRTH_DATE: ("birth_date",),
    Wrong.SEX: ("sex",),
    Wrong.ID_NUMBER: ("number",),
    Wrong.PHONE: ("phone",),
    Wrong.DOSE_DATE: ("given_on",),
    Wrong.VACCINE: ("product",),
    Wrong.LOT: ("lot",),
    Wrong.MISSING_DOSE: ("given_on", "product"),
}
"""Without which fields nobody can mend the error."""
_WHO: Final = ("full_name", "birth_date")
# A row in which everything is right, so that one claimed cell can be read alone.
_HARMLESS: Final[dict[Column, str]] = {
    Column.NAME: "A", Column.BIRTH: "1990", Column.SEX: "1", Column.VACCINE: "EU/1/20/1528", Column.LOT: "A",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which claim and record differ; `field` names it as in Claimed."""

    field: str
    recorded: str
    claimed: str


def check_claim(filing: Filing, *, today: date) -> list[Finding]:
    """Say what is wrong with a claim, field by field; an empty list: it can be filed. Codes are those of intake."""
    missing = [name for name in _needed(filing) if not getattr(filing.claimed, name).strip()]
    found = [Finding(COLUMNS[name].value, "REPORT_CLAIM_MISSING") for name in missing]
    return found + [finding for finding in _findings(filing.claimed, today) if not _is_remark(finding)]


def refuse_bad_claim(filing: Filing, *, today: date) -> None:
    """Refuse with the code of the first finding of `check_claim`."""
    for finding in check_claim(filing, today=today):
        raise Refused(finding.code, column=finding.column)


def _needed(filing: Filing) -> Iterable[str]:
    who = () if filing.proof in PROVEN else _WHO
    fields = dict.fromkeys(who)
    for wrong in filing.wrongs:
        fields.update(dict.fromkeys(NEEDED.get(wrong, ())))
    return fields


def _findings(claimed: Claimed, today: date) -> list[Finding]:
    said = {COLUMNS[name]: text.strip() for name, text in asdict(claimed).items() if text.strip()}
    cells = {**_HARMLESS, Column.DAY: today.isoformat(), **said}
    return [finding for finding in read_row(0, cells, today=today).findings if finding.column in said]


def _is_remark(finding: Finding) -> bool:
    """A phone that cannot be read is only remarked on in a file; here it would be lost without a word."""
    return not finding.refuses and finding.column != Column.PHONE


def proposal(
    identity: IdentityFacts | None,
    dose: DoseFacts | None,
    claimed: Claimed,
    wrongs: Iterable[Wrong],
    *,
    today: date,
) -> ReceivedDose | None:
    """Lay the claim over the record; None where that makes no dose that could be entered (a lot is missing, ...)."""
    fields = {name for wrong in wrongs for name in _CLAIMS.get(wrong, ())}
    cells: dict[Column, str] = {}
    if identity is not None:
        cells |= _identity_cells(identity)
    if dose is not None:
        cells |= _dose_cells(dose)
    said = {COLUMNS[name]: getattr(claimed, name).strip() for name in fields}
    cells |= {column: text for column, text in said.items() if text}
    read = read_row(0, cells, today=today).dose
    return None if read is None else replace(read, row=None, facility_states_identity=_is_foreign(read))


def with_some_lot(claimed: Claimed) -> Claimed:
    """Give the claim with a lot where none was said, so that it can be read; for patterns, never for records."""
    return claimed if claimed.lot.strip() else replace(claimed, lot=_HARMLESS[Column.LOT])


def _is_foreign(dose: ReceivedDose) -> bool:
    return dose.identity.nationality != HOME


def _identity_cells(who: IdentityFacts) -> dict[Column, str]:
    return {
        Column.NAME: who.full_name, Column.BIRTH: who.birth_date, Column.SEX: str(who.sex),
        Column.NATIONALITY: who.nationality, Column.NUMBER: who.number, Column.PHONE: who.phone,
        Column.ADDRESS: who.address,
    }  # fmt: skip


def _dose_cells(dose: DoseFacts) -> dict[Column, str]:
    return {
        Column.VACCINE: dose.product, Column.LOT: dose.lot, Column.DAY: dose.given_on.isoformat(),
        Column.DOSE: "" if dose.dose_number is None else str(dose.dose_number), Column.PLACE: dose.place,
        Column.GROUP: dose.priority_group,
    }  # fmt: skip


def differences(
    identity: IdentityFacts | None, dose: DoseFacts | None, claimed: Claimed, *, today: date
) -> tuple[Difference, ...]:
    """Name the fields in which the claim says something else than the record, in the order of the claim's fields.

    Where there is no record, every field that was claimed.
    """
    cells = (_identity_cells(identity) if identity else {}) | (_dose_cells(dose) if dose else {})
    read = proposal(identity, dose, claimed, [Wrong.MISSING_DOSE], today=today)
    tidy = {**_identity_cells(read.identity), **_dose_cells(read.dose)} if read else {}
    found = []
    for name, column in COLUMNS.items():
        text = getattr(claimed, name).strip()
        says = tidy.get(column, text)
        if text and says != cells.get(column, ""):
            found.append(Difference(name, cells.get(column, ""), says))
    return tuple(found)


def change_pattern(before: ReceivedDose | None, after: ReceivedDose | None, wrongs: Iterable[Wrong]) -> str:
    """Say in one line what kind of change is asked for: reports of one facility with equal lines are one group.

    A dose's fields with their values, for a facility errs in them for a whole session; a person's fields by the kind of
    error alone. The line may tell of doses, so only its keyed hash is stored. Blank: nothing to group by.
    """
    if after is None:
        return ""
    parts = [_part(wrong, before, after) for wrong in wrongs]
    return "" if not all(parts) else ";".join(parts)


def _part(wrong: Wrong, before: ReceivedDose | None, after: ReceivedDose) -> str:
    dose = after.dose
    if wrong is Wrong.MISSING_DOSE:
        return f"{wrong}:{dose.product}:{dose.given_on}"
    if before is None:
        return ""
    old, old_who, who = before.dose, before.identity, after.identity
    kinds = {
        Wrong.DOSE_DATE: f"{old.given_on}>{dose.given_on}",
        Wrong.VACCINE: f"{old.product}>{dose.product}",
        Wrong.LOT: f"{old.lot}>{dose.lot}",
        Wrong.FACILITY: f"{old.place}>{dose.place}",
        Wrong.NAME: _name_kind(old_who.full_name, who.full_name),
        Wrong.BIRTH_DATE: _birth_kind(old_who.birth_date, who.birth_date),
        Wrong.SEX: f"{old_who.sex}>{who.sex}",
        Wrong.ID_NUMBER: _number_kind(old_who.number, who.number),
        Wrong.PHONE: "phone",
        Wrong.DUPLICATE: f"{old.product}:{old.given_on}",
        Wrong.NOT_MINE_DOSE: f"{old.product}:{old.given_on}",
        Wrong.SOMEONE_ELSES: f"{old.product}:{old.given_on}",
    }
    return f"{wrong}:{kinds[wrong]}" if wrong in kinds else ""


def _name_kind(old: str, new: str) -> str:
    if fold_name(old) == fold_name(new):
        return "accents"
    return "order" if name_key(old) == name_key(new) else "letters"


def _birth_kind(old: str, new: str) -> str:
    if len(old) != len(new):
        return "year-and-day"
    swapped = f"{old[:4]}-{old[8:]}-{old[5:7]}" if len(old) > 4 else ""  # noqa: PLR2004 -- longer than a year
    return "day-and-month" if new == swapped else "other"


def _number_kind(old: str, new: str) -> str:
    if len(old) != len(new):
        return f"{len(old)}>{len(new)}"
    return "digits" if sum(a != b for a, b in zip(old, new, strict=True)) == 1 else "other"


def to_json(claimed: Claimed) -> str:
    """Write a claim."""
    return json.dumps({name: text for name, text in asdict(claimed).items() if text}, ensure_ascii=False)


def from_json(text: str) -> Claimed:
    """Read what `to_json` wrote."""
    return Claimed(**json.loads(text))
