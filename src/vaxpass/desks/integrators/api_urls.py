"""Addresses of the API, version 1."""

from vaxpass.desks.integrators import doors

app_name = "api"
urlpatterns = doors.urlpatterns()
