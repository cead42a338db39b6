"""Addresses of watching citizens' reports and deciding objections."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks._shared.reports.paths import report_paths
from vaxpass.desks.province import reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports.reports, name="reports"),
    path("reports/offices/", reports.report_offices, name="report_offices"),
    *report_paths(),
]
