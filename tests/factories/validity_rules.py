"""Rules, officers and proposals for the tests of validity_rules."""

import json
from datetime import UTC, datetime
from typing import Any

from packages.vaxproof.tests.rule_samples import rule
from tests.factories import make_office, make_officer
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor
from vaxpass.validity_rules import actions
from vaxpass.validity_rules.starting import FILE_NAME, starting_rules

NOW = datetime(2026, 6, 1, 5, tzinfo=UTC)


def make_rule_officers() -> tuple[Actor, Actor]:
    """An operator who proposes and an approver, of one ministry."""
    ministry = make_office("BYT", "ministry")
    made = [
        make_officer("operator", ministry, "ministry_operator"),
        make_officer("approver", ministry, "ministry_approver"),
    ]
    operator, approver = (get_actor(Officer.objects.get(pk=officer)) for officer in made)
    return operator, approver


def drafted(operator: Actor, *rules: Any, purpose: str = "entry", now: datetime = NOW) -> int:
    """A draft of these rules, as imported."""
    content = json.dumps(list(rules) or [rule()]).encode()
    return actions.import_file(operator, content, "rules.json", purpose=purpose, now=now)


def published(operator: Actor, approver: Actor, *rules: Any, purpose: str = "entry", now: datetime = NOW) -> int:
    """These rules, proposed, sent and approved."""
    proposal = drafted(operator, *rules, purpose=purpose, now=now)
    actions.send(operator, proposal, now=now)
    actions.approve(approver, proposal, now=now)
    return proposal


def publish_starting_rules(operator: Actor, approver: Actor) -> int:
    """Our own set for entry into Vietnam."""
    proposal = actions.import_file(operator, starting_rules(), FILE_NAME, purpose="entry", now=NOW)
    actions.send(operator, proposal, now=NOW)
    actions.approve(approver, proposal, now=NOW)
    return proposal
