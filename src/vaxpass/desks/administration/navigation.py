"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Desk, NavItem
from vaxpass.offices.change_list import count_stuck
from vaxpass.offices.roles import Permission

DESK = Desk(
    "administration",
    _("Administration desk"),
    (
        NavItem(_("Officers"), "administration:home", (Permission.OFFICERS_ADMINISTER,)),
        NavItem(_("Enrol an officer"), "administration:enrol", (Permission.OFFICERS_ADMINISTER,)),
        NavItem(_("Administrative units"), "administration:units", (Permission.UNITS_CHANGE,), count=count_stuck),
        NavItem(_("Signing certificates"), "administration:certificates", (Permission.OFFICERS_ADMINISTER,)),
    ),
    beside=True,
)
