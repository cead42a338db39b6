"""Django's name for this desk."""

from django.apps import AppConfig

from vaxpass.desks._shared.navigation import register


class CitizenDeskConfig(AppConfig):
    """The desk `citizen`."""

    name = "vaxpass.desks.citizen"
    label = "desks_citizen"

    def ready(self) -> None:
        """Make the desk known to the shared header."""
        from vaxpass.desks.citizen.navigation import DESK  # noqa: PLC0415 -- apps must be ready before a desk counts rows

        register(DESK)
