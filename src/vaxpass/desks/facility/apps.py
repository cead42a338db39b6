"""Django's name for this desk."""

from django.apps import AppConfig


class FacilityDeskConfig(AppConfig):
    """The desk `facility`."""

    name = "vaxpass.desks.facility"
    label = "desks_facility"
