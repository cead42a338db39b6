"""What validity_rules tells others: the rules in force, and the proposals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from vaxproof.rules.book import RuleSet
from vaxproof.rules.rule import Rule

from vaxpass.offices.scope import Refused
from vaxpass.validity_rules.models import Edition, Proposal, ProposedChange
from vaxpass.validity_rules.rules import Assessed, Change, Key, Kind, Said, Status


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a rule that stands in the published document (or will, until it is over)."""

    key: Key
    rule: Rule
    since: datetime
    proposal_id: int


@dataclass(frozen=True, slots=True)
class SetSummary:
    """One set on the desk's first page."""

    country: str
    purpose: str
    rules: int
    since: datetime


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """A proposal without its changes."""

    id: int
    status: Status
    source: str
    note: str
    proposed_by: int
    proposed_at: datetime
    sent_at: datetime | None
    decided_by: int | None
    decided_at: datetime | None
    reason: str


def published(country: str = "", purpose: str = "") -> list[Published]:
    """Every version that was approved and not retired since, oldest first; of one set where it is named."""
    rows = Edition.objects.order_by("pk")
    if country:
        rows = rows.filter(country=country, purpose=purpose)
    found: dict[Key, list[Published]] = {}
    for row in rows:
        key = Key(row.country, row.purpose, row.identifier)
        if row.kind == Kind.RETIRE:
            found.pop(key, None)
        else:
            found.setdefault(key, []).append(Published(key, Rule.from_json(row.rule), row.at, row.proposal_id))
    return [version for versions in found.values() for version in versions]


def latest(versions: Iterable[Published]) -> dict[Key, Published]:
    """Of each rule the version with the highest precedence."""
    found: dict[Key, Published] = {}
    for version in versions:
        known = found.get(version.key)
        if known is None or version.rule.precedence > known.rule.precedence:
            found[version.key] = version
    return found


def latest_rules() -> dict[Key, Rule]:
    """Of each published rule the highest version, for holding proposals against."""
    return {key: version.rule for key, version in latest(published()).items()}


def highest_ever(keys: Iterable[Key]) -> dict[Key, Rule]:
    """Of each of these rules the highest version ever published, retired ones too: versions only grow."""
    wanted = set(keys)
    rows = Edition.objects.filter(kind=Kind.PUT, identifier__in={key.identifier for key in wanted})
    found: dict[Key, Rule] = {}
    for row in rows:
        key, rule = Key(row.country, row.purpose, row.identifier), Rule.from_json(row.rule)
        if key in wanted and (key not in found or rule.precedence > found[key].precedence):
            found[key] = rule
    return found


def published_sets(now: datetime) -> tuple[RuleSet, ...]:
    """The sets to publish: every approved version that is not retired and not over, by country and purpose."""
    sets: dict[tuple[str, str], list[Rule]] = {}
    for version in published():
        if version.rule.valid_to >= now:
            sets.setdefault((version.key.country, version.key.purpose), []).append(version.rule)
    return tuple(RuleSet(country, purpose, tuple(rules)) for (country, purpose), rules in sorted(sets.items()))


def rule_set(country: str, purpose: str) -> RuleSet:
    """One set as it is published, over rules included; empty where there is none."""
    return RuleSet(country, purpose, tuple(version.rule for version in published(country, purpose)))


def set_summaries() -> list[SetSummary]:
    """Every set that has a rule."""
    found: dict[tuple[str, str], list[Published]] = {}
    for version in latest(published()).values():
        found.setdefault((version.key.country, version.key.purpose), []).append(version)
    return [
        SetSummary(country, purpose, len(versions), max(version.since for version in versions))
        for (country, purpose), versions in sorted(found.items())
    ]


def get_rule(key: Key) -> list[Published]:
    """The published versions of a rule, newest first. Refuses RULE_UNKNOWN."""
    found = [version for version in published(key.country, key.purpose) if version.key == key]
    if not found:
        raise Refused("RULE_UNKNOWN")
    return sorted(found, key=lambda version: version.rule.precedence, reverse=True)


def proposals() -> QuerySet[Proposal]:
    """Every proposal, for a table."""
    return Proposal.objects.all()


def visible_proposals(officer_id: int) -> QuerySet[Proposal]:
    """Every proposal that was sent, and the officer's own drafts."""
    return Proposal.objects.exclude(status=Status.DRAFT) | Proposal.objects.filter(proposed_by_id=officer_id)


def facts_of(rows: Iterable[Proposal]) -> list[ProposalFacts]:
    """Rows as facts."""
    return [
        ProposalFacts(
            row.pk,
            Status(row.status),
            row.source,
            row.note,
            row.proposed_by_id,
            row.proposed_at,
            row.sent_at,
            row.decided_by_id,
            row.decided_at,
            row.reason,
        )
        for row in rows
    ]


def get_proposal(proposal_id: int, officer_id: int) -> ProposalFacts:
    """A proposal that the officer may see. Refuses RULES_PROPOSAL_UNKNOWN."""
    row = visible_proposals(officer_id).filter(pk=proposal_id).first()
    if row is None:
        raise Refused("RULES_PROPOSAL_UNKNOWN")
    return facts_of([row])[0]


def changes_of(proposal_id: int) -> list[Change]:
    """What a proposal would change, in the order of publishing."""
    return [change_of(row) for row in ProposedChange.objects.filter(proposal_id=proposal_id).order_by("pk")]


def change_of(row: ProposedChange) -> Change:
    """A row as a change."""
    return Change(
        Kind(row.kind),
        Key(row.country, row.purpose, row.identifier),
        row.version,
        Rule.from_json(row.rule) if row.rule is not None else None,
        tuple(map(Said.from_json, row.remarks)),
    )


def findings_of(proposal_id: int) -> list[Assessed]:
    """The rules of the file that are no change, with their faults."""
    stored = Proposal.objects.values_list("findings", flat=True).get(pk=proposal_id)
    return [
        Assessed(one["where"], one["identifier"], None, tuple(map(Said.from_json, one["faults"]))) for one in stored
    ]


def count_to_decide(officer_id: int) -> int:
    """Count the proposals that wait for another officer than this one."""
    return Proposal.objects.filter(status=Status.OPEN).exclude(proposed_by_id=officer_id).count()


def with_changes(sets: Mapping[tuple[str, str], RuleSet], changes: Iterable[Change]) -> dict[tuple[str, str], RuleSet]:
    """The sets as they would be after these changes."""
    found = dict(sets)
    for change in changes:
        place = (change.key.country, change.key.purpose)
        rules = found[place].rules if place in found else ()
        if change.rule is None:
            rules = tuple(rule for rule in rules if rule.identifier != change.key.identifier)
        else:
            rules = (*rules, change.rule)
        found[place] = RuleSet(*place, rules)
    return found
