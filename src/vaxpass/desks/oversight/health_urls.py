"""Addresses of the health of the system."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.oversight import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health.page, name="health"),
    path("health/alarms/<int:alarm_id>/see", health.see, name="see_health_alarm"),
]
