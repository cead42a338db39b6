"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Desk

DESK = Desk("oversight", _("Oversight"), beside=True)
