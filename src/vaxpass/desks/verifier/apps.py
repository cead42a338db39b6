"""Django's name for this desk."""

from django.apps import AppConfig

from vaxpass.desks._shared.navigation import register


class VerifierDeskConfig(AppConfig):
    """The desk `verifier`."""

    name = "vaxpass.desks.verifier"
    label = "desks_verifier"

    def ready(self) -> None:
        """Make the desk known to the shared header."""
        from vaxpass.desks.verifier.navigation import DESK  # noqa: PLC0415 -- apps must be ready before a desk counts rows

        register(DESK)
