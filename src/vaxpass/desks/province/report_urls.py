"""Addresses of watching citizens' reports and deciding objections."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
