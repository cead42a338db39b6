"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.corrections.queries import count_open
from vaxpass.desks._shared.navigation import Desk, NavItem
from vaxpass.facility_signing.queries import count_waiting
from vaxpass.intake.queries import count_waiting as count_files_waiting
from vaxpass.notices.queries import count_undelivered
from vaxpass.offices.roles import Permission
from vaxpass.reports.queries import count_open as count_reports

DESK = Desk(
    "facility",
    _("Facility desk"),
    (
        NavItem(_("Overview"), "facility:home", (Permission.RECORD_SEE,)),
        NavItem(
            _("Files"), "facility:uploads", (Permission.RECORD_ENTER, Permission.RECORD_MEND), count=count_files_waiting
        ),
        NavItem(_("Enter a dose"), "facility:entry", (Permission.RECORD_ENTER,)),
        NavItem(_("Records"), "facility:records", (Permission.RECORD_SEE,)),
        NavItem(
            _("Corrections"),
            "facility:corrections",
            (Permission.CORRECTION_DECIDE, Permission.CORRECTION_ASK),
            count=count_open,
        ),
        NavItem(_("Citizens' reports"), "facility:reports", (Permission.REPORT_SEE,), count=count_reports),
        NavItem(_("Undelivered"), "facility:undelivered", (Permission.RECORD_MEND,), count=count_undelivered),
        NavItem(_("Ready to sign"), "facility:ready", (Permission.DOSES_ATTEST,), count=count_waiting),
        NavItem(_("Batches"), "facility:batches", (Permission.DOSES_ATTEST, Permission.HISTORY_SEE)),
        NavItem(_("Passports"), "facility:passports", (Permission.PASSPORT_SEE,)),
    ),
)
