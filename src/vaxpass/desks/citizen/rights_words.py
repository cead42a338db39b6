"""Values of the copy as a person reads them."""

from datetime import date, datetime

from django.utils.translation import gettext

from vaxpass.desks._shared.templatetags.desk import birth_date, date_vi, moment_vi
from vaxpass.rights.values import Coded, Picture, Value
from vaxpass.rights.words import YES_NO


def shown_value(name: str, value: Value) -> str:
    """Write a value of the copy's field `name` in the reader's language; the empty text where there is none."""
    match value:
        case None:
            return ""
        case Coded():
            return str(value.words)
        case Picture():
            return gettext("%(size)s kB, in the file") % {"size": -(-len(value.content) // 1000)}
        case bool():
            return str(YES_NO[value])
        case date():
            return moment_vi(value) if isinstance(value, datetime) else date_vi(value)
        case _:
            return birth_date(str(value)) if name == "birth_date" else str(value)
