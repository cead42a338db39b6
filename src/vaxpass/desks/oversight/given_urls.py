"""Addresses of the numbers of doses given."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.oversight import given

urlpatterns: list[URLPattern | URLResolver] = [path("given/", given.given_page, name="given")]
