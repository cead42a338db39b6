"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Desk, NavItem
from vaxpass.ministry_signing.queries import count_runs
from vaxpass.ministry_signing.rules import RunState
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor


def count_to_approve(actor: Actor) -> int:
    """Count the runs that wait for this officer's approval."""
    if not actor.may(Permission.RUN_APPROVE):
        return 0
    return count_runs(RunState.PREPARED, not_prepared_by=actor.officer_id)


MINISTRY = (Permission.RUN_PREPARE, Permission.RUN_APPROVE, Permission.HISTORY_SEE)
"""What only officers of the ministry hold: the pages of this desk that all of them may open ask for one of these."""

DESK = Desk(
    "ministry",
    _("Ministry desk"),
    (
        NavItem(_("Overview"), "ministry:home"),
        NavItem(_("Who is ready"), "ministry:eligibility", (Permission.RUN_PREPARE, Permission.RUN_APPROVE)),
        NavItem(_("Signing runs"), "ministry:runs", MINISTRY, count=count_to_approve),
        NavItem(_("Passports"), "ministry:passports", MINISTRY),
        NavItem(_("Facilities' batches"), "facility:batches", (Permission.HISTORY_SEE,)),
    ),
)
