"""Carrying out what reports ask for: one at a time or many at once, set by set, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db import transaction

from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.records import queries as records
from vaxpass.records.access import note_looks
from vaxpass.records.facts import Origin
from vaxpass.records.on_request import replace_many_identity, withdraw_reported
from vaxpass.records.receiving import receive
from vaxpass.reports import rules
from vaxpass.reports.actions.answering import settle_as_updated, take_for_answer, take_many, take_objection
from vaxpass.reports.actions.steps import note_answer
from vaxpass.reports.models import Report
from vaxpass.reports.plans import Plan, make_plan
from vaxpass.reports.rules import Accepted, Bulk, Decision
from vaxpass.reports.subjects import Subject, read_subjects


def accept(actor: Actor, report_id: int, decision: Decision, *, now: datetime) -> Accepted:
    """Do what a report asks for, and close it as updated; who accepts counts as who entered.

    An error of identity is mended in every live version of the person that carries it. The caller has the new versions
    checked and the passports followed up (jobs.reports), in the same transaction.
    Refuses RIGHT_MISSING, REPORT_UNKNOWN, REPORT_DECIDED_ALREADY, REPORT_NOT_IN_CHARGE, REPORT_IS_OBJECTION, what
    plans.make_plan refuses, VERB_NOT_IN_STATE, DOSE_ALREADY_RECORDED, REPORT_TEXT_TOO_LONG.
    """
    with transaction.atomic():
        return _accept_one(actor, take_for_answer(actor, report_id, now=now), decision, now)


def overturn(actor: Actor, report_id: int, decision: Decision, *, now: datetime) -> Accepted:
    """Find an objection right and do what the report asks for; send_back leaves that to the office.

    Refuses as `accept` and rules.check_may_decide_objection.
    """
    with transaction.atomic():
        return _accept_one(actor, take_objection(actor, report_id, now=now), decision, now)


def _accept_one(actor: Actor, report: Report, decision: Decision, now: datetime) -> Accepted:
    outcome = _accept(actor, [report], decision, now)
    for code in outcome.refused.values():
        raise Refused(code)
    return outcome.done[report.pk]


def accept_many(actor: Actor, report_ids: Collection[int], decision: Decision, *, now: datetime) -> Bulk:
    """Do what several reports ask for as their citizens claim it, in one transaction; those that cannot be are named.

    `decision.mended`, `version_id` are for one report alone: refuses DECISION_FOR_ONE. Each report is refused by the
    codes of `accept`, and by REPORT_SAME_RECORD where two of them change one record.
    """
    if decision.mended is not None or decision.version_id is not None:
        raise Refused("DECISION_FOR_ONE")
    with transaction.atomic():
        reports, refused = take_many(actor, report_ids, now=now)
        outcome = _accept(actor, list(reports.values()), decision, now)
    return Bulk({**outcome.done}, {**refused, **outcome.refused})


@dataclass(slots=True)
class _Outcome:
    done: dict[int, Accepted] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    def left(self, plans: Sequence[Plan]) -> list[Plan]:
        return [plan for plan in plans if plan.report.pk not in self.refused]


def _accept(actor: Actor, reports: Sequence[Report], decision: Decision, now: datetime) -> _Outcome:
    note = rules.check_text(decision.note) if decision.note.strip() else ""
    chosen = {report.pk: decision.version_id for report in reports if decision.version_id is not None}
    outcome = _Outcome()
    subjects = read_subjects(reports, chosen)
    plans = _plan(actor, reports, subjects, decision, now, outcome)
    _mend(actor, [plan for plan in plans if plan.mended], now, outcome)
    _withdraw(actor, [plan for plan in plans if plan.withdraws_for], now, outcome)
    _enter(actor, [plan for plan in plans if plan.enters], now, outcome)
    done = [plan.report for plan in outcome.left(plans)]
    settle_as_updated(done, actor, now=now, note=note)
    people = {one.person_id for one in outcome.done.values() if one.person_id is not None}
    note_looks(actor, people, "report", now)
    if done:
        left_behind = {version_id: code for one in outcome.done.values() for version_id, code in one.conflicts.items()}
        ids = [report.pk for report in done]
        seen = decision.seen_in_person
        note_answer(actor, "accept_report", ids, now=now, seen_in_person=seen, left_behind=left_behind)
    return outcome


def _plan(  # noqa: PLR0913 -- what is decided, by whom, when, and what became of it
    actor: Actor,
    reports: Sequence[Report],
    subjects: Mapping[int, Subject],
    decision: Decision,
    now: datetime,
    outcome: _Outcome,
) -> list[Plan]:
    plans: list[Plan] = []
    taken: set[int] = set()
    for report in reports:
        try:
            plan = make_plan(actor, report, subjects[report.pk], decision, today=day_in_vietnam(now))
            if plan.version_ids & taken:
                raise Refused("REPORT_SAME_RECORD")  # noqa: TRY301 -- one of the refusals that are collected here
        except Refused as why:
            outcome.refused[report.pk] = why.code
            continue
        taken |= plan.version_ids
        plans.append(plan)
    return plans


class _Undo(Exception):  # noqa: N818 -- leaves a savepoint that must be undone
    pass


def _mend(actor: Actor, plans: Sequence[Plan], now: datetime, outcome: _Outcome) -> None:
    """Replace all; where the record of a report cannot follow, it is refused whole and the rest tried again."""
    while left := outcome.left(plans):
        try:
            with transaction.atomic():
                _try_to_mend(actor, left, now, outcome)
        except _Undo:
            continue
        return


def _try_to_mend(actor: Actor, plans: Sequence[Plan], now: datetime, outcome: _Outcome) -> None:
    mended = {version_id: dose for plan in plans for version_id, dose in plan.mended.items()}
    moving = {plan.lead.version_id: plan.moves_to for plan in plans if plan.lead and plan.moves_to}
    replaced = replace_many_identity(actor, mended, now=now, facilities=moving)
    for plan in plans:
        if plan.lead is not None and plan.lead.version_id in replaced.refused:
            outcome.refused[plan.report.pk] = replaced.refused[plan.lead.version_id]
    if outcome.left(plans) != list(plans):
        raise _Undo
    for plan in plans:
        ids = [version_id for version_id in plan.mended if version_id in replaced.new_ids]
        conflicts = {version_id: code for version_id, code in replaced.refused.items() if version_id in plan.mended}
        new_ids = tuple(replaced.new_ids[version_id] for version_id in ids)
        person = plan.lead.person_id if plan.lead else None
        outcome.done[plan.report.pk] = Accepted(plan.report.pk, person, new_ids, tuple(ids), conflicts=conflicts)


def _withdraw(actor: Actor, plans: Sequence[Plan], now: datetime, outcome: _Outcome) -> None:
    def reason(plan: Plan) -> str:
        return plan.withdraws_for

    for why, some in groupby(sorted(plans, key=reason), key=reason):
        leads = {plan.report.pk: plan.lead for plan in some if plan.lead is not None}
        ended = withdraw_reported(actor, [lead.version_id for lead in leads.values()], reason=why, now=now)
        for pk, lead in leads.items():
            if lead.version_id in ended:
                outcome.done[pk] = Accepted(pk, lead.person_id, withdrawn_ids=(lead.version_id,))
            else:
                outcome.refused[pk] = "VERB_NOT_IN_STATE"


def _enter(actor: Actor, plans: Sequence[Plan], now: datetime, outcome: _Outcome) -> None:
    def facility(plan: Plan) -> int:
        return plan.enters_at or 0

    stored: dict[int, int] = {}
    for facility_id, some in groupby(sorted(plans, key=facility), key=facility):
        here = list(some)
        doses = [plan.enters for plan in here if plan.enters is not None]
        receipt = receive(doses, Origin(facility_id, actor.officer_id, actor.office_id, now))
        outcome.refused.update(
            {here[there.position].report.pk: "DOSE_ALREADY_RECORDED" for there in receipt.already_there}
        )
        stored |= {here[position].report.pk: version_id for position, version_id in receipt.version_ids.items()}
    people = {version.version_id: version.person_id for version in records.get_versions(sorted(stored.values()))}
    for pk, version_id in stored.items():
        outcome.done[pk] = Accepted(pk, people[version_id], new_version_ids=(version_id,))
