"""What a citizen may report, who answers, what follows from each answer. Pure.

Dispatch 9458/BYT-CNTT: 48 hours, thirteen named refusals (they are those of corrections.rules.Refusal), three outcomes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from vaxpass.corrections.rules import Refusal
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.facts import ReceivedDose


class Wrong(StrEnum):
    """What is wrong. The values are stored; their words are the msgids REPORT_WRONG_<name> of locale/reports."""

    MISSING_DOSE = "MISSING_DOSE"
    NAME = "NAME"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"
    ID_NUMBER = "ID_NUMBER"
    PHONE = "PHONE"
    DOSE_DATE = "DOSE_DATE"
    VACCINE = "VACCINE"
    LOT = "LOT"
    FACILITY = "FACILITY"
    NOT_MINE_DOSE = "NOT_MINE_DOSE"  # never had
    SOMEONE_ELSES = "SOMEONE_ELSES"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"


IDENTITY_WRONGS: Final = frozenset({Wrong.NAME, Wrong.BIRTH_DATE, Wrong.SEX, Wrong.ID_NUMBER, Wrong.PHONE})
DOSE_WRONGS: Final = frozenset({Wrong.DOSE_DATE, Wrong.VACCINE, Wrong.LOT, Wrong.FACILITY})
WITHDRAWING: Final = frozenset({Wrong.NOT_MINE_DOSE, Wrong.SOMEONE_ELSES, Wrong.DUPLICATE})
ALONE: Final = WITHDRAWING | {Wrong.MISSING_DOSE}
"""These are said alone: with another error beside them nobody knew what to do."""


class ReportStatus(IntEnum):
    """How far a report is. The numbers are stored; never reuse one."""

    OPEN = 1
    MORE_NEEDED = 2
    UPDATED = 3
    REFUSED = 4
    WITHDRAWN = 5


UNDECIDED: Final = frozenset({ReportStatus.OPEN, ReportStatus.MORE_NEEDED})


class StepKind(StrEnum):
    """One step of a report. The values are stored; their words are the msgids REPORT_STEP_<name>."""

    FILED = "FILED"
    FILED_AGAIN = "FILED_AGAIN"
    FORWARDED = "FORWARDED"
    MORE_ASKED = "MORE_ASKED"
    REMINDED = "REMINDED"
    MORE_GIVEN = "MORE_GIVEN"
    ESCALATED = "ESCALATED"
    UPDATED = "UPDATED"
    REFUSED = "REFUSED"
    OBJECTED = "OBJECTED"
    UPHELD = "UPHELD"
    SENT_BACK = "SENT_BACK"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    PHOTOS_WIPED = "PHOTOS_WIPED"


STEPS: Final[dict[ReportStatus, dict[StepKind, ReportStatus]]] = {
    ReportStatus.OPEN: {
        StepKind.FILED_AGAIN: ReportStatus.OPEN,
        StepKind.FORWARDED: ReportStatus.OPEN,
        StepKind.ESCALATED: ReportStatus.OPEN,
        StepKind.SENT_BACK: ReportStatus.OPEN,
        StepKind.MORE_ASKED: ReportStatus.MORE_NEEDED,
        StepKind.UPDATED: ReportStatus.UPDATED,
        StepKind.REFUSED: ReportStatus.REFUSED,
        StepKind.UPHELD: ReportStatus.REFUSED,
        StepKind.WITHDRAWN: ReportStatus.WITHDRAWN,
    },
    ReportStatus.MORE_NEEDED: {
        StepKind.FILED_AGAIN: ReportStatus.OPEN,
        StepKind.REMINDED: ReportStatus.MORE_NEEDED,
        StepKind.MORE_GIVEN: ReportStatus.OPEN,
        StepKind.UPDATED: ReportStatus.UPDATED,
        StepKind.WITHDRAWN: ReportStatus.WITHDRAWN,
        StepKind.LAPSED: ReportStatus.WITHDRAWN,
    },
    ReportStatus.UPDATED: {},
    ReportStatus.REFUSED: {StepKind.OBJECTED: ReportStatus.OPEN},
    ReportStatus.WITHDRAWN: {},
}
"""The state table; docs/reference/reports.md is made from it."""


class Level(IntEnum):
    """Who has to answer: the office of the dose or of residence, then the province, then the ministry."""

    OFFICE = 0
    PROVINCE = 1
    MINISTRY = 2


class Relation(StrEnum):
    """For whom somebody reports."""

    SELF = "SELF"
    CHILD = "CHILD"
    OTHER_WARD = "OTHER_WARD"


class ReporterProof(StrEnum):
    """How the reporter showed who he is."""

    PHONE = "PHONE"  # a code to the phone of the record
    EMAIL = "EMAIL"  # a code to the e-mail that the citizen confirmed earlier
    EID = "EID"
    NEW_PHONE = "NEW_PHONE"  # a code to a phone that the record does not name
    NONE = "NONE"


PROVEN: Final = frozenset({ReporterProof.PHONE, ReporterProof.EMAIL, ReporterProof.EID})


class MoreCode(StrEnum):
    """What the citizen is asked for. The values are msgids of locale/reports: each says what to send."""

    PHOTO_SHARPER = "REPORT_MORE_PHOTO_SHARPER"
    PHOTO_WHOLE = "REPORT_MORE_PHOTO_WHOLE"
    PHOTO_OF_CERTIFICATE = "REPORT_MORE_PHOTO_OF_CERTIFICATE"
    PAPER_OF_IDENTITY = "REPORT_MORE_PAPER_OF_IDENTITY"
    WHERE_AND_WHEN = "REPORT_MORE_WHERE_AND_WHEN"
    WHICH_DOSE = "REPORT_MORE_WHICH_DOSE"
    COME_IN_PERSON = "REPORT_MORE_COME_IN_PERSON"
    SEE_NOTE = "REPORT_MORE_SEE_NOTE"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is right, as the citizen typed it; blank where nothing was said. Read by claims.py, not here."""

    full_name: str = ""
    birth_date: str = ""
    sex: str = ""
    nationality: str = ""
    number: str = ""
    phone: str = ""
    address: str = ""
    product: str = ""
    lot: str = ""
    given_on: str = ""
    dose_number: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """A report as it is handed in.

    `person_ids`: the people whom the reporter proved to be (or to answer for), about one of whom this is; empty where
    nothing was proven. `version_id`: the record that is wrong, for proven reporters alone. `facility_id`: the facility
    that the reporter names. `address`: the network address, for the limit of unproven reports; kept as keyed hash.
    """

    wrongs: tuple[Wrong, ...]
    claimed: Claimed
    proof: ReporterProof
    reporter_name: str
    reporter_phone: str = ""
    reporter_email: str = ""
    relation: Relation = Relation.SELF
    version_id: int | None = None
    person_ids: tuple[int, ...] = ()
    province_code: str = ""
    commune_office_id: int | None = None
    facility_id: int | None = None
    note: str = ""
    language: str = "vi"
    address: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a filing. `joined`: the same error was reported before and is open; this is its receipt."""

    report_id: int
    number: str
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """How a report is accepted.

    `mended`: the right record as the officer sees it on the paper; None takes what the citizen claimed over what stands
    there. `version_id`: the record meant, where the report names none (an unproven reporter). `facility_id`: where a
    missing dose is entered, or to which facility a dose goes over. `withdraw`: for OTHER, end the record.
    `seen_in_person`: the citizen stood before the officer with a document of identity.
    """

    mended: ReceivedDose | None = None
    version_id: int | None = None
    facility_id: int | None = None
    withdraw: bool = False
    seen_in_person: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an accepted report did. `conflicts`: further records of the person that could not follow, with the code."""

    report_id: int
    person_id: int | None
    new_version_ids: tuple[int, ...] = ()
    replaced_ids: tuple[int, ...] = ()
    withdrawn_ids: tuple[int, ...] = ()
    conflicts: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a bulk answer did: the reports done, and the code for each that was not."""

    done: dict[int, Accepted | None]
    refused: dict[int, str]


OBJECTION_WITHIN: Final = timedelta(days=90)  # Luật Khiếu nại 02/2011/QH13, article 9
REMIND_AFTER: Final = timedelta(days=7)
LAPSE_AFTER: Final = timedelta(days=30)
MOST_FORWARDS: Final = 3
MOST_PHOTOS: Final = 12  # of one report
MOST_OF_PERSON_A_DAY: Final = 10
MOST_OF_PHONE_A_DAY: Final = 3  # unproven ones
MOST_OF_ADDRESS_A_DAY: Final = 20  # unproven ones; thousands share one address of a mobile network
MOST_WRONG_NUMBERS: Final = 20  # of one address within an hour
_LONGEST_NOTE: Final = 1000
_LONGEST_NAME: Final = 100


def check_filing(filing: Filing) -> None:
    """Refuse what cannot be a report.

    Codes: REPORT_WRONG_MISSING, REPORT_WRONGS_APART, REPORT_NOT_PROVEN, REPORT_DOSE_MISSING, REPORT_CONTACT_MISSING,
    REPORT_NOTE_MISSING, REPORT_TEXT_TOO_LONG.
    """
    wrongs = set(filing.wrongs)
    if not wrongs:
        raise Refused("REPORT_WRONG_MISSING")
    if len(wrongs) > 1 and wrongs & ALONE:
        raise Refused("REPORT_WRONGS_APART")
    _check_proof(filing)
    if not filing.reporter_name.strip() or not (filing.reporter_phone or filing.reporter_email):
        raise Refused("REPORT_CONTACT_MISSING")
    if Wrong.OTHER in wrongs and not filing.note.strip():
        raise Refused("REPORT_NOTE_MISSING")
    if len(filing.note) > _LONGEST_NOTE or len(filing.reporter_name) > _LONGEST_NAME:
        raise Refused("REPORT_TEXT_TOO_LONG")


def _check_proof(filing: Filing) -> None:
    proven = filing.proof in PROVEN
    if proven != bool(filing.person_ids) or (filing.version_id is not None and not proven):
        raise Refused("REPORT_NOT_PROVEN")
    if proven and filing.version_id is None and set(filing.wrongs) & (DOSE_WRONGS | WITHDRAWING):
        raise Refused("REPORT_DOSE_MISSING")


def check_text(text: str) -> str:
    """Give a text stripped. Refuses REPORT_NOTE_MISSING, REPORT_TEXT_TOO_LONG."""
    stripped = text.strip()
    if not stripped:
        raise Refused("REPORT_NOTE_MISSING")
    if len(stripped) > _LONGEST_NOTE:
        raise Refused("REPORT_TEXT_TOO_LONG")
    return stripped


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands, as far as it matters to who may do what."""

    status: ReportStatus
    level: Level
    office_id: int
    province_code: str
    objected: bool = False
    sent_back: bool = False
    refused_by: int | None = None

    @property
    def is_objection(self) -> bool:
        """Say whether the province decides on an objection now."""
        return self.objected and not self.sent_back


def is_in_charge(actor: Actor, standing: Standing) -> bool:
    """Say whether it is the actor's office that answers.

    The office that was asked first may answer as long as nothing is decided; province and ministry once it came to
    them. An objection is the province's (or the ministry's) alone.
    """
    if actor.office_id == standing.office_id and not standing.is_objection:
        return True
    if actor.office_kind == "ministry":
        return standing.level >= Level.MINISTRY
    return (
        actor.office_kind == "province"
        and standing.level >= Level.PROVINCE
        and bool(actor.province_code)
        and actor.province_code == standing.province_code
    )


def check_may_answer(actor: Actor, standing: Standing) -> None:
    """Refuse RIGHT_MISSING, REPORT_DECIDED_ALREADY, REPORT_IS_OBJECTION, REPORT_NOT_IN_CHARGE."""
    check_may(actor, Permission.REPORT_ANSWER)
    if standing.status not in UNDECIDED:
        raise Refused("REPORT_DECIDED_ALREADY")
    if standing.is_objection:
        raise Refused("REPORT_IS_OBJECTION")
    if not is_in_charge(actor, standing):
        raise Refused("REPORT_NOT_IN_CHARGE")


def check_may_decide_objection(actor: Actor, standing: Standing) -> None:
    """Refuse RIGHT_MISSING, REPORT_DECIDED_ALREADY, OBJECTION_NOT_MADE, REPORT_NOT_IN_CHARGE, OBJECTION_OWN_REFUSAL."""
    right = Permission.REPORT_ANSWER if actor.office_kind == "ministry" else Permission.OBJECTION_DECIDE
    check_may(actor, right)
    if standing.status != ReportStatus.OPEN:
        raise Refused("REPORT_DECIDED_ALREADY")
    if not standing.is_objection:
        raise Refused("OBJECTION_NOT_MADE")
    if not is_in_charge(actor, standing):
        raise Refused("REPORT_NOT_IN_CHARGE")
    if actor.officer_id == standing.refused_by:
        raise Refused("OBJECTION_OWN_REFUSAL")


def check_step(status: ReportStatus, step: StepKind) -> ReportStatus:
    """Give the status after a step. Refuses REPORT_DECIDED_ALREADY, REPORT_NOT_ASKED, REPORT_STEP_IMPOSSIBLE."""
    after = STEPS[status].get(step)
    if after is not None:
        return after
    if status not in UNDECIDED:
        raise Refused("REPORT_DECIDED_ALREADY")
    raise Refused("REPORT_NOT_ASKED" if step is StepKind.MORE_GIVEN else "REPORT_STEP_IMPOSSIBLE")


def check_refusal(code: str, standing: Standing) -> None:
    """Refuse REPORT_REASON_UNKNOWN, and REPORT_MUST_BE_DONE where the province sent the report back to be done."""
    if standing.sent_back:
        raise Refused("REPORT_MUST_BE_DONE")
    if code not in {refusal.value for refusal in Refusal}:
        raise Refused("REPORT_REASON_UNKNOWN")


def check_may_object(status: ReportStatus, *, objected: bool, decided_at: datetime | None, now: datetime) -> None:
    """Refuse OBJECTION_ALREADY_MADE, OBJECTION_NOTHING_REFUSED, OBJECTION_TOO_LATE."""
    if objected:
        raise Refused("OBJECTION_ALREADY_MADE")
    if status != ReportStatus.REFUSED or decided_at is None:
        raise Refused("OBJECTION_NOTHING_REFUSED")
    if now > decided_at + OBJECTION_WITHIN:
        raise Refused("OBJECTION_TOO_LATE")


def check_phone(wanted: str, kept: Collection[str], *, proof: ReporterProof, seen_in_person: bool) -> None:
    """Refuse PHONE_NEEDS_PERSON where a phone enters a record (and with it whoever holds it) without proof.

    `kept`: the phones that the record may go on with. A phone opens the record to who holds it, so that a new one, or
    taking the old one away, needs VNeID or the citizen in person before the facility.
    """
    if wanted not in kept and proof is not ReporterProof.EID and not seen_in_person:
        raise Refused("PHONE_NEEDS_PERSON")


def wrongs_in_order(wrongs: Sequence[Wrong]) -> tuple[Wrong, ...]:
    """Give the wrongs once each, in the order of their enumeration."""
    return tuple(wrong for wrong in Wrong if wrong in wrongs)
