"""The sections of the copy about the record itself: identity, doses, signatures, passports, looks."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Final

from django.utils.translation import gettext_lazy as _
from vaxproof.valuesets import LICENSED_IN_VIETNAM

from vaxpass.facility_signing.verification import inclusion_of
from vaxpass.identity.ports import Outcome
from vaxpass.identity.queries import checks_of
from vaxpass.passports.queries import hc1_text, leaves_of
from vaxpass.passports.rules import shown_status
from vaxpass.records.queries import history_of, looks_at
from vaxpass.records.states import State, Verb
from vaxpass.rights import words
from vaxpass.rights.values import Entry, Offices, Reader, Spec, Value, coded, said

MOST_LOOKS: Final = 10_000
_PRODUCTS: Final = {product.mp: product.vietnamese_name for product in LICENSED_IN_VIETNAM}


def _identities(reader: Reader) -> Iterator[Entry]:
    seen = set()
    for version in sorted(reader.versions, key=attrgetter("version_id")):
        who = version.identity
        if version.identity_id in seen:
            continue
        seen.add(version.identity_id)
        yield {
            "identity": version.identity_id,
            "full_name": who.full_name,
            "birth_date": who.birth_date,
            "sex": coded(who.sex, words.SEXES),
            "nationality": who.nationality,
            "number_kind": coded(who.number_kind, words.NUMBER_KINDS),
            "number": who.number,
            "phone": who.phone,
            "address": who.address,
            "declared_at": version.entered_at,
        }


def _doses(reader: Reader) -> Iterator[Entry]:
    offices = Offices(version.facility_id for version in reader.versions)
    for version in reader.versions:
        dose = version.dose
        yield {
            "version": version.version_id,
            "dose": version.dose_id,
            "version_no": version.version_no,
            "identity": version.identity_id,
            "vaccine": coded(dose.product, _PRODUCTS),
            "lot": dose.lot,
            "given_on": dose.given_on,
            "dose_number": dose.dose_number,
            "facility": offices.named(version.facility_id),
            "place": dose.place,
            "priority_group": dose.priority_group,
            "facility_states_identity": version.facility_states_identity,
            "entered_at": version.entered_at,
            "state": coded(version.state, words.STATES),
            "since": version.since,
            "reason": _reason(version.state == State.MISMATCHED, version.reason),
        }


def _reason(about_population: bool, code: str) -> Value:  # noqa: FBT001 -- a plain question
    """Leave out what would tell which field the population database holds otherwise."""
    return None if about_population else said(code)


def _history(reader: Reader) -> Iterator[Entry]:
    steps = history_of([version.version_id for version in reader.versions])
    offices = Offices(step.office_id for step in steps)
    for step in steps:
        yield {
            "version": step.version_id,
            "at": step.at,
            "verb": coded(step.verb, words.VERBS),
            "from_state": None if step.from_state is None else coded(step.from_state, words.STATES),
            "to_state": coded(step.to_state, words.STATES),
            "reason": _reason(step.verb == Verb.REPORT_MISMATCH, step.reason),
            "office": offices.named(step.office_id),
        }


def _checks(reader: Reader) -> Iterator[Entry]:
    for identity_id in sorted({version.identity_id for version in reader.versions}):
        for check in checks_of(identity_id):
            yield {
                "identity": identity_id,
                "asked_at": check.asked_at,
                "answered_at": check.answered_at,
                "confirmed": check.outcome == Outcome.MATCH,
            }


def _signatures(reader: Reader) -> Iterator[Entry]:
    for version in reader.versions:
        inclusion = inclusion_of(version.version_id)
        if inclusion is not None:
            yield {
                "version": version.version_id,
                "batch": inclusion.batch_number,
                "leaf_index": inclusion.index,
                "leaf_hash": inclusion.leaf.hex(),
                "salt": inclusion.salt.hex(),
            }


def _passports(reader: Reader) -> Iterator[Entry]:
    offices = Offices(passport.facility_id for passport in reader.passports)
    for passport in reader.passports:
        yield {
            "uvci": passport.uvci,
            "disease": passport.disease,
            "dose_version": passport.version_id,
            "dose_number": passport.dose_number,
            "series_size": passport.series_size,
            "facility": offices.named(passport.facility_id),
            "issued_at": passport.issued_at,
            "expires_at": passport.expires_at,
            "status": coded(shown_status(passport.status, passport.expires_at, reader.now), words.SHOWN),
            "status_since": passport.status_since,
            "status_reason": said(passport.status_reason),
            "qr_text": hc1_text(passport),
        }


def _log(reader: Reader) -> Iterator[Entry]:
    for passport in reader.passports:
        for leaf in leaves_of(passport.id):
            yield {
                "uvci": passport.uvci,
                "position": leaf.position,
                "kind": coded(leaf.kind, words.LEAVES),
                "day": leaf.day,
                "digest": leaf.digest.hex(),
            }


def _looks(reader: Reader) -> Iterator[Entry]:
    looks = [look for person_id in reader.person_ids for look in looks_at(person_id, MOST_LOOKS)]
    offices = Offices(look.office_id for look in looks)
    for look in sorted(looks, key=attrgetter("at"), reverse=True):
        yield {"at": look.at, "office": offices.named(look.office_id), "purpose": coded(look.purpose, words.LOOKS)}


_PASSPORT_WORK: Final = _("To issue a vaccine passport that any border can check.")
_PROVE: Final = _("To prove what was done, and to let you see it.")
RECORD_SECTIONS: Final = (
    Spec(
        "identity",
        _("Who you are, as it was declared"),
        _PASSPORT_WORK,
        {
            "identity": _("Declaration"),
            "full_name": _("Full name"),
            "birth_date": _("Date of birth"),
            "sex": _("Sex"),
            "nationality": _("Nationality"),
            "number_kind": _("Kind of number"),
            "number": _("ID or passport number"),
            "phone": _("Phone"),
            "address": _("Address"),
            "declared_at": _("Declared at"),
        },
        _identities,
    ),
    Spec(
        "doses",
        _("Doses, with every version"),
        _PASSPORT_WORK,
        {
            "version": _("Version"),
            "dose": _("Dose"),
            "version_no": _("Version number"),
            "identity": _("Declaration"),
            "vaccine": _("Vaccine"),
            "lot": _("Lot"),
            "given_on": _("Day of the dose"),
            "dose_number": _("Dose number"),
            "facility": _("Facility"),
            "place": _("Place"),
            "priority_group": _("Priority group"),
            "facility_states_identity": _("The facility answers for the identity"),
            "entered_at": _("Entered at"),
            "state": _("State"),
            "since": _("Since"),
            "reason": _("Reason"),
        },
        _doses,
    ),
    Spec(
        "history",
        _("What was done with each version"),
        _PROVE,
        {
            "version": _("Version"),
            "at": _("When"),
            "verb": _("What was done"),
            "from_state": _("From"),
            "to_state": _("To"),
            "reason": _("Reason"),
            "office": _("Office"),
        },
        _history,
    ),
    Spec(
        "identity_checks",
        _("Questions to the population database"),
        _("To make sure that the passport says who you are. What that database holds we do not know."),
        {
            "identity": _("Declaration"),
            "asked_at": _("Asked at"),
            "answered_at": _("Answered at"),
            "confirmed": _("Confirmed"),
        },
        _checks,
    ),
    Spec(
        "signatures",
        _("Signatures of facilities over your doses"),
        _PROVE,
        {
            "version": _("Version"),
            "batch": _("Batch"),
            "leaf_index": _("Place in the batch"),
            "leaf_hash": _("Hash of the dose in the batch"),
            "salt": _("Random number that hides the dose in the batch"),
        },
        _signatures,
    ),
    Spec(
        "passports",
        _("Passports"),
        _PASSPORT_WORK,
        {
            "uvci": _("Certificate number"),
            "disease": _("Disease (SNOMED CT)"),
            "dose_version": _("Version of the dose that it shows"),
            "dose_number": _("Dose number"),
            "series_size": _("Doses of the series"),
            "facility": _("Facility"),
            "issued_at": _("Issued at"),
            "expires_at": _("Ends at"),
            "status": _("Status"),
            "status_since": _("Status since"),
            "status_reason": _("Reason"),
            "qr_text": _("Text of the QR code"),
        },
        _passports,
    ),
    Spec(
        "log",
        _("Your passports in the public log"),
        _("To let anybody find out whether the ministry issued something in secret. The log holds hashes alone."),
        {
            "uvci": _("Certificate number"),
            "position": _("Place in the log"),
            "kind": _("What was logged"),
            "day": _("Day"),
            "digest": _("Hash of the passport"),
        },
        _log,
    ),
    Spec(
        "looks",
        _("Who opened your record"),
        _PROVE,
        {"at": _("When"), "office": _("Office"), "purpose": _("For what")},
        _looks,
    ),
)
