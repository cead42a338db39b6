"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.citizen import complaint, find_urls, record_urls, report_urls, rights_urls, views

app_name = "citizen"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("complaint/", complaint.complaint, name="complaint"),
    path("complaint/sent/", complaint.complaint_done, name="complaint_done"),
    *find_urls.urlpatterns,
    *record_urls.urlpatterns,
    *report_urls.urlpatterns,
    *rights_urls.urlpatterns,
]
