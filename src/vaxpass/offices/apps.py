"""Django's name for this room."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OfficesConfig(AppConfig):
    """The room `offices`."""

    name = "vaxpass.offices"
    label = "offices"

    def ready(self) -> None:
        """Have the provinces put in once the tables stand."""
        from vaxpass.offices.filling import fill_provinces  # noqa: PLC0415 -- models load after apps

        post_migrate.connect(fill_provinces, sender=self)
