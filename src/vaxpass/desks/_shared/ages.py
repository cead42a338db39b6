"""How long something has waited, in words."""

from datetime import timedelta

from django.utils.translation import gettext, ngettext


def age_words(age: timedelta) -> str:
    """Say an age in whole days, or in whole hours below two days."""
    hours = max(0, int(age.total_seconds() // 3600))
    if hours == 0:
        return gettext("less than an hour")
    if hours < 48:  # noqa: PLR2004 -- two days
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}
