"""Django's name for this room."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """The room `publication`."""

    name = "vaxpass.publication"
    label = "publication"
