"""What other rooms and pages are told about inspections, findings and complaints."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vaxpass.inspections.rules import (
    ComplaintKind,
    ComplaintStatus,
    FindingStatus,
    FindingStep,
    Population,
    Severity,
    Subject,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class InspectionFacts:
    """One inspection and how far it is: rows drawn and looked through, findings that stand."""

    id: int
    title: str
    population: Population
    office_id: int | None
    province_code: str
    officer_id: int | None
    since: datetime
    until: datetime
    seed: str
    size: int
    due_on: date
    risk: Mapping[str, Any] | None
    led_by: int
    led_office_id: int
    begun_at: datetime
    drawn_at: datetime | None
    found: int | None
    closed_at: datetime | None
    rows: int
    done: int
    findings: int
    standing: int


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """One question of a checklist: a code with a sentence, or the inspector's own text; the answer, if any."""

    id: int
    code: str
    text: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class SampledFacts:
    """One row of a sample, and how many of its questions were answered wrong."""

    id: int
    inspection_id: int
    place: int
    subject: Subject
    subject_id: int
    office_id: int
    done_at: datetime | None
    done_by: int | None
    wrong: int
    findings: int


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step of a finding."""

    at: datetime
    step: FindingStep
    text: str
    due_on: date | None
    officer_id: int
    office_id: int


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """One finding; `late`: by how many days the unit's answer is late."""

    id: int
    inspection_id: int
    title: str
    place: int | None
    office_id: int
    officer_id: int | None
    severity: Severity
    due_on: date
    status: FindingStatus
    late: int
    written_by: int
    written_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    text: str
    steps: tuple[StepFacts, ...]
    may_answer: bool
    may_judge: bool


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """One complaint as an inspector reads it."""

    id: int
    kind: ComplaintKind
    by_staff: bool
    office_id: int | None
    province_code: str
    ministry_only: bool
    text: str
    contact: str
    filed_at: datetime
    status: ComplaintStatus
    taken_by: int | None
    taken_at: datetime | None
    outcome: str
    closed_at: datetime | None
