"""What was filed with the proven reports about some people: for the copy of their own data."""

from collections.abc import Collection
from dataclasses import dataclass

from vaxpass.records.sealing import open_seal
from vaxpass.reports.claims import from_json
from vaxpass.reports.models import Report
from vaxpass.reports.rules import Claimed, Relation


@dataclass(frozen=True, slots=True)
class Filed:
    """What somebody wrote into a report, with who wrote it."""

    relation: Relation
    claimed: Claimed
    note: str
    reporter_name: str
    reporter_phone: str
    reporter_email: str


def filed_about(person_ids: Collection[int]) -> dict[int, Filed]:
    """Give what was filed in the proven reports about some people, by report. Opens the seals."""
    rows = Report.objects.filter(person_ids__overlap=list(person_ids))
    return {row.pk: _filed(row) for row in rows}


def _filed(row: Report) -> Filed:
    return Filed(
        Relation(row.relation),
        from_json(open_seal(row.claimed_sealed)),
        open_seal(row.note_sealed),
        open_seal(row.reporter_name_sealed),
        open_seal(row.reporter_phone_sealed),
        open_seal(row.reporter_email_sealed),
    )
