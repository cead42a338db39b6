"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.verifier import views

app_name = "verifier"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("check", views.check, name="check"),
]
