"""Reading trust: what verifiers are told to believe, and what waits for a decision."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from vaxproof.trust import documents
from vaxproof.trust.certificates import read_certificate
from vaxproof.trust.entries import TrustEntry, Usage, Withdrawal

from vaxpass.offices.scope import Refused
from vaxpass.trust.facts import (
    AcceptedKey,
    AuthorityFacts,
    EntryFacts,
    ImportFacts,
    KeyFacts,
    OwnKeyFacts,
    ProposalFacts,
    WithdrawalFacts,
)
from vaxpass.trust.models import Candidate, ImportAuthority, KeyImport, OwnKey, Proposal, ProposalItem
from vaxpass.trust.rules import COUNTRY, Offered, ProposalKind, WithdrawalReason

_FOREIGN = (ProposalKind.ACCEPT.value, ProposalKind.REMOVE.value)


# What is believed -----------------------------------------------------------------------------------------------------


def published_entries(now: datetime) -> list[TrustEntry]:
    """Give the lines of the trust list: our own keys, also withdrawn ones, and the foreign ones that we accepted.

    Our own stay for ever, so that verifiers tell an expired key from an unknown one; foreign ones go when they expire.
    """
    own = {one.key.fingerprint: one for one in own_keys()}
    entries = [
        TrustEntry(
            read_certificate(bytes(row.der), source=COUNTRY),
            Usage(row.usage),
            withdrawn=_published_withdrawal(own[row.fingerprint].withdrawn),
        )
        for row in OwnKey.objects.order_by("usage", "noted_at", "fingerprint")
    ]
    accepted = _accepted_items().filter(not_after__gte=now)
    foreign = (item for item in _newest(accepted) if item.proposal.kind == ProposalKind.ACCEPT)
    return entries + [_foreign_entry(item) for item in foreign if item.fingerprint not in own]


def _published_withdrawal(found: WithdrawalFacts | None) -> Withdrawal | None:
    return Withdrawal(found.at, found.reason, found.unless_logged) if found else None


def _foreign_entry(item: ProposalItem) -> TrustEntry:
    certificate = read_certificate(bytes(item.der), source=str(item.origin.get("source", "")))
    origin = {**item.origin, "accepted_at": documents.stamp(item.proposal.decision.at)}
    return TrustEntry(certificate, Usage(item.usage), origin=origin)


def _accepted_items() -> QuerySet[ProposalItem]:
    found = ProposalItem.objects.filter(proposal__kind__in=_FOREIGN, proposal__decision__approved=True)
    return found.select_related("proposal__decision")


def _newest(items: QuerySet[ProposalItem]) -> QuerySet[ProposalItem]:
    """Of each key and usage the item that was decided last."""
    ordered = items.order_by("fingerprint", "usage", "-proposal__decision__at", "-proposal_id")
    return ordered.distinct("fingerprint", "usage")


def accepted_keys() -> list[AcceptedKey]:
    """Give every foreign key that is believed, expired ones too, by country and name."""
    items = [item for item in _newest(_accepted_items()).defer("der") if item.proposal.kind == ProposalKind.ACCEPT]
    found = [
        AcceptedKey(
            _key(item, item.authority),
            item.proposal_id,
            item.proposal.proposed_by_id,
            item.proposal.decision.decided_by_id,
            item.proposal.decision.at,
        )
        for item in items
    ]
    return sorted(found, key=lambda one: (one.key.country, one.key.usage, one.key.common_name, one.key.fingerprint))


def accepted_authorities() -> dict[str, bytes]:
    """Give the certificates (DER) of the foreign authorities that are believed, by fingerprint."""
    items = _newest(_accepted_items().filter(usage=Usage.CSCA.value))
    return {item.fingerprint: bytes(item.der) for item in items if item.proposal.kind == ProposalKind.ACCEPT}


def own_keys() -> list[OwnKeyFacts]:
    """Give every key of ours that was ever published, with its withdrawal."""
    withdrawn = withdrawals()
    return [
        OwnKeyFacts(_key(row, "", country=COUNTRY), withdrawn.get(row.fingerprint))
        for row in OwnKey.objects.defer("der").order_by("usage", "-not_before", "fingerprint")
    ]


def withdrawals() -> dict[str, WithdrawalFacts]:
    """Give the withdrawals of our keys by fingerprint; the harder word counts.

    A key that was stolen, misused or lost is withdrawn with every certificate that was ever made for it.
    """
    found = _withdrawn_certificates()
    of_keys = [one for one in found.items() if one[1].reason != WithdrawalReason.KEY_REPLACED]
    if of_keys:
        keys = {row.fingerprint: read_certificate(bytes(row.der)).public_key_der for row in OwnKey.objects.all()}
        for fingerprint, withdrawal in of_keys:
            for same in (one for one, key in keys.items() if key == keys.get(fingerprint)):
                found[same] = _harder(found.get(same), withdrawal)
    return found


def _withdrawn_certificates() -> dict[str, WithdrawalFacts]:
    items = ProposalItem.objects.filter(proposal__kind=ProposalKind.WITHDRAW.value, proposal__decision__approved=True)
    found: dict[str, WithdrawalFacts] = {}
    for item in items.select_related("proposal__decision").defer("der").order_by("proposal__decision__at"):
        found[item.fingerprint] = _harder(found.get(item.fingerprint), _withdrawal(item.proposal))
    return found


def _harder(known: WithdrawalFacts | None, other: WithdrawalFacts) -> WithdrawalFacts:
    """Of two the one that spares nobody, else the earlier one."""
    return other if known is None or (known.unless_logged and not other.unless_logged) else known


def _withdrawal(proposal: Proposal) -> WithdrawalFacts:
    decision = proposal.decision
    return WithdrawalFacts(
        proposal.pk,
        decision.at,
        proposal.reason,
        bool(proposal.unless_logged),
        proposal.words,
        proposal.proposed_by_id,
        decision.decided_by_id,
    )


def is_withdrawn(key_id: bytes) -> bool:
    """Say whether a key of ours was withdrawn: it must sign nothing any more."""
    own = OwnKey.objects.filter(key_id=key_id).values_list("fingerprint", flat=True)
    return bool(withdrawals().keys() & set(own))


def _key(row: Any, authority: str, *, country: str = "", usage: str = "") -> KeyFacts:
    return KeyFacts(
        row.fingerprint,
        usage or row.usage,
        country or row.country,
        row.common_name,
        bytes(row.key_id),
        row.not_before,
        row.not_after,
        authority,
        getattr(row, "origin", {}),
    )


# Imports --------------------------------------------------------------------------------------------------------------


def get_import(import_id: int) -> ImportFacts:
    """Give an import; refuses TRUST_IMPORT_UNKNOWN."""
    row = KeyImport.objects.defer("data").filter(pk=import_id).first()
    if row is None:
        raise Refused("TRUST_IMPORT_UNKNOWN")
    counted = Candidate.objects.filter(key_import=row).values_list("refusal").annotate(Count("pk"))
    reasons = {str(code): int(count) for code, count in counted.order_by("refusal")}
    return ImportFacts(
        row.pk, row.kind, row.identifier, row.name, row.sha256, row.listed_at, row.imported_by_id, row.imported_at,
        sum(reasons.values()), reasons.pop("", 0), reasons,
    )  # fmt: skip


def imports() -> QuerySet[KeyImport]:
    """Every import, for tables."""
    return KeyImport.objects.defer("data")


def refused_entries(import_id: int) -> QuerySet[Candidate]:
    """The entries of an import that are refused, for tables; `entries_of` turns a page of them into facts."""
    return Candidate.objects.defer("der").filter(key_import_id=import_id).exclude(refusal="")


def entries_of(part: Iterable[Candidate]) -> list[EntryFacts]:
    """Give some entries as facts, in their order."""
    return [EntryFacts(one.country, one.common_name, one.not_after, one.refusal, one.detail) for one in part]


def offered(import_id: int) -> list[Offered]:
    """Give the signers of an import, as far as a choice needs them."""
    rows = Candidate.objects.filter(key_import_id=import_id, usage=Usage.DSC.value)
    return [Offered(*row) for row in rows.values_list("fingerprint", "refusal", "authority")]


def authorities(import_id: int) -> list[AuthorityFacts]:
    """Give the authorities that an import names, by country."""
    accepted = accepted_authorities()
    rows = ImportAuthority.objects.defer("der").filter(key_import_id=import_id).order_by("country", "common_name", "pk")
    return [
        AuthorityFacts(_key(row, "", usage=Usage.CSCA.value), row.signers, row.fingerprint in accepted) for row in rows
    ]


# Proposals ------------------------------------------------------------------------------------------------------------


def get_proposal(proposal_id: int) -> ProposalFacts:
    """Give a proposal; refuses TRUST_PROPOSAL_UNKNOWN."""
    found = facts_of(Proposal.objects.select_related("decision").filter(pk=proposal_id))
    if not found:
        raise Refused("TRUST_PROPOSAL_UNKNOWN")
    return found[0]


def proposals() -> QuerySet[Proposal]:
    """Every proposal, for tables; `facts_of` turns a page of them into facts."""
    return Proposal.objects.select_related("decision")


def waiting(not_proposed_by: int | None = None) -> QuerySet[Proposal]:
    """Proposals that nobody has decided on, leaving out those of one officer."""
    found = proposals().filter(decision__isnull=True)
    return found if not_proposed_by is None else found.exclude(proposed_by_id=not_proposed_by)


def facts_of(part: Iterable[Proposal]) -> list[ProposalFacts]:
    """Give the facts of some proposals in their order."""
    return [_proposal(one) for one in part]


def _proposal(one: Proposal) -> ProposalFacts:
    decision = getattr(one, "decision", None)
    return ProposalFacts(
        one.pk, one.kind, one.key_import_id, one.compared, one.words, one.reason, one.unless_logged,
        one.proposed_by_id, one.proposed_at,
        decision.approved if decision else None,
        decision.decided_by_id if decision else None,
        decision.at if decision else None,
        decision.words if decision else "",
    )  # fmt: skip


def items(proposal_id: int) -> list[KeyFacts]:
    """Give the keys of a proposal: authorities first, by country."""
    rows = ProposalItem.objects.defer("der").filter(proposal_id=proposal_id)
    return [_key(row, row.authority) for row in rows.order_by("usage", "country", "common_name", "fingerprint")]


def count_items(proposal_ids: Iterable[int]) -> dict[int, int]:
    """Count the keys of some proposals."""
    counted = ProposalItem.objects.filter(proposal_id__in=list(proposal_ids)).values_list("proposal_id")
    return {int(proposal): int(count) for proposal, count in counted.annotate(Count("pk")).order_by("proposal_id")}
