"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver

app_name = "verifier"
urlpatterns: list[URLPattern | URLResolver] = []
