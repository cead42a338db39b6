"""Django's name for this room."""

from django.apps import AppConfig


class OfficesConfig(AppConfig):
    """The room `offices`."""

    name = "vaxpass.offices"
    label = "offices"
