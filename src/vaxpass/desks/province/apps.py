"""Django's name for this desk."""

from django.apps import AppConfig


class ProvinceDeskConfig(AppConfig):
    """The desk `province`."""

    name = "vaxpass.desks.province"
    label = "desks_province"
