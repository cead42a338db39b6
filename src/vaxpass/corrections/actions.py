"""The verbs of corrections: ask, accept, refuse. The only writers of its rows."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from vaxpass.corrections import rules
from vaxpass.corrections.asked import from_json, to_json
from vaxpass.corrections.models import Report
from vaxpass.corrections.rules import Kind, Status
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records import on_request
from vaxpass.records.access import access_version, may_change_at
from vaxpass.records.facts import ReceivedDose, VersionFacts
from vaxpass.records.on_request import Asker
from vaxpass.records.sealing import open_seal, seal


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. `mended` is the right dose (MEND); `note` is free text for who decides."""

    kind: Kind
    cause: str
    mended: ReceivedDose | None = None
    note: str = ""


def ask(actor: Actor, version_id: int, wish: Wish, *, now: datetime) -> int:
    """Ask for a correction of a record in reach; give the request's id.

    Refuses RIGHT_MISSING, RECORD_UNKNOWN, VERB_NOT_IN_STATE, NOTHING_CHANGED, CORRECTION_CAUSE_UNKNOWN,
    CORRECTION_OPEN_ALREADY.
    """
    check_may(actor, Permission.CORRECTION_ASK)
    with transaction.atomic():
        version = access_version(actor, version_id, purpose="correction", now=now)
        rules.check_may_ask(version, wish.kind, wish.cause, wish.mended)
        report = _open(
            Report(
                person_id=version.person_id,
                version_id=version_id,
                facility_id=version.facility_id,
                kind=wish.kind.value,
                cause=wish.cause,
                asked_sealed=seal(to_json(wish.mended)) if wish.mended else b"",
                note_sealed=seal(wish.note),
                opened_by_id=actor.officer_id,
                opened_office_id=actor.office_id,
                opened_at=now,
                status=Status.OPEN.value,
            )
        )
        _note(actor, report, "ask_correction", now=now)
    return report.pk


def _open(report: Report) -> Report:
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        raise Refused("CORRECTION_OPEN_ALREADY") from None
    return report


def accept(actor: Actor, report_id: int, *, now: datetime) -> int | None:
    """Do what was asked, in one transaction; give the new version's id, None where the record was withdrawn.

    The new version counts as entered by who asked, and walks the way from RECEIVED: the caller has its identity
    checked. Refuses RIGHT_MISSING, CORRECTION_UNKNOWN, CORRECTION_DECIDED_ALREADY, CORRECTION_OWN_REQUEST,
    VERB_NOT_IN_STATE, DOSE_ALREADY_RECORDED.
    """
    with transaction.atomic():
        report, version = _take(actor, report_id, now=now)
        asker = Asker(report.opened_by_id, report.opened_office_id)
        new_version_id = None
        if report.kind == Kind.MEND:
            mended = from_json(open_seal(report.asked_sealed))
            new_version_id = on_request.replace(actor, version.version_id, mended, asker=asker, now=now)
        else:
            on_request.withdraw(actor, version.version_id, asker=asker, reason=report.cause, now=now)
        _decide(actor, report, Status.ACCEPTED, now=now, new_version_id=new_version_id)
    return new_version_id


def refuse(actor: Actor, report_id: int, code: str, *, now: datetime) -> None:
    """Refuse a request for one of the named reasons.

    Refuses RIGHT_MISSING, CORRECTION_UNKNOWN, CORRECTION_DECIDED_ALREADY, CORRECTION_OWN_REQUEST,
    CORRECTION_REASON_UNKNOWN.
    """
    with transaction.atomic():
        report, version = _take(actor, report_id, now=now)
        rules.check_refusal(code, version, Kind(report.kind))
        _decide(actor, report, Status.REFUSED, now=now, refusal=code)


def _take(actor: Actor, report_id: int, *, now: datetime) -> tuple[Report, VersionFacts]:
    """Lock a request that the actor may decide; give it with its record."""
    check_may(actor, Permission.CORRECTION_DECIDE)
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None or report.version_id is None or not may_change_at(actor, report.facility_id):
        raise Refused("CORRECTION_UNKNOWN")
    try:
        version = access_version(actor, report.version_id, purpose="correction", now=now)
    except Refused:
        raise Refused("CORRECTION_UNKNOWN") from None
    rules.check_may_decide(status=report.status, opened_by=report.opened_by_id, decider=actor.officer_id)
    return report, version


def _decide(  # noqa: PLR0913 -- a decision is these columns
    actor: Actor,
    report: Report,
    status: Status,
    *,
    now: datetime,
    refusal: str = "",
    new_version_id: int | None = None,
) -> None:
    report.status = status.value
    report.decided_by_id = actor.officer_id
    report.decided_at = now
    report.refusal = refusal
    report.new_version_id = new_version_id
    report.save(update_fields=["status", "decided_by_id", "decided_at", "refusal", "new_version_id"])
    _note(actor, report, "decide_correction", now=now, status=status.name, refusal=refusal)


def _note(actor: Actor, report: Report, verb: str, *, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"correction/{report.pk}", now=now, version=report.version_id, **facts)
