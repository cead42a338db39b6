"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.citizen import views

app_name = "citizen"
urlpatterns: list[URLPattern | URLResolver] = [path("", views.home, name="home")]
