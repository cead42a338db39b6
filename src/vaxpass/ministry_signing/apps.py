"""Django's name for this room."""

from django.apps import AppConfig


class MinistrySigningConfig(AppConfig):
    """The room `ministry_signing`."""

    name = "vaxpass.ministry_signing"
    label = "ministry_signing"
