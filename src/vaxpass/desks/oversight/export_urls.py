"""Addresses of sheets and the weekly report."""

from django.urls import URLPattern, URLResolver, path, re_path

from vaxpass.desks.oversight import weekly_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("weekly/", weekly_pages.weekly, name="weekly"),
    path("weekly/signatory", weekly_pages.name_signatory, name="weekly_signatory"),
    re_path(r"^weekly/(?P<report_id>[0-9]{1,9})\.(?P<kind>xlsx|pdf)$", weekly_pages.weekly_file, name="weekly_file"),
]
