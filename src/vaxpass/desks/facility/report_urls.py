"""Addresses of working off citizens' reports, and of messages that did not arrive."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks._shared.reports.paths import report_paths
from vaxpass.desks.facility import reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports.reports, name="reports"),
    *report_paths(),
]
