"""The record that a report is about: chosen, set beside what the citizen says, and as the officer would have it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.reports.compare import Compared
from vaxpass.desks._shared.reports.forms import LABELS, PRODUCT_NAMES, SEXES, AcceptForm
from vaxpass.desks._shared.templatetags.desk import HANOI, birth_date, date_vi
from vaxpass.intake.columns import Column
from vaxpass.offices.queries import facility_names
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.access import access_person, access_version, list_versions
from vaxpass.records.facts import DoseFacts, IdentityFacts, ReceivedDose, VersionFacts
from vaxpass.records.search import Search, find_versions
from vaxpass.records.states import ENDED, State
from vaxpass.reports.claims import COLUMNS, differences, proposal
from vaxpass.reports.facts import ReportFacts
from vaxpass.reports.rules import DOSE_WRONGS, WITHDRAWING, Wrong

_FEW: Final = 9  # candidates, one digit each
_DAY: Final = re.compile(r"(\d{1,2}/){1,2}\d{4}")
_RECORD: Final = re.compile(r"[Vv]?(\d{1,18})")
_FIELDS_OF: Final[dict[Wrong, tuple[str, ...]]] = {
    Wrong.NAME: ("name",),
    Wrong.BIRTH_DATE: ("birth",),
    Wrong.SEX: ("sex",),
    Wrong.ID_NUMBER: ("number", "nationality"),
    Wrong.PHONE: ("phone", "seen"),
    Wrong.DOSE_DATE: ("day", "dose"),
    Wrong.VACCINE: ("vaccine", "lot"),
    Wrong.LOT: ("lot",),
    Wrong.FACILITY: ("facility", "place"),
    Wrong.MISSING_DOSE: (
        "vaccine",
        "lot",
        "day",
        "dose",
        "place",
        "facility",
        "name",
        "birth",
        "sex",
        "number",
        "phone",
        "seen",
    ),
}
"""Which fields of the form are at stake for each error; the others stand folded below."""
FIELD_OF: Final[dict[str, str]] = {name: column.value for name, column in COLUMNS.items()}
"""The form's name of each field of a claim."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The record meant, where it is known, and the dose that the claim would make of it."""

    version: VersionFacts | None
    proposed: ReceivedDose | None
    compared: list[Compared]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be the one meant."""

    version_id: int
    words: str


def choose(actor: Actor, report: ReportFacts, asked: str, *, now: datetime) -> Chosen:
    """Take the report's own record, or the one that the officer asks for by its number; the look is written down."""
    version, proposed = report.version, report.proposed
    if version is None and (found := _RECORD.fullmatch(asked.strip())):
        version = _asked_for(actor, int(found[1]), now)
        proposed = _proposed(report, version, now)
    return Chosen(version, proposed, _compared(report, version, now))


def needs_record(report: ReportFacts) -> bool:
    """Say whether an officer has to choose which record is meant."""
    return report.version is None and Wrong.MISSING_DOSE not in report.wrongs


def candidates(actor: Actor, report: ReportFacts, *, now: datetime) -> list[Candidate]:
    """Look for the records that may be meant: of the people proven, else by the number claimed, else by name."""
    of_people = [version for person in report.person_ids for version in _of_person(actor, person, now)]
    if of_people:
        return [Candidate(one.version_id, _words(one)) for one in of_people[:_FEW]]
    said = report.claimed
    number = "".join(said.number.split()).upper()
    found = find_versions(actor, Search(_LIVE, number=number), limit=_FEW) if number else []
    if not found and said.full_name.strip():
        found = find_versions(actor, Search(_LIVE, words=said.full_name), limit=_FEW)
    versions = list_versions(actor, [one.version_id for one in found], purpose="report", now=now)
    return [Candidate(one.version_id, _words(one)) for one in versions]


def _of_person(actor: Actor, person_id: int, now: datetime) -> list[VersionFacts]:
    try:
        versions = access_person(actor, person_id, purpose="report", now=now)
    except Refused:
        return []  # the person's doses are all beyond the office's reach
    return [one for one in versions if one.state not in ENDED]


_LIVE: Final = tuple(state for state in State if state not in ENDED)


def _words(one: VersionFacts) -> str:
    product = PRODUCT_NAMES.get(one.dose.product, one.dose.product)
    who = f"{one.identity.full_name}, {birth_date(one.identity.birth_date)}"
    return f"V{one.version_id}: {who}; {product}, {date_vi(one.dose.given_on)}"


def _asked_for(actor: Actor, version_id: int, now: datetime) -> VersionFacts | None:
    try:
        return access_version(actor, version_id, purpose="report", now=now)
    except Refused:
        return None


def _proposed(report: ReportFacts, version: VersionFacts | None, now: datetime) -> ReceivedDose | None:
    if version is None:
        return None
    return proposal(version.identity, version.dose, report.claimed, report.wrongs, today=_today(now))


def _compared(report: ReportFacts, version: VersionFacts | None, now: datetime) -> list[Compared]:
    """Set the fields beside each other, those that differ first; what the claim leaves alone says nothing."""
    identity, dose = (version.identity, version.dose) if version else (None, None)
    stands = _shown(typed(identity, dose))
    tidied = {one.field: one.claimed for one in differences(identity, dose, report.claimed, today=_today(now))}
    said = {FIELD_OF[name]: tidied.get(name, getattr(report.claimed, name)).strip() for name in FIELD_OF}
    said = _shown({name: _typed_day(name, text) for name, text in said.items()})
    fields = [Compared(name, LABELS[name], stands.get(name, ""), said.get(name, "")) for name in LABELS]
    fields += _facility(report, version)
    return sorted((one for one in fields if one.stands or one.said), key=lambda one: not one.differs)


def _facility(report: ReportFacts, version: VersionFacts | None) -> list[Compared]:
    if Wrong.FACILITY not in report.wrongs and Wrong.MISSING_DOSE not in report.wrongs:
        return []
    names = {office.id: f"{office.name_vi} ({office.code})" for office in _offices(report, version)}
    stands = names.get(version.facility_id, "") if version else ""
    # With a record the report lies with its facility; where the dose was given the citizen says in words (the place).
    said = "" if version else names.get(report.facility_id or 0, "")
    return [Compared("facility", _("Facility"), stands, said)]


def _offices(report: ReportFacts, version: VersionFacts | None) -> Sequence[Any]:
    wanted = {report.facility_id or 0, version.facility_id if version else 0}
    return list(facility_names(wanted).values())


def typed(identity: IdentityFacts | None, dose: DoseFacts | None) -> dict[str, str]:
    """Give what is known of a dose as somebody would type it, by the form's names."""
    known: dict[str, str] = {}
    if identity is not None:
        known |= {
            "name": identity.full_name,
            "birth": birth_date(identity.birth_date),
            "sex": str(identity.sex),
            "nationality": identity.nationality,
            "number": identity.number,
            "phone": identity.phone,
            "address": identity.address,
        }
    if dose is not None:
        known |= {
            "vaccine": dose.product,
            "lot": dose.lot,
            "day": date_vi(dose.given_on),
            "dose": str(dose.dose_number or ""),
            "place": dose.place,
        }
    return known


def accept_form(report: ReportFacts, chosen: Chosen, data: Any, *, actor: Actor, now: datetime) -> AcceptForm:
    """Make the form of the record as it should be, filled with what the citizen says."""
    version = chosen.version
    initial = typed(version.identity, version.dose) if version else {}
    if chosen.proposed:
        initial |= typed(chosen.proposed.identity, chosen.proposed.dose)
    else:
        initial |= _claimed_as_typed(report)
    facility = Wrong.FACILITY in report.wrongs or Wrong.MISSING_DOSE in report.wrongs
    if facility:
        initial["facility"] = _facility_code(report, actor)
    group = version.dose.priority_group if version else ""
    named: dict[str, Any] = {"now": now, "group": group, "with_facility": facility, "auto_id": "accept-%s"}
    return AcceptForm(data, initial=initial, **named)


def split(form: AcceptForm, report: ReportFacts) -> tuple[list[Any], list[Any]]:
    """Give the form's fields at stake, and the others; the note stands alone."""
    at_stake = [name for wrong in report.wrongs for name in _FIELDS_OF.get(wrong, ())]
    names = [name for name in dict.fromkeys(at_stake) if name in form.fields]
    others = [name for name in form.fields if name not in names and name != "note"]
    return [form[name] for name in names], [form[name] for name in others]


def is_mending(report: ReportFacts) -> bool:
    """Say whether accepting makes a new version (else it ends the dose)."""
    return not set(report.wrongs) & WITHDRAWING


def is_about_dose(report: ReportFacts) -> bool:
    """Say whether the dose rather than the person is wrong."""
    return bool(set(report.wrongs) & (DOSE_WRONGS | WITHDRAWING | {Wrong.MISSING_DOSE}))


def _claimed_as_typed(report: ReportFacts) -> dict[str, str]:
    said = {FIELD_OF[name]: getattr(report.claimed, name).strip() for name in FIELD_OF}
    return {name: _typed_day(name, text) for name, text in said.items() if text}


def _typed_day(name: str, text: str) -> str:
    """Write a day as the record shows it: 24/9/1973 is 24/09/1973 and differs in nothing."""
    if name not in {Column.BIRTH.value, Column.DAY.value}:
        return text
    shown = birth_date(text)
    return "/".join(part.zfill(2) for part in shown.split("/")) if _DAY.fullmatch(shown) else shown


def _shown(known: dict[str, str]) -> dict[str, str]:
    words = {"sex": SEXES, "vaccine": PRODUCT_NAMES}
    return {name: str(words.get(name, {}).get(text, text)) for name, text in known.items()}


def _facility_code(report: ReportFacts, actor: Actor) -> str:
    wanted = report.facility_id or (actor.office_id if actor.office_kind == "facility" else 0)
    return facility_names({wanted})[wanted].code if wanted else ""


def _today(now: datetime) -> Any:
    return now.astimezone(HANOI).date()
