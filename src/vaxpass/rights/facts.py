"""What this room says to others, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from vaxpass.rights.rules import Answer, Kind, Matter, Purpose, Status, Step


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step of a demand; `answers` by matter, `words` as the officer wrote them, `due_at` of an extension."""

    step: Step
    at: datetime
    officer_id: int | None
    office_id: int | None
    answers: Mapping[Matter, Answer]
    words: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class DemandFacts:
    """A demand with its steps, oldest first. `person_ids`: the people whom the citizen had shown to be."""

    demand_id: int
    number: str
    kind: Kind
    matters: tuple[Matter, ...]
    person_ids: tuple[int, ...]
    words: str
    language: str
    opened_at: datetime
    due_at: datetime
    status: Status
    ended_at: datetime | None
    steps: tuple[StepFacts, ...]

    def overdue(self, now: datetime) -> bool:
        """Say whether it should have been answered."""
        return self.status is Status.OPEN and now >= self.due_at

    @property
    def extended(self) -> bool:
        """Say whether the answer was put off, which may happen once."""
        return any(step.step is Step.EXTENDED for step in self.steps)

    @property
    def answer(self) -> StepFacts | None:
        """Give the step that answered it."""
        return next((step for step in self.steps if step.step is Step.ANSWERED), None)


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """Where a purpose stands: `given` is None where the citizen never said anything. `at`: when he last did."""

    purpose: Purpose
    given: bool | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the citizen keeps of a demand."""

    demand_id: int
    number: str
    due_at: datetime
