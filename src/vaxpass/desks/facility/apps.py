"""Django's name for this desk."""

from django.apps import AppConfig

from vaxpass.desks._shared.navigation import register


class FacilityDeskConfig(AppConfig):
    """The desk `facility`."""

    name = "vaxpass.desks.facility"
    label = "desks_facility"

    def ready(self) -> None:
        """Make the desk known to the shared header."""
        from vaxpass.desks.facility.navigation import DESK  # noqa: PLC0415 -- apps must be ready before a desk counts rows

        register(DESK)
