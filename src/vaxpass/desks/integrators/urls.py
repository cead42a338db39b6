"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.integrators import pages

app_name = "integrators"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("check-us/", pages.check_us, name="check_us"),
    path("api/", pages.reference, name="api"),
    path("vectors/", pages.vectors, name="vectors"),
]
