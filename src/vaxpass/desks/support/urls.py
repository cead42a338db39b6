"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver

from vaxpass.desks.support import difficulty_urls, help_urls

app_name = "support"
urlpatterns: list[URLPattern | URLResolver] = [
    *help_urls.urlpatterns,
    *difficulty_urls.urlpatterns,
]
