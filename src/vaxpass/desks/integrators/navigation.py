"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Desk, NavItem

DESK = Desk(
    "integrators",
    _("For integrators"),
    (
        NavItem(_("Published files"), "integrators:home"),
        NavItem(_("Check us without trusting us"), "integrators:check_us"),
        NavItem(_("Verification API"), "integrators:api"),
        NavItem(_("Test vectors"), "integrators:vectors"),
    ),
)
