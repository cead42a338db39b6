"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Desk, NavItem

DESK = Desk(
    "citizen",
    _("For citizens"),
    (
        NavItem(_("My record"), "citizen:record"),
        NavItem(_("My passport"), "citizen:passport"),
        NavItem(_("Report an error"), "citizen:report"),
        NavItem(_("Follow a report"), "citizen:receipt"),
        NavItem(_("My rights"), "citizen:rights"),
    ),
    style="citizen/citizen.css",
)
