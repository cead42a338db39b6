"""What an answer does in the rooms below: each verb of theirs, in the caller's transaction."""

from collections.abc import Collection
from datetime import datetime

from vaxpass.citizens.actions import forget_contacts
from vaxpass.corrections.queries import people_with_open_report as requested
from vaxpass.reports.actions import wipe_photos
from vaxpass.reports.queries import people_with_open_report as reported
from vaxpass.reports.queries import reports_of_people
from vaxpass.reports.rules import UNDECIDED
from vaxpass.rights.rules import Effect


def carry_out(effects: Collection[Effect], person_ids: Collection[int], *, now: datetime) -> None:
    """Forget the e-mail, delete the photos of decided reports, as far as the answer says so."""
    if Effect.FORGET_EMAIL in effects:
        forget_contacts(person_ids)
    if Effect.DELETE_PHOTOS in effects:
        reports = reports_of_people(person_ids, now=now)
        wipe_photos([report.report_id for report in reports if report.status not in UNDECIDED], now=now)


def dispute_open(person_ids: Collection[int]) -> bool:
    """Say whether a report or request about any of some people is open: no passport is issued meanwhile."""
    return bool(requested(person_ids) or reported(person_ids))
