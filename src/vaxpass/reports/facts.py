"""A report as officers and citizens see it: frozen values that cross from room to room."""

from dataclasses import dataclass
from datetime import datetime

from vaxpass.records.facts import ReceivedDose, VersionFacts
from vaxpass.reports.claims import Difference
from vaxpass.reports.rules import Claimed, Level, Relation, ReporterProof, ReportStatus, StepKind, Wrong


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step. `code`: the MoreCode, the refusal, or the Level's name; `text`: what was written with it."""

    step_id: int
    at: datetime
    kind: StepKind
    code: str
    text: str
    officer_id: int | None
    office_id: int | None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report as the officer in charge sees it.

    `version`: the record as it stands now (the newest version of the dose), None where the reporter named none and
    nobody was proven. `proposed`: that record with what the citizen claims over it, None where something is missing.
    """

    report_id: int
    status: ReportStatus
    wrongs: tuple[Wrong, ...]
    level: Level
    office_id: int
    facility_id: int | None
    province_code: str
    filed_at: datetime
    due_at: datetime | None
    overdue: bool
    proof: ReporterProof
    proven: bool
    relation: Relation
    reporter_name: str
    reporter_phone: str
    reporter_email: str
    language: str
    note: str
    claimed: Claimed
    version: VersionFacts | None
    proposed: ReceivedDose | None
    differences: tuple[Difference, ...]
    person_ids: tuple[int, ...]
    photos: tuple[int, ...]
    steps: tuple[StepFacts, ...]
    refusal: str
    objection: bool
    objected: bool
    sent_back: bool
    decided_by: int | None
    decided_at: datetime | None
    may_answer: bool
    may_decide_objection: bool


@dataclass(frozen=True, slots=True)
class FollowedReport:
    """A report as its reporter follows it: how far it is and what he can do; nothing of the record."""

    report_id: int
    number: str
    status: ReportStatus
    wrongs: tuple[Wrong, ...]
    level: Level
    sent_back: bool
    office_id: int
    filed_at: datetime
    due_at: datetime | None
    refusal: str
    version_id: int | None
    steps: tuple[StepFacts, ...]
    photos: int
    may_answer: bool
    may_object: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Open reports of one facility with the same error and the same change. `key` is hex, fit for a form's field."""

    key: str
    facility_id: int
    wrongs: tuple[Wrong, ...]
    count: int
    first_due: datetime | None
    report_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the reporter of a report is told, and what about; `step_id` is the last step's, for the notice's key."""

    report_id: int
    step_id: int
    number: str
    phone: str
    email: str
    language: str
    person_id: int | None
    facility_id: int | None
    due_at: datetime | None
    refusal: str
