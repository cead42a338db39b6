"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver

app_name = "ministry"
urlpatterns: list[URLPattern | URLResolver] = []
