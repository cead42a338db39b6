"""Django's name for this desk."""

from django.apps import AppConfig

from vaxpass.desks._shared.navigation import register


class MinistryDeskConfig(AppConfig):
    """The desk `ministry`."""

    name = "vaxpass.desks.ministry"
    label = "desks_ministry"

    def ready(self) -> None:
        """Make the desk known to the shared header."""
        from vaxpass.desks.ministry.navigation import DESK  # noqa: PLC0415 -- apps must be ready before a desk counts rows

        register(DESK)
