"""Addresses of watching citizens' reports."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks._shared.reports.paths import report_paths
from vaxpass.desks.ministry import reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports.reports, name="reports"),
    path("reports/provinces/", reports.report_provinces, name="report_provinces"),
    path("reports/provinces/<str:province_code>/", reports.report_offices, name="report_offices"),
    *report_paths(),
]
