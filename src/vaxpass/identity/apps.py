"""Django's name for this room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The room `identity`."""

    name = "vaxpass.identity"
    label = "identity"
