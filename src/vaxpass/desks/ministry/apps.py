"""Django's name for this desk."""

from django.apps import AppConfig


class MinistryDeskConfig(AppConfig):
    """The desk `ministry`."""

    name = "vaxpass.desks.ministry"
    label = "desks_ministry"
