"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.verifier import device_views, views

app_name = "verifier"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", device_views.home, name="home"),
    path("service-worker.js", device_views.service_worker, name="service_worker"),
    path("app/<slug:version>/<path:path>", device_views.app_file, name="app_file"),
    path("on-server/", views.on_server, name="on_server"),
    path("check", views.check, name="check"),
]
