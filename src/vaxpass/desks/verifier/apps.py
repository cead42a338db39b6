"""Django's name for this desk."""

from django.apps import AppConfig


class VerifierDeskConfig(AppConfig):
    """The desk `verifier`."""

    name = "vaxpass.desks.verifier"
    label = "desks_verifier"
