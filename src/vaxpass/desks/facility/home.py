"""The first page of the desk: what waits for me."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks.facility.uploads import LATEST, uploads_shown
from vaxpass.facility_signing.queries import count_waiting as count_ready
from vaxpass.intake.queries import count_waiting, may_upload
from vaxpass.offices.queries import get_office
from vaxpass.offices.roles import Permission
from vaxpass.records.queries import waiting_in_states
from vaxpass.records.states import State
from vaxpass.reports.queries import count_open as count_reports


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that waits: how many, what, where to go, since when."""

    count: int
    sentence: str
    url: str
    action: str
    since: datetime | None = None


@needs(Permission.RECORD_SEE)
def home(request: DeskRequest) -> HttpResponse:
    """Show what waits, by role, and the latest uploads."""
    actor = request.actor
    context = {"office": get_office(actor.office_id), "cards": _cards(request), "may_upload": may_upload(actor)}
    context["may_enter"] = actor.may(Permission.RECORD_ENTER)
    if may_upload(actor):
        context["table"] = LATEST.show(request, uploads_shown(actor)[:5])
    return render(request, "facility/home.html", context)


def _cards(request: DeskRequest) -> list[Card]:
    actor = request.actor
    cards: list[Card] = []
    if actor.may(Permission.REPORT_ANSWER):
        reports = reverse("facility:reports")
        cards.append(Card(count_reports(actor), _("citizens' reports to answer"), reports, _("Answer them")))
    waiting = waiting_in_states(actor, [State.MISMATCHED, State.INCOMPLETE, State.UNANSWERED])
    if may_upload(actor):
        cards.append(
            Card(count_waiting(actor), _("files to look at and confirm"), reverse("facility:uploads"), _("Look"))
        )
    mend = (
        (State.MISMATCHED, _("doses whose person does not match")),
        (State.INCOMPLETE, _("doses with an incomplete identity")),
    )
    for state, sentence in mend:
        count, since = waiting[state]
        action = _("Mend") if actor.may(Permission.RECORD_MEND) else _("See")
        cards.append(Card(count, sentence, _list(state), action, since))
    if actor.may(Permission.DOSES_ATTEST):
        cards.append(Card(count_ready(actor), _("doses ready to sign"), reverse("facility:ready"), _("Look and sign")))
    count, since = waiting[State.UNANSWERED]
    cards.append(
        Card(count, _("doses without an answer yet; the system asks again"), _list(State.UNANSWERED), _("See"), since)
    )
    return cards


def _list(state: State) -> str:
    return f"{reverse('facility:records')}?state={state.value}"
