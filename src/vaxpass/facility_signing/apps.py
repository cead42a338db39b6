"""Django's name for this room."""

from django.apps import AppConfig


class FacilitySigningConfig(AppConfig):
    """The room `facility_signing`."""

    name = "vaxpass.facility_signing"
    label = "facility_signing"
