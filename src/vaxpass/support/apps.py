"""Django's name for this room."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """The room `support`."""

    name = "vaxpass.support"
    label = "support"
