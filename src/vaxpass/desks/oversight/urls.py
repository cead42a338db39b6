"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver

from vaxpass.desks.oversight import campaign_urls, export_urls, figure_urls, given_urls, health_urls, inspection_urls

app_name = "oversight"
urlpatterns: list[URLPattern | URLResolver] = [
    *campaign_urls.urlpatterns,
    *export_urls.urlpatterns,
    *figure_urls.urlpatterns,
    *given_urls.urlpatterns,
    *health_urls.urlpatterns,
    *inspection_urls.urlpatterns,
]
