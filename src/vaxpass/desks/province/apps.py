"""Django's name for this desk."""

from django.apps import AppConfig

from vaxpass.desks._shared.navigation import register


class ProvinceDeskConfig(AppConfig):
    """The desk `province`."""

    name = "vaxpass.desks.province"
    label = "desks_province"

    def ready(self) -> None:
        """Make the desk known to the shared header."""
        from vaxpass.desks.province.navigation import DESK  # noqa: PLC0415 -- apps must be ready before a desk counts rows

        register(DESK)
