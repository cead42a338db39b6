"""What is told to whom, as frozen values that cross from room to room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from vaxpass.notices.rules import NoticeState, normal_email, normal_phone


class Template(StrEnum):
    """What is told. Which facts fill a template, and its words, stand in templates.py."""

    CODE = "CODE"
    """A one-time code."""
    REPORT_RECEIVED = "REPORT_RECEIVED"
    REPORT_MORE_NEEDED = "REPORT_MORE_NEEDED"
    REPORT_UPDATED = "REPORT_UPDATED"
    REPORT_REFUSED = "REPORT_REFUSED"
    REPORT_ESCALATED = "REPORT_ESCALATED"
    OBJECTION_ANSWERED = "OBJECTION_ANSWERED"
    PASSPORT_READY = "PASSPORT_READY"
    """The corrected passport is there; the old one has ended."""
    PASSPORT_REVOKED = "PASSPORT_REVOKED"
    PASSPORT_RENEWED = "PASSPORT_RENEWED"
    PASSPORT_BY_EMAIL = "PASSPORT_BY_EMAIL"
    """The passport itself, as the citizen asked for it; by e-mail alone."""
    DEMAND_RECEIVED = "DEMAND_RECEIVED"
    DEMAND_EXTENDED = "DEMAND_EXTENDED"
    DEMAND_ANSWERED = "DEMAND_ANSWERED"
    CONTACT_CONFIRM = "CONTACT_CONFIRM"
    """A code that confirms an address before it is kept."""
    VISIT_WARNING = "VISIT_WARNING"
    """Somebody opened the record by another way than a code to this phone."""
    HEALTH_ALARM = "HEALTH_ALARM"
    """Something of the system is not well; to who is on duty."""
    DIRECTIVE_PUBLISHED = "DIRECTIVE_PUBLISHED"
    """A directive reached an office; to the office's mailbox."""
    DIRECTIVE_REMINDER = "DIRECTIVE_REMINDER"
    """A step of a directive is due soon or overdue, or the directive is not acknowledged; to the office's mailbox."""
    DIRECTIVE_WITHDRAWN = "DIRECTIVE_WITHDRAWN"
    DIFFICULTY_ANSWERED = "DIFFICULTY_ANSWERED"
    """An office's difficulty was answered; to the office's mailbox."""
    PROBLEM_SOLVED = "PROBLEM_SOLVED"
    """A known problem that the office has too is solved; to the office's mailbox."""


class Channel(StrEnum):
    """How a notice travels."""

    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where somebody can be reached; either may be empty. Refuses PHONE_ILL_FORMED, EMAIL_ILL_FORMED.

    With both, the notice goes to the phone, and to the e-mail when the phone refuses it for good.
    """

    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Bring both into the one form in which they are compared."""
        object.__setattr__(self, "phone", normal_phone(self.phone) if self.phone else "")
        object.__setattr__(self, "email", normal_email(self.email) if self.email else "")


_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One thing to tell somebody, once.

    `key`: ours, at most 120 letters, nothing personal in it (`report/17/received`); a key that was used is skipped.
    `facts` fill the template (templates.FACTS says which, and their form). `language` is `vi` or `en`.
    `person_id`: whom it is about. `facility_id`: who keeps the contact, where the caller knows it.
    `urgent` goes out at night too; codes always do. After `not_after` it is not sent any more.
    `attachment`: kind and number of what is made when it is sent, `passport/17`.
    """

    key: str
    template: Template
    to: Recipient
    facts: Mapping[str, str] = field(default_factory=lambda: _NOTHING, repr=False)
    language: str = "vi"
    person_id: int | None = None
    facility_id: int | None = None
    urgent: bool = False
    not_after: datetime | None = None
    attachment: str = ""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What somebody may be shown of a notice that was sent: never its codes, never its address."""

    uid: UUID
    template: Template
    language: str
    channel: Channel | None
    state: NoticeState
    created_at: datetime
    settled_at: datetime | None
    person_id: int | None


@dataclass(frozen=True, slots=True)
class UndeliveredFacts:
    """A message that did not arrive: why (a code), by which way, since when, and which record names the address."""

    bounce_id: int
    template: Template
    channel: Channel
    code: str
    at: datetime
    person_id: int | None
    facility_id: int | None
    version_id: int | None
