"""What the monitor of the log found: the list, one alarm, and who takes it on."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.desks.ministry.navigation import WATCHERS
from vaxpass.desks.ministry.trust_words import chip_html
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.publication import alarms as rows
from vaxpass.publication.alarms import AlarmFacts


def alarm_chip(alarm: AlarmFacts) -> Chip:
    """Say whether an alarm is new, taken on, or gone."""
    if alarm.ended_at is not None:
        return Chip(_("Gone"), "ended")
    return Chip(_("New"), "turn") if alarm.seen_at is None else Chip(_("Seen"), "wait")


ALARMS: Table[AlarmFacts] = Table(
    "alarms",
    _("Alarms"),
    (
        Column(
            "id",
            _("No."),
            lambda alarm: f"{alarm.id}",
            sort=("pk",),
            link=lambda alarm: reverse("ministry:alarm", args=[alarm.id]),
        ),
        Column("state", _("State"), lambda alarm: chip_html(alarm_chip(alarm))),
        Column("what", _("What is wrong"), lambda alarm: sentence(alarm.kind, alarm.facts)),
        Column("which", _("Which"), lambda alarm: alarm.subject),
        Column("raised", _("Raised at"), lambda alarm: moment_vi(alarm.raised_at)),
    ),
    default_sort="-id",
    filters=(
        Filter(
            "state",
            _("State"),
            lambda found, value: {
                "new": found.filter(alarmend__isnull=True, alarmseen__isnull=True),
                "seen": found.filter(alarmend__isnull=True, alarmseen__isnull=False),
                "gone": found.filter(alarmend__isnull=False),
            }[value],
            choices=(("new", _("New")), ("seen", _("Seen")), ("gone", _("Gone"))),
        ),
    ),
    empty=_("No alarm has been raised."),
)


@needs(*WATCHERS)
@require_GET
def alarms(request: DeskRequest) -> HttpResponse:
    """List the alarms, newest first."""
    table = ALARMS.show(request, rows.alarms(), load=rows.facts_of)
    return render(request, "ministry/alarms.html", {"table": table})


@needs(*WATCHERS)
@require_GET
def alarm(request: DeskRequest, alarm_id: int) -> HttpResponse:
    """Show one alarm, and who took it on."""
    found = rows.get_alarm(alarm_id)
    actor = request.actor
    may_see = actor.may(Permission.PUBLICATION_PROPOSE) or actor.may(Permission.PUBLICATION_APPROVE)
    context = {
        "alarm": found,
        "chip": alarm_chip(found),
        "what": sentence(found.kind, found.facts),
        "facts": [(name, value) for name, value in found.facts.items() if name != "passport"],
        "passport_id": found.facts.get("passport"),
        "seen_by": officer_names({found.seen_by}).get(found.seen_by, "") if found.seen_by else "",
        "may_see": may_see and found.seen_at is None and found.ended_at is None,
    }
    return render(request, "ministry/alarm.html", context)


@needs(Permission.PUBLICATION_PROPOSE, Permission.PUBLICATION_APPROVE)
@require_POST
def see(request: DeskRequest, alarm_id: int) -> HttpResponse:
    """Take an alarm on."""
    rows.see(request.actor, alarm_id, now=request.now)
    return redirect("ministry:alarm", alarm_id)
