"""Django's name for this room."""

from django.apps import AppConfig


class CitizensConfig(AppConfig):
    """The room `citizens`."""

    name = "vaxpass.citizens"
    label = "citizens"
