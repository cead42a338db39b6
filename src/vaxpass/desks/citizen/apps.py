"""Django's name for this desk."""

from django.apps import AppConfig


class CitizenDeskConfig(AppConfig):
    """The desk `citizen`."""

    name = "vaxpass.desks.citizen"
    label = "desks_citizen"
