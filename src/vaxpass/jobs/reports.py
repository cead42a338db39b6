"""Reports with everything that belongs to them, each in one transaction.

The answer, the records, their identity checks, the passports that follow, the notice to the citizen. Desks call these;
time calls the periodic ones.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app

from vaxpass.citizens.actions import forget_contacts
from vaxpass.jobs.identity import defer_checks
from vaxpass.jobs.notices import send_soon
from vaxpass.jobs.passports import after_correction
from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import NewNotice, Recipient, Template
from vaxpass.offices.scope import Actor
from vaxpass.records.queries import get_versions
from vaxpass.reports import actions
from vaxpass.reports.evidence import Evidence
from vaxpass.reports.facts import Contact
from vaxpass.reports.queries import contacts
from vaxpass.reports.rules import LAPSE_AFTER, REMIND_AFTER, Accepted, Bulk, Decision, Filing, MoreCode, Receipt

_QUEUE: Final = "reports"
Facts = Callable[[Contact], dict[str, str]]


def tell(report_ids: Collection[int], template: Template, *, now: datetime, facts: Facts | None = None) -> None:
    """Tell the reporters of some reports about the last step, once; call it in the transaction of that step."""
    notices = [
        NewNotice(
            key=f"report/{to.report_id}/{to.step_id}",
            template=template,
            to=Recipient(to.phone, to.email),
            facts={"number": to.number, **(facts(to) if facts else {})},
            language=to.language,
            person_id=to.person_id,
            facility_id=to.facility_id,
        )
        for to in contacts(report_ids)
    ]
    if notices:
        enqueue(notices, now=now)
        send_soon()


def _until(to: Contact) -> dict[str, str]:
    return {"until": to.due_at.isoformat(timespec="minutes")} if to.due_at else {}


def _what(now: datetime, what: MoreCode | None = None) -> Facts:
    """What is asked, and until when an answer is waited for."""
    said = {"until": (now + LAPSE_AFTER).isoformat(timespec="minutes")} | ({"what": what.value} if what else {})
    return lambda _: said


def _reason(to: Contact) -> dict[str, str]:
    return {"reason": to.refusal} if to.refusal else {}


def file_report(filing: Filing, evidence: Sequence[Evidence], *, now: datetime) -> Receipt:
    """File a report and say that it came. Refuses as actions.file."""
    with transaction.atomic():
        receipt = actions.file(filing, evidence, now=now)
        if not receipt.joined:
            tell([receipt.report_id], Template.REPORT_RECEIVED, now=now, facts=_until)
    return receipt


def answer_more(number: str, text: str, evidence: Sequence[Evidence], *, now: datetime, address: str = "") -> int:
    """Answer what the office asked. Refuses as actions.answer_more and actions.follow."""
    actions.count_wrong_number(number, address=address, now=now)
    return actions.answer_more(number, text, evidence, now=now)


def object_to(number: str, text: str, *, now: datetime, address: str = "") -> int:
    """Object to a refusal and say that it came. Refuses as actions.object_to and actions.follow."""
    actions.count_wrong_number(number, address=address, now=now)
    with transaction.atomic():
        report_id = actions.object_to(number, text, now=now)
        tell([report_id], Template.REPORT_RECEIVED, now=now, facts=_until)
    return report_id


def withdraw(number: str, *, now: datetime, address: str = "") -> int:
    """Take a report back. Refuses as actions.withdraw and actions.follow."""
    actions.count_wrong_number(number, address=address, now=now)
    return actions.withdraw(number, now=now)


def ask_more(actor: Actor, report_id: int, what: MoreCode, note: str = "", *, now: datetime) -> None:
    """Ask the citizen for more, and tell him. Refuses as actions.ask_more."""
    with transaction.atomic():
        actions.ask_more(actor, report_id, what, note, now=now)
        tell([report_id], Template.REPORT_MORE_NEEDED, now=now, facts=_what(now, what))


def accept_report(actor: Actor, report_id: int, decision: Decision, *, now: datetime) -> Accepted:
    """Do what a report asks for: the record walks again, passports follow, the citizen is told. Refuses as accept."""
    with transaction.atomic():
        accepted = actions.accept(actor, report_id, decision, now=now)
        _follow_up([accepted], Template.REPORT_UPDATED, now=now)
    return accepted


def overturn_report(actor: Actor, report_id: int, decision: Decision, *, now: datetime) -> Accepted:
    """Find an objection right and do what the report asks for. Refuses as actions.overturn."""
    with transaction.atomic():
        accepted = actions.overturn(actor, report_id, decision, now=now)
        _follow_up([accepted], Template.OBJECTION_ANSWERED, now=now)
    return accepted


def accept_many(actor: Actor, report_ids: Collection[int], decision: Decision, *, now: datetime) -> Bulk:
    """Do what several reports ask for; those that cannot be are named. Refuses as actions.accept_many."""
    with transaction.atomic():
        outcome = actions.accept_many(actor, report_ids, decision, now=now)
        _follow_up([one for one in outcome.done.values() if one is not None], Template.REPORT_UPDATED, now=now)
    return outcome


def _follow_up(accepted: Sequence[Accepted], template: Template, *, now: datetime) -> None:
    """Have new versions checked and passports ended that lie, and tell the reporters; in the caller's transaction."""
    if not accepted:
        return
    if any(one.new_version_ids for one in accepted):
        defer_checks()
    replaced = [version_id for one in accepted for version_id in one.replaced_ids]
    withdrawn = [version_id for one in accepted for version_id in one.withdrawn_ids]
    if replaced or withdrawn:
        after_correction(replaced, withdrawn, now=now)
    _forget_mailboxes(replaced, [version_id for one in accepted for version_id in one.new_version_ids])
    tell([one.report_id for one in accepted], template, now=now)


def _forget_mailboxes(replaced_ids: Sequence[int], new_ids: Sequence[int]) -> None:
    """Where another phone stands now, a mailbox confirmed through the earlier one opens the record no longer."""
    before = {version.dose_id: version for version in get_versions(replaced_ids)}
    moved = [(before[new.dose_id], new) for new in get_versions(new_ids) if new.dose_id in before]
    people = {
        one.person_id for old, new in moved if old.identity.phone not in ("", new.identity.phone) for one in (old, new)
    }
    if people:
        forget_contacts(people)


def refuse_report(actor: Actor, report_id: int, refusal: str, note: str = "", *, now: datetime) -> None:
    """Refuse a report for a named reason, and tell the citizen. Refuses as actions.refuse."""
    with transaction.atomic():
        actions.refuse(actor, report_id, refusal, note, now=now)
        tell([report_id], Template.REPORT_REFUSED, now=now, facts=_reason)


def refuse_many(actor: Actor, report_ids: Collection[int], refusal: str, note: str = "", *, now: datetime) -> Bulk:
    """Refuse several reports for one reason; those that cannot be are named. Refuses as actions.refuse_many."""
    with transaction.atomic():
        outcome = actions.refuse_many(actor, report_ids, refusal, note, now=now)
        tell(outcome.done, Template.REPORT_REFUSED, now=now, facts=_reason)
    return outcome


def forward_report(actor: Actor, report_id: int, office_id: int, note: str = "", *, now: datetime) -> None:
    """Hand a report on to the office that can answer it. Refuses as actions.forward."""
    actions.forward(actor, report_id, office_id, note, now=now)


def uphold_refusal(actor: Actor, report_id: int, refusal: str, note: str = "", *, now: datetime) -> None:
    """Uphold a refusal against an objection, and tell the citizen. Refuses as actions.uphold."""
    with transaction.atomic():
        actions.uphold(actor, report_id, refusal, note, now=now)
        tell([report_id], Template.OBJECTION_ANSWERED, now=now, facts=_reason)


def send_back_report(actor: Actor, report_id: int, note: str = "", *, now: datetime) -> None:
    """Send a report back to be carried out, and tell the citizen. Refuses as actions.send_back."""
    with transaction.atomic():
        actions.send_back(actor, report_id, note, now=now)
        tell([report_id], Template.OBJECTION_ANSWERED, now=now)


def run_on(now: datetime) -> None:
    """Do what time brings: overdue reports go up, questions are repeated and lapse; the citizens are told.

    Each thousand reports are one transaction, so that what a killed job did stays done and told.
    """
    asked_before = now - REMIND_AFTER
    while _told(actions.escalate_overdue, Template.REPORT_ESCALATED, now, _until):
        pass
    while _told(actions.remind, Template.REPORT_MORE_NEEDED, now, _what(asked_before)):
        pass
    while actions.lapse(now):
        pass


def _told(
    action: Callable[[datetime], list[int]], template: Template, now: datetime, facts: Facts | None = None
) -> list[int]:
    with transaction.atomic():
        ids = action(now)
        if ids:
            tell(ids, template, now=now, facts=facts)
    return ids


@app.periodic(cron="*/10 * * * *")
@app.task(name="reports.run_on", queue=_QUEUE, lock="reports.run_on", queueing_lock="reports.run_on")
def run_on_often(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Do what time brings."""
    run_on(datetime.now(UTC))


@app.periodic(cron="29 19 * * *")  # 02:29 in Hanoi
@app.task(name="reports.wipe_photos", queue=_QUEUE, lock="reports.wipe_photos", queueing_lock="reports.wipe_photos")
def wipe_photos(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Wipe the photos of reports that were decided long enough ago."""
    now = datetime.now(UTC)
    while actions.wipe_old_photos(now):
        pass
