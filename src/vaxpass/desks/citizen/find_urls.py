"""Addresses of finding the record: details, code, VNeID, leaving."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
