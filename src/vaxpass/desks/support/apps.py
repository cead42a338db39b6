"""Django's name for this desk."""

from django.apps import AppConfig

from vaxpass.desks._shared.navigation import register


class SupportDeskConfig(AppConfig):
    """The desk `support`."""

    name = "vaxpass.desks.support"
    label = "desks_support"

    def ready(self) -> None:
        """Make the desk known to the shared header."""
        from vaxpass.desks.support.navigation import DESK  # noqa: PLC0415 -- apps must be ready before a desk counts rows

        register(DESK)
