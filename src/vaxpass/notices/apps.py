"""Django's name for this room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The room `notices`."""

    name = "vaxpass.notices"
    label = "notices"
