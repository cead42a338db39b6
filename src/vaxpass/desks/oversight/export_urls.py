"""Addresses of sheets and the weekly report."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.oversight import weekly_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("weekly/", weekly_pages.weekly, name="weekly"),
    path("weekly/signatory", weekly_pages.name_signatory, name="weekly_signatory"),
    path("weekly/<int:report_id>/<str:kind>", weekly_pages.weekly_file, name="weekly_file"),
]
