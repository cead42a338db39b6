"""Django's name for this room."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """The room `campaigns`."""

    name = "vaxpass.campaigns"
    label = "campaigns"
