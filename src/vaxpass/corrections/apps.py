"""Django's name for this room."""

from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    """The room `corrections`."""

    name = "vaxpass.corrections"
    label = "corrections"
