"""Django's name for what the desks share."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """Base pages, parts of pages, sign-in."""

    name = "vaxpass.desks._shared"
    label = "desks_shared"
