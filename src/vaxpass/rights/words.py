"""Words of the copy: what each field is called, and what each code means."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaxpass.citizens.rules import Proof
from vaxpass.notices.facts import Channel, Template
from vaxpass.notices.rules import NoticeState
from vaxpass.passports.rules import LeafKind, Shown
from vaxpass.records.states import State, Verb
from vaxpass.reports.rules import Relation, ReportStatus
from vaxpass.rights.keeping import Text
from vaxpass.rights.rules import Kind, Matter, Purpose, Status, Step

SEXES: Final[Mapping[int, Text]] = {1: _("Male"), 2: _("Female")}
NUMBER_KINDS: Final[Mapping[int, Text]] = {
    0: _("No number"),
    1: _("Citizen card (12 digits)"),
    2: _("Old identity card (9 digits)"),
    3: _("Passport of a foreigner"),
}
STATES: Final[Mapping[int, Text]] = {
    State.RECEIVED: _("Received"),
    State.MISMATCHED: _("Does not match"),
    State.INCOMPLETE: _("Incomplete"),
    State.UNANSWERED: _("No answer yet"),
    State.VERIFIED: _("Identity confirmed"),
    State.EXEMPT: _("Exempt from comparison"),
    State.ATTESTED: _("Signed by the facility"),
    State.CERTIFIED: _("Passport issued"),
    State.REPLACED: _("Replaced"),
    State.WITHDRAWN: _("Withdrawn"),
    State.REFUSED: _("Refused by the ministry"),
}
VERBS: Final[Mapping[str, Text]] = {
    "receive": _("Received"),
    Verb.CONFIRM_IDENTITY: _("Identity confirmed"),
    Verb.REPORT_MISMATCH: _("Identity does not match"),
    Verb.REPORT_UNSENDABLE: _("Identity could not be asked for"),
    Verb.REPORT_UNANSWERED: _("The population database gave no answer"),
    Verb.EXEMPT: _("Exempt from comparison"),
    Verb.ATTEST: _("Signed by the facility"),
    Verb.CERTIFY: _("Passport issued"),
    Verb.REFUSE: _("Refused by the ministry"),
    Verb.REPLACE: _("Replaced by a mended version"),
    Verb.WITHDRAW: _("Withdrawn"),
}
SHOWN: Final[Mapping[str, Text]] = {
    Shown.LIVE: _("In force"),
    Shown.SUPERSEDED: _("Replaced by a newer one"),
    Shown.REVOKED: _("Revoked"),
    Shown.EXPIRED: _("Expired"),
}
LEAVES: Final[Mapping[int, Text]] = {LeafKind.ISSUE: _("Issued"), LeafKind.REVOKE: _("Revoked")}
LOOKS: Final[Mapping[str, Text]] = {
    "record": _("The page of a record"),
    "records": _("A list of records"),
    "mend": _("Mending a record"),
    "mending_list": _("The list of records to mend"),
    "withdraw": _("Withdrawing a record"),
    "correction": _("A request to correct a record"),
    "sample": _("Reading records before signing them"),
    "held_back": _("Records held back from signing"),
    "dose_proof": _("The proof of a signed dose"),
    "passport": _("The page of a passport"),
    "passports": _("A list of passports"),
    "inspection": _("Inspection by the ministry"),
    "report": _("A report of an error"),
    "reports": _("A list of reports of errors"),
    "demand": _("A demand about personal data"),
    "difficulty": _("A difficulty that the facility told support"),
}
RELATIONS: Final[Mapping[str, Text]] = {
    Relation.SELF: _("For myself"),
    Relation.CHILD: _("For my child"),
    Relation.OTHER_WARD: _("For somebody else whom I look after"),
}
REPORT_STATUSES: Final[Mapping[int, Text]] = {
    ReportStatus.OPEN: _("Open"),
    ReportStatus.MORE_NEEDED: _("More is needed"),
    ReportStatus.UPDATED: _("Accepted, the record is corrected"),
    ReportStatus.REFUSED: _("Refused"),
    ReportStatus.WITHDRAWN: _("Taken back"),
}
PROOFS: Final[Mapping[str, Text]] = {
    Proof.PHONE: _("A code to the phone of the record"),
    Proof.EMAIL: _("A code to the e-mail that was confirmed"),
    Proof.EID: _("VNeID, the electronic identity"),
}
NOTICES: Final[Mapping[str, Text]] = {
    Template.CODE: _("A one-time code"),
    Template.CONTACT_CONFIRM: _("A code to confirm an address"),
    Template.REPORT_RECEIVED: _("A report was received"),
    Template.REPORT_MORE_NEEDED: _("More is needed for a report"),
    Template.REPORT_UPDATED: _("A report was accepted"),
    Template.REPORT_REFUSED: _("A report was refused"),
    Template.REPORT_ESCALATED: _("A report went to the office above"),
    Template.OBJECTION_ANSWERED: _("An objection was answered"),
    Template.PASSPORT_READY: _("A corrected passport is ready"),
    Template.PASSPORT_REVOKED: _("A passport was revoked"),
    Template.PASSPORT_RENEWED: _("A passport was renewed"),
    Template.PASSPORT_BY_EMAIL: _("The passport by e-mail"),
    Template.DEMAND_RECEIVED: _("A demand about data was received"),
    Template.DEMAND_EXTENDED: _("A demand about data needs more time"),
    Template.DEMAND_ANSWERED: _("A demand about data was answered"),
    Template.VISIT_WARNING: _("The record was opened in another way"),
    Template.DIFFICULTY_ANSWERED: _("An office's difficulty was answered"),
    Template.PROBLEM_SOLVED: _("A known problem was solved"),
}
CHANNELS: Final[Mapping[str, Text]] = {Channel.SMS: _("SMS"), Channel.EMAIL: _("E-mail")}
NOTICE_STATES: Final[Mapping[int, Text]] = {
    NoticeState.WAITING: _("Waits to be sent"),
    NoticeState.SENT: _("Sent"),
    NoticeState.DELIVERED: _("Arrived"),
    NoticeState.FAILED: _("Did not arrive"),
    NoticeState.EXPIRED: _("Its time passed"),
}
REQUEST_KINDS: Final[Mapping[int, Text]] = {1: _("Mend"), 2: _("Withdraw")}
REQUEST_STATUS: Final[Mapping[int, Text]] = {1: _("Open"), 2: _("Carried out"), 3: _("Request refused")}

KINDS: Final[Mapping[int, Text]] = {
    Kind.COPY: _("Copy of all my data"),
    Kind.OBJECTION: _("Objection to what is done with my data"),
    Kind.RESTRICTION: _("Restriction of what is done with my data"),
    Kind.DELETION: _("Deletion of my data"),
}
STATUSES: Final[Mapping[int, Text]] = {
    Status.OPEN: _("Waits for an answer"),
    Status.ANSWERED: _("Answered"),
    Status.WITHDRAWN: _("Taken back"),
}
DEMAND_STEPS: Final[Mapping[str, Text]] = {
    Step.RECEIVED: _("Received"),
    Step.EXTENDED: _("Answer put off"),
    Step.ANSWERED: _("Answered"),
    Step.WITHDRAWN: _("Taken back"),
}
MATTERS: Final[Mapping[str, Text]] = {
    Matter.MESSAGES: _("Messages to me, and the e-mail address that I confirmed"),
    Matter.CONSENTS: _("Consents that I gave"),
    Matter.PHOTOS: _("Photos that I sent with reports"),
    Matter.LOOKS: _("Who opened my record, and my own visits"),
    Matter.RECORD: _("Identity and doses"),
    Matter.PASSPORT: _("Passports and the public log"),
    Matter.REPORTS: _("Reports of errors and their answers"),
}
PURPOSES: Final[Mapping[str, Text]] = {
    Purpose.EMAIL: _("Keep my e-mail address and write to me there: codes, answers, my passport."),
}
YES_NO: Final[Mapping[bool, Text]] = {True: _("Yes"), False: _("No")}
