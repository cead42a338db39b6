"""Django's name for this room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room `reports`."""

    name = "vaxpass.reports"
    label = "reports"
