"""What waits for an answer: of a branch's province, or of the country for the ministry; and how well times are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.chips import word_chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.desks.support import words
from vaxpass.desks.support.offering import language
from vaxpass.offices.queries import OfficeFacts, facility_names
from vaxpass.offices.roles import Permission
from vaxpass.support import levels, queries
from vaxpass.support.facts import DifficultyRow
from vaxpass.support.rules import UNSOLVED, Kind, Level, Status, Urgency
from vaxpass.support.timing import promise

_HOUR: Final = timedelta(hours=1)
_WAITING, _ASKED, _ABOVE, _SOLVED = "waiting", "asked", "above", "solved"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A difficulty in the queue, with the office that asked and the time left."""

    row: DifficultyRow
    office: OfficeFacts | None
    now: datetime


def left(row: DifficultyRow, now: datetime) -> str:
    """Say by when what is due next is due; overdue stands out."""
    if row.due_at is None:
        return "–"
    what = gettext("first answer") if row.is_first else gettext("solution")
    if row.is_overdue:
        return word_chip(gettext("overdue since %(at)s") % {"at": moment_vi(row.due_at)}, "refused")
    tone = "turn" if row.due_at - now < _HOUR else "wait"
    return word_chip(f"{what}: {moment_vi(row.due_at)}", tone)


def _status(row: DifficultyRow) -> str:
    word, tone = words.STATUSES[row.status]
    if row.status is Status.OPEN and row.level is Level.MINISTRY:
        return word_chip(str(_("At the ministry")), tone)
    return word_chip(str(word), tone)


def _urgency(row: DifficultyRow) -> str:
    word, tone = words.SHORT_URGENCIES[row.urgency]
    return word_chip(str(word), tone)


def _narrow(found: QuerySet[Any], value: str) -> QuerySet[Any]:
    conditions: dict[str, dict[str, object]] = {
        _WAITING: {"status": Status.OPEN},
        _ASKED: {"status": Status.ASKED},
        _ABOVE: {"status": Status.OPEN, "level": Level.MINISTRY},
        _SOLVED: {"status__in": [Status.SOLVED, Status.CLOSED]},
    }
    return found.filter(**conditions[value])


QUEUE: Table[QueueRow] = Table(
    "queue",
    _("Difficulties"),
    (
        Column(
            "number",
            _("Number of the difficulty"),
            lambda one: one.row.number,
            sort=("opened_at",),
            link=lambda one: reverse("support:difficulty", args=[one.row.difficulty_id]),
        ),
        Column("subject", _("In one line"), lambda one: one.row.subject),
        Column("office", _("Office"), lambda one: f"{one.office.name(language())}" if one.office else ""),
        Column("kind", _("What the trouble is about"), lambda one: words.KINDS[one.row.kind], sort=("kind",)),
        Column("urgency", _("Urgency"), lambda one: _urgency(one.row), sort=("urgency",)),
        Column("due", _("Next due"), lambda one: left(one.row, one.now), sort=("due",)),
        Column("status", _("Status"), lambda one: _status(one.row), sort=("status", "level")),
    ),
    default_sort="due",
    filters=(
        Filter(
            "status",
            _("Status"),
            _narrow,
            choices=(
                (_WAITING, _("Support works on it")),
                (_ASKED, _("Support asked back")),
                (_ABOVE, _("At the ministry")),
                (_SOLVED, _("Solved or ended")),
            ),
        ),
        Filter(
            "kind",
            _("What the trouble is about"),
            lambda found, value: found.filter(kind=value),
            choices=tuple((kind.value, words.KINDS[kind]) for kind in Kind),
        ),
        Filter(
            "urgency",
            _("Urgency"),
            lambda found, value: found.filter(urgency=value),
            choices=tuple((one.value, words.SHORT_URGENCIES[one][0]) for one in Urgency),
        ),
    ),
    empty=_("Nothing waits for you."),
)


@needs(Permission.SUPPORT_ANSWER)
@require_GET
def queue(request: DeskRequest) -> HttpResponse:
    """List what is open, due first; with the filter also what is solved."""
    actor, now = request.actor, request.now
    found = queries.answered_by(actor)
    unsolved_alone = "status" not in request.GET
    if unsolved_alone:
        found = found.filter(status__in=UNSOLVED)

    def load(part: Sequence[Any]) -> list[QueueRow]:
        rows = queries.rows_of(part, now)
        offices = facility_names({row.office_id for row in rows})
        return [QueueRow(row, offices.get(row.office_id), now) for row in rows]

    waiting = queries.waiting_for(actor)
    context = {
        "table": QUEUE.show(request, found.annotate(due=queries.DUE), load=load),
        "waiting": waiting.count(),
        "overdue": waiting.filter(due__lt=now).count(),
        "asked": queries.answered_by(actor).filter(status=Status.ASKED).count(),
        "first": waiting.values_list("pk", flat=True).first(),
        "unsolved_alone": unsolved_alone,
        "is_ministry": actor.office_kind == "ministry",
    }
    return render(request, "support/queue.html", context)


def hours(minutes: int | None) -> str:
    """Write working minutes as people say them."""
    if minutes is None:
        return "–"
    whole, rest = divmod(minutes, 60)
    return gettext("%(hours)s h %(minutes)s min") % {"hours": whole, "minutes": f"{rest:02d}"}


def _percent(share: int | None) -> str:
    return "–" if share is None else f"{share} %"


@needs(Permission.SUPPORT_ANSWER)
@require_GET
def service_levels(request: DeskRequest) -> HttpResponse:
    """Show how each branch kept the promised times in the last thirty days."""
    found = levels.service_levels(request.actor, now=request.now)
    names = facility_names({one.branch_id for one in found if one.branch_id})
    rows = [
        {
            "name": names[one.branch_id].name(language()) if one.branch_id in names else words.LEVELS[Level.MINISTRY],
            "level": one,
            "answered": _percent(one.answered_share),
            "solved": _percent(one.solved_share),
            "first": hours(one.first_minutes),
            "solution": hours(one.solved_minutes),
        }
        for one in found
    ]
    return render(request, "support/levels.html", {"rows": rows, "now": request.now, "promises": _promises()})


def _promises() -> list[tuple[object, int, int]]:
    return [
        (words.SHORT_URGENCIES[one][0], promise(one).first // _HOUR, promise(one).solution // _HOUR) for one in Urgency
    ]
