"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver

from vaxpass.desks.support import help_urls, difficulty_urls

app_name = "support"
urlpatterns: list[URLPattern | URLResolver] = [
    *help_urls.urlpatterns,
    *difficulty_urls.urlpatterns,
]
