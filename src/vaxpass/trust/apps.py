"""Django's name for this room."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    """The room `trust`."""

    name = "vaxpass.trust"
    label = "trust"
