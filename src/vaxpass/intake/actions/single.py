"""One dose by form: entered, mended or withdrawn by the rules of the file."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from vaxpass.campaigns.openings import check_facility_open
from vaxpass.campaigns.rules import Function
from vaxpass.intake.actions.checking import HANOI, MENDABLE
from vaxpass.intake.columns import Cell, Column
from vaxpass.intake.rules import Finding, read_row
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records import actions as records
from vaxpass.records.access import access_version
from vaxpass.records.facts import Origin, ReceivedDose
from vaxpass.records.receiving import receive
from vaxpass.records.states import State

Cells = Mapping[Column, Cell]


class RowRefused(Exception):  # noqa: N818 -- a refusal is an answer, not a fault
    """The typed row is refused; `findings` name the field and the code of each reason."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("ROW_REFUSED")
        self.findings = findings


def enter(actor: Actor, cells: Cells, *, states_identity: bool, now: datetime) -> int:
    """Record one dose given by the actor's own facility; give the version's id.

    Refuses RIGHT_MISSING, FUNCTION_CLOSED and FUNCTION_ENDED by a directive; raises RowRefused with the codes of the
    rules, STATEMENT_MISSING, DOSE_ALREADY_RECORDED or DOSE_OTHER_PRODUCT_SAME_DAY.
    """
    check_may(actor, Permission.RECORD_ENTER)
    check_facility_open(Function.INTAKE, actor.office_id, now=now)
    dose = _read(cells, states_identity=states_identity, now=now)
    with transaction.atomic():
        receipt = receive([dose], Origin(actor.office_id, actor.officer_id, actor.office_id, now))
    if receipt.already_there:
        same = receipt.already_there[0].same_product
        code = "DOSE_ALREADY_RECORDED" if same else "DOSE_OTHER_PRODUCT_SAME_DAY"
        raise RowRefused([Finding(Column.DAY.value, code)])
    return receipt.version_ids[0]


def mend(actor: Actor, version_id: int, cells: Cells, *, states_identity: bool, now: datetime) -> int:
    """Replace one version by a mended one; give the new version's id.

    Refuses RIGHT_MISSING, RECORD_UNKNOWN, VERB_NOT_IN_STATE, NOTHING_CHANGED, DOSE_ALREADY_RECORDED; RowRefused.
    """
    old = access_version(actor, version_id, purpose="mend", now=now)
    if old.state not in MENDABLE:
        raise Refused("VERB_NOT_IN_STATE", state=State(old.state).name, verb="replace")
    mended = _read(cells, states_identity=states_identity, now=now)
    return records.replace(actor, version_id, mended, now=now, states=MENDABLE)


def _read(cells: Cells, *, states_identity: bool, now: datetime) -> ReceivedDose:
    reading = read_row(0, cells, today=now.astimezone(HANOI).date())
    if reading.dose is None:
        raise RowRefused([finding for finding in reading.findings if finding.refuses])
    if reading.dose.facility_states_identity and not states_identity:
        raise RowRefused([Finding("stated", "STATEMENT_MISSING")])
    return ReceivedDose(reading.dose.identity, reading.dose.dose, reading.dose.facility_states_identity)
