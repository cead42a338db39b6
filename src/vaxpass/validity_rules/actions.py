"""The verbs of validity_rules: propose, send, withdraw, approve, refuse. The only writers of its rows."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.validity_rules import queries, rules
from vaxpass.validity_rules.models import Edition, Proposal, ProposedChange
from vaxpass.validity_rules.reading import Found, is_storable, read_file
from vaxpass.validity_rules.rules import Assessed, Change, Key, Kind, Status

LOCK = 0x72756C6573  # the word "rules": one approval at a time


def import_file(actor: Actor, content: bytes, name: str, *, purpose: str, now: datetime) -> int:
    """Make a draft of all rules in a file that may be published; the others stand beside them with their faults.

    Refuses RIGHT_MISSING, RULES_PURPOSE_ILLEGAL, RULES_FILE_*, RULES_TOO_MANY. A file without one right rule makes a
    draft too, so that its faults can be read; it cannot be sent.
    """
    check_may(actor, Permission.PUBLICATION_PROPOSE)
    found = read_file(content, name[:100])
    rules.check_count(len(found))
    assessed = rules.assess(found, _circumstances(found, purpose, now))
    return _draft(actor, name[:200], "", assessed, now=now)


def propose_rule(actor: Actor, value: object, *, purpose: str, note: str, now: datetime) -> tuple[int | None, Assessed]:
    """Make a draft of one rule that was edited by hand; the draft is None where the rule has faults.

    Refuses RIGHT_MISSING, RULES_PURPOSE_ILLEGAL.
    """
    check_may(actor, Permission.PUBLICATION_PROPOSE)
    found = Found("", value) if is_storable(value) else Found("", None, "RULE_UNREADABLE")
    assessed = rules.assess_one(found, _circumstances([found], purpose, now))
    if assessed.change is None:
        return None, assessed
    return _draft(actor, "", note, [assessed], now=now), assessed


def propose_retirement(actor: Actor, key: Key, *, note: str, now: datetime) -> int:
    """Make a draft that takes a rule out of publication. Refuses RIGHT_MISSING, RULE_UNKNOWN."""
    check_may(actor, Permission.PUBLICATION_PROPOSE)
    newest = queries.get_rule(key)[0]
    change = Change(Kind.RETIRE, key, newest.rule.version, None)
    return _draft(actor, "", note, [Assessed("", key.identifier, change)], now=now)


def _circumstances(found: Sequence[Found], purpose: str, now: datetime) -> rules.Circumstances:
    rules.check_purpose(purpose)
    keys = {
        Key(value["Country"], purpose, value["Identifier"])
        for value in (one.value for one in found)
        if isinstance(value, dict)
        and isinstance(value.get("Country"), str)
        and isinstance(value.get("Identifier"), str)
    }
    return rules.Circumstances(purpose, queries.highest_ever(keys), now)


def _draft(actor: Actor, source: str, note: str, assessed: Sequence[Assessed], *, now: datetime) -> int:
    faulty = [one for one in assessed if one.change is None]
    changes = rules.in_order(one.change for one in assessed if one.change is not None)
    with transaction.atomic():
        proposal = Proposal.objects.create(
            status=Status.DRAFT,
            source=source,
            note=note[:1000],
            findings=[_finding(one) for one in faulty],
            proposed_by_id=actor.officer_id,
            proposed_at=now,
        )
        ProposedChange.objects.bulk_create(_row(proposal, change) for change in changes)
        _note(actor, proposal.pk, "draft_rules", now=now, changes=len(changes), faulty=len(faulty))
    return proposal.pk


def _finding(one: Assessed) -> dict[str, object]:
    return {
        "where": one.where[:300],
        "identifier": one.identifier,
        "faults": [fault.to_json() for fault in one.faults],
    }


def _row(proposal: Proposal, change: Change) -> ProposedChange:
    return ProposedChange(
        proposal=proposal,
        kind=change.kind,
        country=change.key.country,
        purpose=change.key.purpose,
        identifier=change.key.identifier,
        version=change.version,
        rule=change.rule.to_json() if change.rule else None,
        remarks=[remark.to_json() for remark in change.remarks],
    )


def send(actor: Actor, proposal_id: int, *, now: datetime) -> None:
    """Hand an own draft to the other officer.

    Refuses RIGHT_MISSING, RULES_PROPOSAL_UNKNOWN, RULES_PROPOSAL_NOT_YOURS, RULES_PROPOSAL_SENT_ALREADY,
    RULES_NOTHING_TO_PROPOSE.
    """
    check_may(actor, Permission.PUBLICATION_PROPOSE)
    with transaction.atomic():
        proposal = _take(actor, proposal_id)
        rules.check_may_send(status=proposal.status, proposed_by=proposal.proposed_by_id, actor=actor.officer_id)
        rules.check_count(proposal.changes.count())
        proposal.status, proposal.sent_at = Status.OPEN, now
        proposal.save(update_fields=["status", "sent_at"])
        _note(actor, proposal.pk, "propose_rules", now=now)


def withdraw(actor: Actor, proposal_id: int, *, now: datetime) -> None:
    """Take back an own proposal that nobody decided on.

    Refuses RIGHT_MISSING, RULES_PROPOSAL_UNKNOWN, RULES_PROPOSAL_NOT_YOURS, RULES_PROPOSAL_DECIDED_ALREADY.
    """
    check_may(actor, Permission.PUBLICATION_PROPOSE)
    with transaction.atomic():
        proposal = _take(actor, proposal_id)
        rules.check_may_withdraw(status=proposal.status, proposed_by=proposal.proposed_by_id, actor=actor.officer_id)
        _decide(actor, proposal, Status.WITHDRAWN, now=now)


def approve(actor: Actor, proposal_id: int, *, now: datetime) -> int:
    """Publish what another officer proposed; give how many changes. The next publication carries them.

    Refuses RIGHT_MISSING, RULES_PROPOSAL_UNKNOWN, RULES_PROPOSAL_OWN, RULES_PROPOSAL_NOT_SENT,
    RULES_PROPOSAL_DECIDED_ALREADY, RULES_OVERTAKEN.
    """
    check_may(actor, Permission.PUBLICATION_APPROVE)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        proposal = _take(actor, proposal_id)
        rules.check_may_decide(status=proposal.status, proposed_by=proposal.proposed_by_id, actor=actor.officer_id)
        changes = queries.changes_of(proposal_id)
        _check_still_fits(changes)
        _decide(actor, proposal, Status.APPROVED, now=now)
        _publish(proposal, changes, now)
    return len(changes)


def _check_still_fits(changes: Sequence[Change]) -> None:
    """Versions must exceed every version ever; what is retired must be there."""
    put = [change for change in changes if change.rule is not None]
    rules.check_still_fits(put, queries.highest_ever(change.key for change in put))
    rules.check_still_fits([change for change in changes if change.rule is None], queries.latest_rules())


def _publish(proposal: Proposal, changes: Sequence[Change], now: datetime) -> None:
    try:
        with transaction.atomic():
            Edition.objects.bulk_create(
                Edition(
                    proposal=proposal,
                    kind=change.kind,
                    country=change.key.country,
                    purpose=change.key.purpose,
                    identifier=change.key.identifier,
                    version=change.version,
                    rule=change.rule.to_json() if change.rule else None,
                    at=now,
                )
                for change in changes
            )
    except IntegrityError:
        raise Refused("RULES_OVERTAKEN", rule="") from None


def refuse(actor: Actor, proposal_id: int, reason: str, *, now: datetime) -> None:
    """Refuse what another officer proposed, saying why.

    Refuses RIGHT_MISSING, RULES_PROPOSAL_UNKNOWN, RULES_PROPOSAL_OWN, RULES_PROPOSAL_NOT_SENT,
    RULES_PROPOSAL_DECIDED_ALREADY, RULES_REASON_MISSING.
    """
    check_may(actor, Permission.PUBLICATION_APPROVE)
    with transaction.atomic():
        proposal = _take(actor, proposal_id)
        rules.check_may_decide(status=proposal.status, proposed_by=proposal.proposed_by_id, actor=actor.officer_id)
        if not reason.strip():
            raise Refused("RULES_REASON_MISSING")
        _decide(actor, proposal, Status.REFUSED, now=now, reason=reason.strip()[:1000])


def _take(actor: Actor, proposal_id: int) -> Proposal:
    row = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if row is None or (row.status == Status.DRAFT and row.proposed_by_id != actor.officer_id):
        raise Refused("RULES_PROPOSAL_UNKNOWN")
    return row


def _decide(actor: Actor, proposal: Proposal, status: Status, *, now: datetime, reason: str = "") -> None:
    proposal.status, proposal.decided_by_id, proposal.decided_at = status, actor.officer_id, now
    proposal.reason = reason
    proposal.save(update_fields=["status", "decided_by_id", "decided_at", "reason"])
    _note(actor, proposal.pk, "decide_rules", now=now, status=status.name)


def _note(actor: Actor, proposal_id: int, verb: str, *, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"rules-proposal/{proposal_id}", now=now, **facts)
