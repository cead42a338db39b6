"""Messages that did not arrive: which, why, and where the number is mended."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.intake.actions.checking import MENDABLE
from vaxpass.notices.bouncing import check_open, settle_bounce
from vaxpass.notices.facts import Channel, Template, UndeliveredFacts
from vaxpass.notices.queries import get_undelivered, open_bounces
from vaxpass.offices.roles import Permission
from vaxpass.records.access import list_versions
from vaxpass.records.facts import VersionFacts
from vaxpass.records.states import State

TEMPLATE_WORDS: dict[Template, Words] = {
    Template.CODE: _("One-time code"),
    Template.REPORT_RECEIVED: _("Report received"),
    Template.REPORT_MORE_NEEDED: _("More needed for a report"),
    Template.REPORT_UPDATED: _("Report accepted"),
    Template.REPORT_REFUSED: _("Report refused"),
    Template.REPORT_ESCALATED: _("Report passed to the office above"),
    Template.OBJECTION_ANSWERED: _("Objection answered"),
    Template.PASSPORT_READY: _("Corrected passport ready"),
    Template.PASSPORT_REVOKED: _("Passport ended"),
    Template.PASSPORT_RENEWED: _("Passport renewed"),
    Template.PASSPORT_BY_EMAIL: _("Passport by e-mail"),
    Template.DEMAND_RECEIVED: _("Demand received"),
    Template.DEMAND_EXTENDED: _("Demand put off"),
    Template.DEMAND_ANSWERED: _("Demand answered"),
    Template.CONTACT_CONFIRM: _("Confirmation of an address"),
    Template.VISIT_WARNING: _("Warning about a visit"),
    Template.DIFFICULTY_ANSWERED: _("An office's difficulty was answered"),
    Template.PROBLEM_SOLVED: _("A known problem was solved"),
}
CHANNEL_WORDS: dict[Channel, Words] = {Channel.SMS: _("SMS"), Channel.EMAIL: _("E-mail")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the list: what did not arrive, and the record that names the address, while there is one."""

    facts: UndeliveredFacts
    version: VersionFacts | None

    @property
    def name(self) -> str:
        """The person's name."""
        return self.version.identity.full_name if self.version else ""


def _mend_url(row: Shown) -> str:
    """Give where the number is mended: at once, or by a request where the record is signed already."""
    if row.version is None or row.facts.channel is Channel.EMAIL:
        return ""
    if row.version.state in MENDABLE:
        return reverse("facility:mend", args=[row.version.version_id])
    signed = State(row.version.state) in {State.ATTESTED, State.CERTIFIED}
    return reverse("facility:correction_ask" if signed else "facility:record", args=[row.version.version_id])


UNDELIVERED: Table[Shown] = Table(
    "undelivered",
    _("Undelivered"),
    (
        Column(
            "name",
            _("Name"),
            lambda row: row.name,
            link=lambda row: reverse("facility:record", args=[row.version.version_id]) if row.version else "",
        ),
        Column("what", _("What was told"), lambda row: TEMPLATE_WORDS[row.facts.template]),
        Column("way", _("By"), lambda row: CHANNEL_WORDS[row.facts.channel], sort=("channel",)),
        Column("why", _("Why it did not arrive"), lambda row: sentence(row.facts.code), sort=("code",)),
        Column("since", _("Since"), lambda row: moment_vi(row.facts.at), sort=("at",)),
        Column("mend", _("Mend"), lambda row: _("Mend the number") if _mend_url(row) else "", link=_mend_url),
        Column(
            "done",
            _("Seen to"),
            lambda _row: _("Take off the list"),
            link=lambda row: reverse("facility:undelivered_done", args=[row.facts.bounce_id]),
        ),
    ),
    default_sort="-since",
    empty=_("Every message arrived."),
)


@needs(Permission.RECORD_MEND)
@require_GET
def undelivered(request: DeskRequest) -> HttpResponse:
    """List what did not arrive at numbers that the facility's records name, the newest first."""
    table = UNDELIVERED.show(
        request, open_bounces(request.actor), load=lambda part: _load(request, [bounce.pk for bounce in part])
    )
    return render(request, "facility/undelivered.html", {"table": table})


def _load(request: DeskRequest, bounce_ids: list[int]) -> list[Shown]:
    """Read the records behind a page of rows; each look is written down."""
    found = get_undelivered(bounce_ids)
    ids = sorted({facts.version_id for facts in found if facts.version_id})
    versions = list_versions(request.actor, ids, purpose="undelivered", now=request.now)
    by_id = {version.version_id: version for version in versions}
    return [Shown(facts, by_id.get(facts.version_id or 0)) for facts in found]


@needs(Permission.RECORD_MEND)
@require_http_methods(["GET", "POST"])
def undelivered_done(request: DeskRequest, bounce_id: int) -> HttpResponseBase:
    """Take a row off the list once somebody saw to it; asked once more before. Refuses BOUNCE_UNKNOWN."""
    if request.POST.get("confirmed") == "yes":
        settle_bounce(request.actor, bounce_id, now=request.now)
        messages.success(request, gettext("Taken off the list."))
        return redirect("facility:undelivered")
    check_open(request.actor, bounce_id)
    return confirm_page(
        request,
        Question(
            _("Take this message off the list?"),
            _("Do so when you have reached the person in another way. The message is not sent again."),
            _("Take off the list"),
            request.path,
            reverse("facility:undelivered"),
        ),
    )
