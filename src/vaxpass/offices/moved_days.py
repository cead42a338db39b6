"""The days that the government moved at short notice, as the settings tell them."""

from datetime import date

from django.conf import settings

from vaxpass.offices.workdays import WorkingDays


def working_days() -> WorkingDays:
    """Read which days the government moved."""
    return WorkingDays(_days(str(settings.REPORTS["free_days"])), _days(str(settings.REPORTS["working_days"])))


def _days(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day.strip()) for day in text.split(",") if day.strip())
