"""Django's name for this room."""

from django.apps import AppConfig


class PassportsConfig(AppConfig):
    """The room `passports`."""

    name = "vaxpass.passports"
    label = "passports"
