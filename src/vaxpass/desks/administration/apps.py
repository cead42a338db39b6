"""Django's name for this desk."""

from django.apps import AppConfig

from vaxpass.desks._shared.navigation import register


class AdministrationDeskConfig(AppConfig):
    """The desk `administration`."""

    name = "vaxpass.desks.administration"
    label = "desks_administration"

    def ready(self) -> None:
        """Make the desk known to the shared header."""
        from vaxpass.desks.administration.navigation import DESK  # noqa: PLC0415 -- apps must be ready first

        register(DESK)
