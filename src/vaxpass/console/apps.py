"""Django's name for the console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Commands."""

    name = "vaxpass.console"
    label = "console"
