"""Not more than so many checks a minute from one address."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest

from vaxpass.desks._shared.politeness import Minute, visitor_of

CHECKS_A_MINUTE: Final = 120
_MINUTE: Final = Minute()


def is_too_often(request: HttpRequest, now: datetime) -> bool:
    """Count this check and say whether it is one too many."""
    return _MINUTE.count(visitor_of(request), now) > CHECKS_A_MINUTE
