"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Desk, NavItem
from vaxpass.desks.citizen import find_urls, record_urls, report_urls, rights_urls

_OFFERED = (
    NavItem(_("My record"), "citizen:record"),
    NavItem(_("My passport"), "citizen:passport"),
    NavItem(_("Report an error"), "citizen:report"),
    NavItem(_("Follow a report"), "citizen:receipt"),
    NavItem(_("My rights"), "citizen:rights"),
)
_PRESENT = {
    f"citizen:{pattern.name}"
    for pattern in (
        *find_urls.urlpatterns,
        *record_urls.urlpatterns,
        *report_urls.urlpatterns,
        *rights_urls.urlpatterns,
    )
    if hasattr(pattern, "name")
}

DESK = Desk(
    "citizen",
    _("For citizens"),
    tuple(item for item in _OFFERED if item.url_name in _PRESENT),
    style="citizen/citizen.css",
)
