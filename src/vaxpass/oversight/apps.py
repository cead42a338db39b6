"""Django's name for this room."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The room `oversight`."""

    name = "vaxpass.oversight"
    label = "oversight"
