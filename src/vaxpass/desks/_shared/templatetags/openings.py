"""Whether a function is open, said on its page before anybody presses: `{% load openings %}{% function_state … %}`."""

from datetime import UTC, datetime
from typing import Any

from django import template
from django.template.context import Context

from vaxpass.campaigns.openings import state_at, state_of
from vaxpass.campaigns.rules import OPEN, Function

register = template.Library()


@register.inclusion_tag("parts/function_state.html", takes_context=True)
def function_state(context: Context, function: str, office_id: int | None = None) -> dict[str, Any]:
    """Show that a function is closed, from when or since when, or until when it is open; nothing where nobody said.

    `function`: a value of campaigns.rules.Function; `office_id`: the facility whose doses are entered or signed.
    """
    now = getattr(context["request"], "now", None) or datetime.now(UTC)
    asked = Function(function)
    state = state_of(asked, now=now) if office_id is None else state_at(asked, office_id, now=now)
    return {"state": state, "function": function, "shown": state != OPEN and not (state.is_open and state.ends is None)}
