"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver

app_name = "integrators"
urlpatterns: list[URLPattern | URLResolver] = []
