"""Codes in words."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Words

CLASS_WORDS: dict[str, Words] = {
    "provincial": _("Provincial facility"),
    "ministry": _("Facility under the ministry"),
    "sector": _("Facility of another sector"),
}
