"""Django's name for this desk."""

from django.apps import AppConfig

from vaxpass.desks._shared.navigation import register


class OversightDeskConfig(AppConfig):
    """The desk `oversight`."""

    name = "vaxpass.desks.oversight"
    label = "desks_oversight"

    def ready(self) -> None:
        """Make the desk known to the shared header."""
        from vaxpass.desks.oversight.navigation import DESK  # noqa: PLC0415 -- apps must be ready before a desk counts rows

        register(DESK)
