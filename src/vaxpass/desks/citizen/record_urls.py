"""Addresses of the record, the passport and what is kept on the device."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
