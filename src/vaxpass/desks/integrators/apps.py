"""Django's name for this desk."""

from django.apps import AppConfig

from vaxpass.desks._shared.navigation import register


class IntegratorsDeskConfig(AppConfig):
    """The desk `integrators`."""

    name = "vaxpass.desks.integrators"
    label = "desks_integrators"

    def ready(self) -> None:
        """Make the desk known to the shared header."""
        from vaxpass.desks.integrators.navigation import DESK  # noqa: PLC0415 -- apps must be ready before a desk counts rows

        register(DESK)
