"""What support tells, as frozen values that cross from room to room."""

from dataclasses import dataclass, field
from datetime import datetime

from vaxpass.support.rules import (
    ArticleState,
    Component,
    Kind,
    Level,
    ProblemState,
    Standing,
    Status,
    StepKind,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step; `text` has its numbers covered unless they were asked for."""

    step_id: int
    at: datetime
    kind: StepKind
    level: Level
    text: str = field(repr=False)
    officer_id: int | None
    office_id: int | None


@dataclass(frozen=True, slots=True)
class DifficultyRow:
    """One line of a list; `subject` has its numbers covered."""

    difficulty_id: int
    number: str
    office_id: int
    kind: Kind
    urgency: Urgency
    subject: str = field(repr=False)
    status: Status
    level: Level
    opened_at: datetime
    due_at: datetime | None
    is_first: bool
    is_overdue: bool
    unread: bool


@dataclass(frozen=True, slots=True)
class DifficultyFacts:
    """A difficulty as its page shows it. `due_at`: by when the next thing is due; None while the asker is asked."""

    row: DifficultyRow
    text: str = field(repr=False)
    has_numbers: bool
    officer_id: int
    branch_id: int | None
    page: str
    code: str
    version_id: int | None
    problem_id: int | None
    first_answered_at: datetime | None
    asked_at: datetime | None
    reopened: bool
    solved_at: datetime | None
    standing: Standing
    steps: tuple[StepFacts, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Whom to tell of a difficulty or problem: an officer and his office. `key` is unique for each thing told."""

    key: str
    number: str
    officer_id: int
    office_id: int


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    """A known problem in one language."""

    problem_id: int
    component: Component
    title: str
    state: ProblemState
    since: datetime
    changed_at: datetime
    solved_at: datetime | None
    updates: tuple[tuple[datetime, ProblemState, str], ...]
    followers: int


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """A help article in one language; `is_translated` is False where only the Vietnamese text stands."""

    article_id: int
    kind: Kind
    title: str
    body: str
    state: ArticleState
    changed_at: datetime
    helped: int
    is_translated: bool


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """How a branch (None: the ministry's IT department) keeps its times; medians in working minutes."""

    branch_id: int | None
    opened: int
    open: int
    overdue: int
    escalated: int
    answered: int
    answered_in_time: int
    solved: int
    solved_in_time: int
    first_minutes: int | None
    solved_minutes: int | None

    @property
    def answered_share(self) -> int | None:
        """Give the share of first answers in time, in whole percent."""
        return self.answered_in_time * 100 // self.answered if self.answered else None

    @property
    def solved_share(self) -> int | None:
        """Give the share of solutions in time, in whole percent."""
        return self.solved_in_time * 100 // self.solved if self.solved else None


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in an article. Vietnamese is needed, English may follow. `pages`, `codes`: where it is offered."""

    kind: Kind
    title_vi: str
    body_vi: str
    title_en: str = ""
    body_en: str = ""
    pages: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
