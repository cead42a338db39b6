"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.campaigns.queries import count_unread
from vaxpass.desks._shared.navigation import Desk, NavItem
from vaxpass.inspections.complaints import count_new
from vaxpass.inspections.queries import count_waiting as waiting
from vaxpass.offices.roles import Permission
from vaxpass.oversight.alarms import count_standing

DESK = Desk(
    "oversight",
    _("Oversight"),
    (
        NavItem(_("Where are we"), "oversight:home", (Permission.PROGRESS_SEE,)),
        NavItem(_("Weekly reports"), "oversight:weekly", (Permission.PROGRESS_SEE,)),
        NavItem(_("Numbers of doses given"), "oversight:given", (Permission.GIVEN_ENTER,)),
        NavItem(_("Health of the system"), "oversight:health", (Permission.HEALTH_SEE,), count=count_standing),
        NavItem(
            _("Directives"),
            "oversight:directives",
            (Permission.DIRECTIVE_ISSUE, Permission.DIRECTIVE_FOLLOW),
            count_unread,
        ),
        NavItem(_("Inspections"), "oversight:inspections", (Permission.INSPECTION_LEAD,), holds=("oversight:risks",)),
        NavItem(_("Findings"), "oversight:findings", (Permission.INSPECTION_LEAD, Permission.FINDING_ANSWER), waiting),
        NavItem(_("Complaints about officers"), "oversight:complaints", (Permission.INSPECTION_LEAD,), count_new),
        NavItem(_("Acts of officers"), "oversight:acts", (Permission.HISTORY_SEE, Permission.INSPECTION_LEAD)),
    ),
    beside=True,
)
