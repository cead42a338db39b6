"""Addresses of working off citizens' reports, and of messages that did not arrive."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
