"""The health of the system: one page for everything, the alarms that stand, and who takes one on."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.oversight.health_blocks import blocks
from vaxpass.desks.oversight.health_words import CERTIFICATE_WORDS, CHANNEL_WORDS, FACT_WORDS, PROBE_WORDS
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.oversight import alarms, health
from vaxpass.oversight.alarms import AlarmFacts
from vaxpass.oversight.health_rules import findings

_VALUES: dict[str, dict[str, Words]] = {
    "key": {name.value: words for name, words in PROBE_WORDS.items()},
    "what": {name.value: words for name, words in PROBE_WORDS.items()},
    "kind": {kind.value: words for kind, words in CERTIFICATE_WORDS.items()},
    "channel": CHANNEL_WORDS,
}


@needs(Permission.HEALTH_SEE)
@require_GET
def page(request: DeskRequest) -> HttpResponse:
    """Show how everything is, read now."""
    now = health.read(request.now, published=Path(settings.PUBLISH_DIR), workers_wanted=settings.WORKERS_WANTED)
    found = findings(now)
    standing, ended = alarms.standing(), alarms.ended(now=request.now)
    names = officer_names({one.seen_by for one in (*standing, *ended) if one.seen_by})
    context = {
        "read_at": request.now,
        "nobody_told": not settings.DUTY_CONTACTS,
        "untold": [
            (kind, sentence(kind)) for kind in sorted({one.kind for one in found} - {one.kind for one in standing})
        ],
        "standing": [_shown(one, names) for one in standing],
        "ended": [_shown(one, names) for one in ended],
        "blocks": blocks(now, found),
    }
    return render(request, "oversight/health.html", context)


def _shown(alarm: AlarmFacts, names: dict[int, str]) -> dict[str, Any]:
    facts = [(FACT_WORDS.get(name, name), _value(name, value)) for name, value in alarm.facts.items()]
    return {
        "alarm": alarm,
        "chip": _chip(alarm),
        "sentence": sentence(alarm.kind),
        "facts": facts,
        "seen_by": names.get(alarm.seen_by, "") if alarm.seen_by else "",
    }


def _value(name: str, value: object) -> Words:
    if name == "code":
        return sentence(str(value))
    return _VALUES.get(name, {}).get(str(value), str(value))


def _chip(alarm: AlarmFacts) -> Chip:
    if alarm.ended_at is not None:
        return Chip(_("Gone"), "ended")
    return Chip(_("New"), "refused") if alarm.seen_at is None else Chip(_("Taken on"), "turn")


@needs(Permission.HEALTH_SEE)
@require_POST
def see(request: DeskRequest, alarm_id: int) -> HttpResponse:
    """Take an alarm on."""
    alarms.see(request.actor, alarm_id, now=request.now)
    return redirect("oversight:health")
