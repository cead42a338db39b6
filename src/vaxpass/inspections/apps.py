"""Django's name for this room."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """The room `inspections`."""

    name = "vaxpass.inspections"
    label = "inspections"
