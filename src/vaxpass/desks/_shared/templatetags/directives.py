"""What directives want of the own office, on its desk's first page: `{% load directives %}{% directives_wait %}`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from django import template
from django.template.context import Context

from vaxpass.campaigns.queries import Duty, waiting_for
from vaxpass.campaigns.rules import SOON
from vaxpass.offices.roles import Permission
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight.campaign_progress import needs_of

if TYPE_CHECKING:
    from vaxpass.desks._shared.guard import DeskRequest

register = template.Library()
MOST = 5


@register.inclusion_tag("parts/directives_wait.html", takes_context=True)
def directives_wait(context: Context) -> dict[str, Any]:
    """Show what is not acknowledged, overdue, or due within a week; nothing for who follows no directives."""
    request = cast("DeskRequest", context["request"])
    if not request.actor.may(Permission.DIRECTIVE_FOLLOW):
        return {}
    today = day_in_vietnam(getattr(request, "now", None) or datetime.now(UTC))
    waiting = waiting_for(request.actor.office_id)
    dated = [duty for duty in waiting.duties if duty.step.due and duty.step.due.counts <= today + SOON]
    if not dated and not waiting.unread:
        return {}
    needs = needs_of(request.actor.office_id, {duty.directive.id: duty.directive for duty in dated}.values())
    pressing = [duty for duty in dated if (need := needs.get(duty.step.id)) and need.missing]
    return {
        "unread": waiting.unread[:MOST],
        "late": [duty for duty in pressing if _due(duty) < today][:MOST],
        "soon": [duty for duty in pressing if _due(duty) >= today][:MOST],
    }


def _due(duty: Duty) -> Any:
    return duty.step.due.counts if duty.step.due else None
