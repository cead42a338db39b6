"""Addresses that belong to no single desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks._shared import account, health, metrics, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.start, name="start"),
    path("desk", views.desk, name="desk"),
    path("language", views.language, name="set_language"),
    path("print-size", views.print_size, name="print_size"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("account/", account.mine, name="my_account"),
]
