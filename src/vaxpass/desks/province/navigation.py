"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Desk, NavItem
from vaxpass.facility_signing.queries import count_waiting
from vaxpass.offices.roles import Permission
from vaxpass.reports.queries import count_open

DESK = Desk(
    "province",
    _("Province desk"),
    (
        NavItem(_("Overview"), "province:home", (Permission.PROGRESS_SEE,)),
        NavItem(_("Facilities"), "province:facilities", (Permission.PROGRESS_SEE,)),
        NavItem(_("Citizens' reports"), "province:reports", (Permission.REPORT_SEE,), count=count_open),
        NavItem(_("Ready to sign"), "facility:ready", (Permission.DOSES_ATTEST,), count=count_waiting),
        NavItem(_("Signing certificates"), "province:certificates", (Permission.SIGNING_DELEGATE,)),
    ),
)
