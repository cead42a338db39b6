"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Desk, NavItem
from vaxpass.ministry_signing.queries import count_runs
from vaxpass.ministry_signing.rules import RunState
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor
from vaxpass.passports.orders.queries import count_to_decide as orders_to_decide
from vaxpass.publication.alarms import count_unseen
from vaxpass.reports.queries import count_open
from vaxpass.rights import queries as rights
from vaxpass.trust.queries import waiting
from vaxpass.validity_rules.queries import count_to_decide


def count_to_approve(actor: Actor) -> int:
    """Count the runs that wait for this officer's approval."""
    if not actor.may(Permission.RUN_APPROVE):
        return 0
    return count_runs(RunState.PREPARED, not_prepared_by=actor.officer_id)


MINISTRY = (Permission.RUN_PREPARE, Permission.RUN_APPROVE, Permission.HISTORY_SEE)
"""What only officers of the ministry hold: the pages of this desk that all of them may open ask for one of these."""

WATCHERS = (Permission.HISTORY_SEE, Permission.PUBLICATION_PROPOSE, Permission.PUBLICATION_APPROVE)
"""Who sees the monitor's alarms."""


TRUST = (Permission.PUBLICATION_PROPOSE, Permission.PUBLICATION_APPROVE, Permission.HISTORY_SEE)
"""Who sees which keys verifiers are told to believe."""


def count_key_proposals(actor: Actor) -> int:
    """Count the proposals about keys that wait for this officer's decision."""
    return waiting(actor.officer_id).count() if actor.may(Permission.PUBLICATION_APPROVE) else 0


def count_alarms(actor: Actor) -> int:  # noqa: ARG001 -- the same for whoever may see them
    """Count the alarms that stand and that nobody has seen."""
    return count_unseen()


RULES = (Permission.PUBLICATION_PROPOSE, Permission.PUBLICATION_APPROVE, Permission.HISTORY_SEE)
"""Who reads the pages of validity rules."""


def count_rules_to_decide(actor: Actor) -> int:
    """Count the proposals of rules that wait for this officer's decision."""
    if not actor.may(Permission.PUBLICATION_APPROVE):
        return 0
    return count_to_decide(actor.officer_id)


REVOCATIONS = (Permission.REVOCATION_PROPOSE, Permission.REVOCATION_APPROVE, Permission.HISTORY_SEE)
"""Who sees revocation orders."""


def count_orders_to_decide(actor: Actor) -> int:
    """Count the revocation orders that wait for this officer's decision."""
    return orders_to_decide(actor.officer_id) if actor.may(Permission.REVOCATION_APPROVE) else 0


DESK = Desk(
    "ministry",
    _("Ministry desk"),
    (
        NavItem(_("Overview"), "ministry:home", MINISTRY),
        NavItem(_("Who is ready"), "ministry:eligibility", (Permission.RUN_PREPARE, Permission.RUN_APPROVE)),
        NavItem(_("Signing runs"), "ministry:runs", MINISTRY, count=count_to_approve),
        NavItem(_("Passports"), "ministry:passports", MINISTRY),
        NavItem(_("Citizens' reports"), "ministry:reports", (Permission.REPORT_SEE,), count=count_open),
        NavItem(_("Revocation orders"), "ministry:revocations", REVOCATIONS, count=count_orders_to_decide),
        NavItem(_("Keys"), "ministry:trust", TRUST, count=count_key_proposals),
        NavItem(_("Alarms"), "ministry:alarms", WATCHERS, count=count_alarms),
        NavItem(_("Validity rules"), "ministry:rules", RULES, count=count_rules_to_decide),
        NavItem(_("Data protection"), "ministry:rights", (Permission.RIGHTS_ANSWER,), count=rights.count_open),
        NavItem(_("Facilities' batches"), "facility:batches", (Permission.HISTORY_SEE,)),
    ),
)
