"""What a record says, as frozen values that cross from room to room."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """A person as declared. `birth_date` is YYYY or YYYY-MM-DD; `number_kind` as NumberKind; texts tidy NFC."""

    full_name: str
    sex: int
    birth_date: str
    nationality: str
    number_kind: int
    number: str
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class DoseFacts:
    """A dose as entered. `product` is the EU product code (`mp`)."""

    product: str
    lot: str
    given_on: date
    dose_number: int | None = None
    place: str = ""
    priority_group: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedDose:
    """One accepted row on its way into the records; `row` is its number in the file, None from a form."""

    identity: IdentityFacts
    dose: DoseFacts
    facility_states_identity: bool = False
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where received doses come from: facility, officer, time, upload."""

    facility_id: int
    officer_id: int
    office_id: int
    at: datetime
    upload_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A dose version with everything that pages, signatures and passports need of it."""

    version_id: int
    dose_id: int
    version_no: int
    person_id: int
    identity_id: int
    facility_id: int
    state: int
    since: datetime
    reason: str
    entered_by: int
    entered_at: datetime
    facility_states_identity: bool
    identity: IdentityFacts
    dose: DoseFacts


@dataclass(frozen=True, slots=True)
class SeriesDose:
    """A live dose as the ministry counts it; nothing sealed is opened for it. `state` as records.states.State."""

    version_id: int
    person_id: int
    facility_id: int
    state: int
    given_on: date
    entered_at: datetime
    product: str
    full_name: str
    sex: int
    birth_date: str


class LiveState(NamedTuple):
    """Where a live dose stands at this moment, read under a lock; a tuple, for a run reads thousands of them."""

    version_id: int
    person_id: int
    given_on: date
    state: int
