"""My record: each dose a line on its way; and who has looked at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.citizens.own import OwnDose, OwnLook, OwnRecord, own_looks, own_records
from vaxpass.citizens.queries import visits_of
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks.citizen.guard import LONGEST_VISIT, CitizenRequest, citizen_only
from vaxpass.desks.citizen.receipt import STATUS_WORDS
from vaxpass.desks.citizen.way import Way, way_of
from vaxpass.offices.queries import OfficeFacts, facility_names
from vaxpass.passports.face import Words as TwoWords
from vaxpass.passports.face import country, product
from vaxpass.passports.rules import Shown, shown_status
from vaxpass.reports.facts import FollowedReport
from vaxpass.reports.queries import reports_of_people
from vaxpass.reports.rules import ReportStatus

SEXES: Final[dict[int, Words]] = {1: _("Male"), 2: _("Female")}
_SHOWN_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class DoseLine:
    """One dose as the page shows it. `office`: the facility, None where it is not known any more."""

    dose: OwnDose
    way: Way
    product: str
    office: str


@dataclass(frozen=True, slots=True)
class Human:
    """One human as the page shows it. `number`, `phone`: all but the last digits hidden."""

    record: OwnRecord
    sex: Words
    nationality: TwoWords
    number: str
    phone: str
    lines: tuple[DoseLine, ...]
    has_passport: bool


@citizen_only
@require_GET
def record(request: CitizenRequest) -> HttpResponse:
    """Show where every dose is on its way, the people of one visit side by side."""
    records = own_records(request.citizen)
    humans = [_human(one, _offices(records), request.now) for one in records]
    reports = [_report(one) for one in reports_of_people(request.citizen.person_ids, now=request.now)]
    return render(request, "citizen/record.html", {"humans": humans, "reports": reports, **visit_context(request)})


@citizen_only
@require_GET
def looks(request: CitizenRequest) -> HttpResponse:
    """Show who has looked: offices by name and purpose, officers without a name, and the citizen's own visits."""
    seen = _seen(request.citizen)
    return render(request, "citizen/looks.html", {"seen": seen, **visit_context(request)})


def visit_context(request: CitizenRequest) -> dict[str, object]:
    """Give what the line about the visit says: since when, until when, by what proof."""
    since = request.citizen.since
    return {"visit_since": since, "visit_until": since + LONGEST_VISIT, "visit_proof": PROOFS[request.citizen.proof]}


def masked(text: str) -> str:
    """Hide all but the last four signs, however long the text is."""
    return "•••• " + text[-_SHOWN_DIGITS:] if len(text) > _SHOWN_DIGITS else ""


def _report(found: FollowedReport) -> dict[str, object]:
    word, tone = STATUS_WORDS[found.status]
    return {
        "number": found.number,
        "word": word,
        "tone": tone,
        "filed_at": found.filed_at,
        "due_at": found.due_at if found.status is ReportStatus.OPEN else None,
    }


def _offices(records: Sequence[OwnRecord]) -> dict[int, OfficeFacts]:
    return facility_names({dose.version.facility_id for one in records for dose in one.doses})


def _human(own: OwnRecord, offices: dict[int, OfficeFacts], now: datetime) -> Human:
    identity = own.identity
    return Human(
        own,
        SEXES.get(identity.sex, ""),
        country(identity.nationality),
        masked(identity.number),
        masked(identity.phone),
        tuple(_line(dose, own, offices, now) for dose in own.doses),
        any(shown_status(one.status, one.expires_at, now) is Shown.LIVE for one in own.passports),
    )


def _line(dose: OwnDose, own: OwnRecord, offices: dict[int, OfficeFacts], now: datetime) -> DoseLine:
    office = offices.get(dose.version.facility_id)
    waits = own.not_ready | ({"REPORT_OPEN"} if own.is_reported else set())
    return DoseLine(
        dose,
        way_of(dose, waits, now=now),
        product(dose.version.dose.product),
        office.name(get_language() or "vi") if office else "",
    )


# Who has looked -----------------------------------------------------------------------------------------------------

PROOFS: Final[dict[Proof, Words]] = {
    Proof.PHONE: _("by a code to the phone of the record"),
    Proof.EMAIL: _("by a code to the confirmed e-mail"),
    Proof.EID: _("with VNeID"),
}
_DEALT_WITH: Final = _("Worked on the records of the facility")
_REPORT: Final = _("Worked on a report")
_SIGNED: Final = _("Checked records before signing them")
PURPOSES: Final[dict[str, Words]] = {
    "record": _("Opened the record"),
    "records": _("Listed records"),
    "mend": _("Corrected the record"),
    "mending_list": _("Listed records that do not match, to have them corrected"),
    "withdraw": _("Withdrew a dose"),
    "correction": _("Worked on a request to correct"),
    "passport": _("Opened the passport"),
    "passports": _("Listed passports"),
    "passport-print": _("Printed the passport"),
    "sample": _SIGNED,
    "run-sample": _SIGNED,
    "run-held": _SIGNED,
    "held_back": _SIGNED,
    "dose_proof": _("Checked the signature of a dose"),
    "inspection": _("Inspected records"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One look or visit. `who`: an office, or the citizen's own visit (`is_own`)."""

    at: datetime
    who: str
    what: Words
    is_own: bool


def purpose_in_words(purpose: str) -> Words:
    """Say what a look was for; what has no words of its own is ordinary work."""
    return PURPOSES.get(purpose) or (_REPORT if purpose.startswith("report") else _DEALT_WITH)


def _seen(citizen: Citizen) -> list[Seen]:
    found = own_looks(citizen)
    offices = facility_names({look.office_id for look in found})
    own = [Seen(visit.at, "", PROOFS[visit.proof], is_own=True) for visit in visits_of(citizen.person_ids)]
    others = [_look(look, offices) for look in found]
    return sorted([*own, *others], key=lambda one: one.at, reverse=True)


def _look(look: OwnLook, offices: dict[int, OfficeFacts]) -> Seen:
    office = offices.get(look.office_id)
    return Seen(
        look.at, office.name(get_language() or "vi") if office else "", purpose_in_words(look.purpose), is_own=False
    )
