"""Django's name for what the desks share."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """Base pages, parts of pages, sign-in."""

    name = "vaxpass.desks._shared"
    label = "desks_shared"

    def ready(self) -> None:
        """Let the log of acts hear of sign-ins."""
        from vaxpass.desks._shared.sign_in import listen  # noqa: PLC0415 -- models must be loaded first

        listen()
