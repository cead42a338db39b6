"""Words of this desk's pages: `{% load integrators %}`."""

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def in_words(text: str) -> str:
    """Translate a text of the OpenAPI document; one without a translation stays English."""
    return gettext(text) if text else ""
