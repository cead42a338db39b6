"""Reading corrections."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from vaxpass.corrections.asked import from_json
from vaxpass.corrections.models import Report
from vaxpass.corrections.rules import Kind, Status
from vaxpass.offices.queries import facilities_in_scope
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.access import list_versions
from vaxpass.records.facts import ReceivedDose, VersionFacts
from vaxpass.records.sealing import open_seal


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A request with the record that it is about; `mended` is None where the record is to be withdrawn."""

    report_id: int
    kind: Kind
    cause: str
    status: Status
    opened_by: int
    opened_office: int
    opened_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    refusal: str
    new_version_id: int | None
    note: str
    version: VersionFacts
    mended: ReceivedDose | None


def people_with_open_report(person_ids: Collection[int]) -> set[int]:
    """Give those of some people about whom a request is open; no passport is issued to them meanwhile."""
    with connection.cursor() as cursor:  # one array, not thousands of parameters: a signing run asks for each chunk
        cursor.execute(
            "SELECT person_id FROM corrections_report WHERE status = %s AND person_id = ANY (%s)",
            [Status.OPEN.value, list(person_ids)],
        )
        return {row[0] for row in cursor.fetchall()}


def open_report_of(version_id: int) -> int | None:
    """Give the id of the open request about a version, None where there is none."""
    return Report.objects.filter(version_id=version_id, status=Status.OPEN).values_list("pk", flat=True).first()


def reports_in_scope(actor: Actor) -> QuerySet[Report]:
    """List the requests about records that the actor reaches."""
    reports = Report.objects.exclude(version_id=None)
    if actor.office_kind == "ministry":
        return reports
    return reports.filter(facility_id__in=facilities_in_scope(actor).values("pk"))


def count_open(actor: Actor) -> int:
    """Count the open requests that the actor could decide: those that somebody else asked."""
    return reports_in_scope(actor).filter(status=Status.OPEN).exclude(opened_by_id=actor.officer_id).count()


def get_report(actor: Actor, report_id: int, *, now: datetime) -> ReportFacts:
    """Give a request in the actor's reach, with its record; the look is written. Refuses CORRECTION_UNKNOWN."""
    found = get_reports(actor, [report_id], now=now)
    if not found:
        raise Refused("CORRECTION_UNKNOWN")
    return found[0]


def get_reports(actor: Actor, report_ids: Sequence[int], *, now: datetime) -> list[ReportFacts]:
    """Give the requests in the actor's reach in the order asked, with their records; the looks are written."""
    rows = {row.pk: row for row in reports_in_scope(actor).filter(pk__in=report_ids)}
    version_ids = [row.version_id for row in rows.values() if row.version_id is not None]
    versions = {v.version_id: v for v in list_versions(actor, version_ids, purpose="correction", now=now)}
    found = [rows[report_id] for report_id in report_ids if report_id in rows]
    return [_facts(row, versions[row.version_id]) for row in found if row.version_id in versions]


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request as the person whom it is about may read it: without the officers."""

    version_id: int | None
    kind: Kind
    cause: str
    status: Status
    opened_at: datetime
    decided_at: datetime | None
    refusal: str
    note: str
    mended: ReceivedDose | None


def requests_about(person_ids: Collection[int]) -> list[RequestFacts]:
    """Give every request about some people, oldest first, for the copy of their data. Opens the seals."""
    rows = Report.objects.filter(person_id__in=person_ids).order_by("opened_at", "pk")
    return [
        RequestFacts(
            row.version_id,
            Kind(row.kind),
            row.cause,
            Status(row.status),
            row.opened_at,
            row.decided_at,
            row.refusal,
            open_seal(row.note_sealed),
            from_json(open_seal(row.asked_sealed)) if row.asked_sealed else None,
        )
        for row in rows
    ]


def _facts(row: Report, version: VersionFacts) -> ReportFacts:
    return ReportFacts(
        report_id=row.pk,
        kind=Kind(row.kind),
        cause=row.cause,
        status=Status(row.status),
        opened_by=row.opened_by_id,
        opened_office=row.opened_office_id,
        opened_at=row.opened_at,
        decided_by=row.decided_by_id,
        decided_at=row.decided_at,
        refusal=row.refusal,
        new_version_id=row.new_version_id,
        note=open_seal(row.note_sealed),
        version=version,
        mended=from_json(open_seal(row.asked_sealed)) if row.asked_sealed else None,
    )
