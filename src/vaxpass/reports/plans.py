"""What accepting a report would do to which records: decided before anything is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from vaxpass.corrections.rules import Cause
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.access import may_change_at
from vaxpass.records.facts import IdentityFacts, ReceivedDose, VersionFacts
from vaxpass.records.finding import SIGNED, current_phones, find_identities
from vaxpass.records.states import ENDED
from vaxpass.reports import rules
from vaxpass.reports.models import Report
from vaxpass.reports.rules import PROVEN, WITHDRAWING, Decision, ReporterProof, Wrong
from vaxpass.reports.subjects import Subject, carrying_the_same, proposed

WITHDRAWN_FOR: Final[dict[Wrong, str]] = {
    Wrong.NOT_MINE_DOSE: Cause.NOT_GIVEN.value,
    Wrong.DUPLICATE: Cause.ENTERED_TWICE.value,
    Wrong.SOMEONE_ELSES: "REPORT_WRONG_SOMEONE_ELSES",
    Wrong.OTHER: "REPORT_WRONG_OTHER",
}
"""The reason in the record's history, by what was wrong."""
IDENTITY_FIELDS: Final = tuple(IdentityFacts.__slots__)
_OF_THE_KEY: Final = frozenset({"number_kind", "number", "full_name", "birth_date"})
"""What makes a person (records.packing.person_key): changed, the record may join another one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one report does: versions replaced by mended doses, one withdrawn for a reason, or a new dose entered.

    `lead`: the version that the report is about; without it the report fails, the others may stay behind.
    """

    report: Report
    lead: VersionFacts | None = None
    mended: Mapping[int, ReceivedDose] = field(default_factory=dict)
    moves_to: int | None = None
    withdraws_for: str = ""
    enters: ReceivedDose | None = None
    enters_at: int | None = None

    @property
    def version_ids(self) -> set[int]:
        """Give every version that the plan touches."""
        return set(self.mended) | ({self.lead.version_id} if self.lead else set())


def make_plan(actor: Actor, report: Report, subject: Subject, decision: Decision, *, today: date) -> Plan:
    """Decide what accepting does.

    Refuses DECISION_MISSING, REPORT_RECORD_MISSING, REPORT_RECORD_ENDED, RECORD_UNKNOWN, NOTHING_CHANGED,
    PHONE_NEEDS_PERSON, REPORT_FACILITY_MISSING, REPORT_FACILITY_ELSEWHERE, REPORT_NEEDS_COLLEAGUE.
    """
    wrongs = tuple(Wrong(wrong) for wrong in report.wrongs)
    if Wrong.MISSING_DOSE in wrongs:
        return _enter(actor, report, subject, decision, today)
    lead = _lead(actor, report, subject)
    if set(wrongs) & WITHDRAWING or (decision.withdraw and Wrong.OTHER in wrongs):
        if report.proof not in PROVEN and lead.state in SIGNED:
            raise Refused("REPORT_NEEDS_COLLEAGUE")  # the stranger may be the officer, who alone ends nothing signed
        reason = next(WITHDRAWN_FOR[wrong] for wrong in wrongs if wrong in WITHDRAWN_FOR)
        return Plan(report, lead, withdraws_for=reason)
    mended = decision.mended or (None if Wrong.OTHER in wrongs else proposed(subject, wrongs, today=today))
    if mended is None:
        raise Refused("DECISION_MISSING")
    return _mend(actor, report, subject, lead, replace(mended, row=None), decision)


def _lead(actor: Actor, report: Report, subject: Subject) -> VersionFacts:
    """Give the record meant. What a proven citizen named may lie anywhere; what an officer found, in his reach."""
    lead = subject.version
    if lead is None:
        raise Refused("REPORT_RECORD_MISSING")
    if report.version_id is None and not may_change_at(actor, lead.facility_id):
        raise Refused("RECORD_UNKNOWN")
    if lead.state in ENDED:
        raise Refused("REPORT_RECORD_ENDED")
    return lead


def _mend(  # noqa: PLR0913 -- a plan is made from these
    actor: Actor, report: Report, subject: Subject, lead: VersionFacts, mended: ReceivedDose, decision: Decision
) -> Plan:
    moves_to = _goes_to(actor, report, lead, decision)
    changed = [name for name in IDENTITY_FIELDS if getattr(mended.identity, name) != getattr(lead.identity, name)]
    if not changed and mended.dose == lead.dose and moves_to is None:
        raise Refused("NOTHING_CHANGED")
    rules.check_phone(
        mended.identity.phone,
        {lead.identity.phone},
        proof=ReporterProof(report.proof),
        seen_in_person=decision.seen_in_person,
    )
    if _OF_THE_KEY & set(changed):
        _check_joined(report, mended.identity, {lead.person_id, *report.person_ids}, decision)
    every = {lead.version_id: mended}
    for other in carrying_the_same(subject, changed) if changed else ():
        if report.proof not in PROVEN and not may_change_at(actor, other.facility_id):
            continue  # nobody proved to be this person: what other facilities entered is not the officer's to change
        identity = replace(other.identity, **{name: getattr(mended.identity, name) for name in changed})
        every[other.version_id] = ReceivedDose(identity, other.dose, mended.facility_states_identity)
    return Plan(report, lead, every, moves_to)


def _goes_to(actor: Actor, report: Report, lead: VersionFacts, decision: Decision) -> int | None:
    """Give the facility to which a dose goes over, where another one gave it."""
    to = decision.facility_id
    if Wrong.FACILITY not in report.wrongs or to is None or to == lead.facility_id:
        return None
    if not (may_change_at(actor, to) and may_change_at(actor, lead.facility_id)):
        raise Refused("REPORT_FACILITY_ELSEWHERE")
    return to


def _enter(actor: Actor, report: Report, subject: Subject, decision: Decision, today: date) -> Plan:
    own = actor.office_id if actor.office_kind == "facility" else None
    facility_id = decision.facility_id or report.facility_id or own
    if facility_id is None:
        raise Refused("REPORT_FACILITY_MISSING")
    if not may_change_at(actor, facility_id):
        raise Refused("REPORT_FACILITY_ELSEWHERE")
    dose = decision.mended or proposed(subject, [Wrong.MISSING_DOSE], today=today)
    if dose is None:
        raise Refused("DECISION_MISSING")
    people = set(report.person_ids)
    kept = {"", *(phone for _, phone in current_phones(people))}
    proof = ReporterProof(report.proof)
    rules.check_phone(dose.identity.phone, kept, proof=proof, seen_in_person=decision.seen_in_person)
    _check_joined(report, dose.identity, people, decision)
    return Plan(report, enters=replace(dose, row=None), enters_at=facility_id)


def _check_joined(report: Report, identity: IdentityFacts, people: Collection[int], decision: Decision) -> None:
    """Let no known phone come to a number whose record names another phone."""
    if not (identity.number and identity.phone):
        return
    others = {one.phone for one in find_identities(numbers=[identity.number]) if one.person_id not in people}
    if others - {""}:
        proof = ReporterProof(report.proof)
        rules.check_phone(identity.phone, others, proof=proof, seen_in_person=decision.seen_in_person)
