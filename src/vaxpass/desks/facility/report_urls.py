"""Addresses of working off citizens' reports, and of messages that did not arrive."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks._shared.reports.paths import report_paths
from vaxpass.desks.facility import reports, undelivered

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports.reports, name="reports"),
    *report_paths(),
    path("undelivered/", undelivered.undelivered, name="undelivered"),
    path("undelivered/<int:bounce_id>/done", undelivered.undelivered_done, name="undelivered_done"),
]
