"""What an answer does in the rooms below: each verb of theirs, in the caller's transaction."""

from collections.abc import Collection
from datetime import datetime

from vaxpass.corrections.queries import people_with_open_report
from vaxpass.rights.rules import Effect


def carry_out(effects: Collection[Effect], person_ids: Collection[int], *, now: datetime) -> None:
    """Forget the e-mail, delete the photos of decided reports, as far as the answer says so."""


def dispute_open(person_ids: Collection[int]) -> bool:
    """Say whether a report or request about any of some people is open: no passport is issued meanwhile."""
    return bool(people_with_open_report(person_ids))
