"""The desk's first page: what waits for me."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks.ministry.navigation import (
    MINISTRY,
    WATCHERS,
    count_alarms,
    count_key_proposals,
    count_orders_to_decide,
    count_rules_to_decide,
    count_to_approve,
)
from vaxpass.ministry_signing import queries
from vaxpass.ministry_signing.rules import RunState
from vaxpass.offices.roles import Permission
from vaxpass.offices.units import scheme_on
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight import figures
from vaxpass.oversight.lateness import lateness
from vaxpass.oversight.measures import Measure
from vaxpass.reports.queries import count_open


@needs(*MINISTRY)
@require_GET
def home(request: DeskRequest) -> HttpResponse:
    """Show what waits, by what the officer may do."""
    actor = request.actor
    context = {
        "may_prepare": actor.may(Permission.RUN_PREPARE),
        "may_approve": actor.may(Permission.RUN_APPROVE),
        "may_publish": actor.may(Permission.PUBLICATION_APPROVE),
        "keys_to_decide": count_key_proposals(actor),
        "rules_to_decide": count_rules_to_decide(actor),
        "may_revoke": actor.may(Permission.REVOCATION_APPROVE),
        "orders_to_decide": count_orders_to_decide(actor),
        "alarms": count_alarms(actor) if any(actor.may(one) for one in WATCHERS) else 0,
        "may_answer": actor.may(Permission.REPORT_ANSWER),
        "reports_to_answer": count_open(actor),
        "may_inspect": actor.may(Permission.HISTORY_SEE),
        "survey": queries.newest_survey(),
        "to_approve": count_to_approve(actor),
        "prepared": queries.count_runs(RunState.PREPARED),
        "prepared_since": queries.oldest_run_since(RunState.PREPARED),
        "under_way": queries.count_runs(RunState.PREPARING, RunState.APPROVED),
        "under_way_since": queries.oldest_run_since(RunState.PREPARING, RunState.APPROVED),
        "troubled": queries.count_troubled(),
        **_country(request),
    }
    return render(request, "ministry/home.html", context)


def _country(request: DeskRequest) -> dict[str, object]:
    """Give how far the country is, as of the last tally, to whoever may see it."""
    if not request.actor.may(Permission.PROGRESS_SEE):
        return {}
    with figures.reading():
        unit = figures.home_unit(request.actor, scheme_on(day_in_vietnam(request.now)))
        counts = figures.totals(request.actor, unit)
        late = lateness(request.actor, unit, now=request.now)
        as_of = figures.as_of(now=request.now)
    return {
        "as_of": as_of,
        "behind": late.behind,
        "late_since": min(filter(None, (late.sign_since, late.mend_since)), default=None),
        "attested": counts.count(Measure.ATTESTED),
        "overdue": counts.count(Measure.REPORTS_OVERDUE),
        "not_signed": counts.count(Measure.TO_SIGN),
        "not_signed_since": late.sign_since,
    }
