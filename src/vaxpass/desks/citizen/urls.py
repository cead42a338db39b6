"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.citizen import find_urls, record_urls, report_urls, rights_urls, views

app_name = "citizen"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    *find_urls.urlpatterns,
    *record_urls.urlpatterns,
    *report_urls.urlpatterns,
    *rights_urls.urlpatterns,
]
