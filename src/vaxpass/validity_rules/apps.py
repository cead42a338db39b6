"""Django's name for this room."""

from django.apps import AppConfig


class ValidityRulesConfig(AppConfig):
    """The room `validity_rules`."""

    name = "vaxpass.validity_rules"
    label = "validity_rules"
