"""What other rooms and the desks learn of campaigns: frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vaxpass.campaigns.rules import Deadline, Function, Target


@dataclass(frozen=True, slots=True)
class DirectiveDraft:
    """A directive as an officer writes it; `areas` as in models.Directive."""

    number: str
    signed_on: date
    title: str
    text: str
    areas: Sequence[str]
    kinds: Sequence[str]
    classes: Sequence[str]
    moves_deadlines: bool


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step, with its deadline as it counts."""

    id: int
    directive_id: int
    place: int
    title: str
    function: Function | None
    target: Target
    percent: int | None
    opens_on: date | None
    closes_on: date | None
    due: Deadline | None
    facility_class: str
    withdrawn_at: datetime | None

    @property
    def is_counted(self) -> bool:
        """Whether units have something to reach: a number, or a deadline by which they say that it is done."""
        return self.target is not Target.TOLD or self.due is not None


@dataclass(frozen=True, slots=True)
class DirectiveFacts:
    """One directive with its steps in order; withdrawn steps are among them."""

    id: int
    number: str
    signed_on: date
    title: str
    text: str
    issuer_id: int
    province_code: str
    areas: tuple[str, ...]
    kinds: tuple[str, ...]
    classes: tuple[str, ...]
    moves_deadlines: bool
    replaces_id: int | None
    published_at: datetime | None
    replaced_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_because: str
    attachment: "AttachmentFacts | None"
    steps: tuple[StepFacts, ...]

    @property
    def in_force(self) -> bool:
        """Whether it counts: published, neither replaced nor withdrawn."""
        return self.published_at is not None and self.replaced_at is None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """The file of a directive, without its content."""

    name: str
    kind: str
    size: int
