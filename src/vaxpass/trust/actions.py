"""The verbs of trust: note our keys, import a list, propose, decide. One transaction each."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import Max, Q
from vaxproof import ProofError, SignerCertificate
from vaxproof.trust import documents
from vaxproof.trust.certificates import read_certificate
from vaxproof.trust.countries import alpha_2
from vaxproof.trust.entries import Usage
from vaxproof.trust.foreign import MAX_BYTES, Anchors, Authority, ForeignList
from vaxproof.trust.foreign import Candidate as Judged
from vaxproof.trust.foreign_lists import read_foreign

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.trust import queries
from vaxpass.trust.models import Candidate, Decision, ImportAuthority, KeyImport, OwnKey, Proposal, ProposalItem
from vaxpass.trust.rules import (
    COUNTRY,
    OWN_COUNTRY,
    Choice,
    Compared,
    ProposalKind,
    WithdrawalReason,
    check_may_decide,
    check_not_overtaken,
    check_withdrawal,
    check_words,
    choose,
)

_NAME, _DETAIL = 200, 200
_AT_ONCE = 500
LOCK = 0x7472757374  # the word "trust": one decision at a time


def note_own_keys(signers: Iterable[bytes], authorities: Iterable[bytes], *, now: datetime) -> int:
    """Note our own certificates (DER) before they are published; give how many are new.

    They stay noted when their files are gone. Raises ProofError CERTIFICATE_UNREADABLE.
    """
    wanted = [(Usage.DSC, der) for der in signers] + [(Usage.CSCA, der) for der in authorities]
    known = set(OwnKey.objects.values_list("fingerprint", flat=True))
    rows = [_own_key(der, usage, now) for usage, der in wanted if _fingerprint(der) not in known]
    return len(OwnKey.objects.bulk_create(rows, ignore_conflicts=True)) if rows else 0


def _own_key(der: bytes, usage: Usage, now: datetime) -> OwnKey:
    read = read_certificate(der)
    return OwnKey(
        fingerprint=_fingerprint(der),
        usage=usage.value,
        der=der,
        key_id=read.key_id,
        common_name=read.common_name[:_NAME],
        not_before=read.not_before,
        not_after=read.not_after,
        noted_at=now,
    )


def _fingerprint(der: bytes) -> str:
    return sha256(der).hexdigest()


# Importing ------------------------------------------------------------------------------------------------------------


def import_list(actor: Actor, data: bytes, name: str, *, now: datetime) -> int:
    """Read a foreign list, judge its entries and keep both; give the import's id. Nothing is believed by that.

    Refuses RIGHT_MISSING, TRUST_FILE_TOO_LARGE, and vaxproof's FOREIGN_LIST_INVALID, FOREIGN_LIST_REFERENCE,
    FOREIGN_LIST_NOT_PRODUCTION.
    """
    check_may(actor, Permission.PUBLICATION_PROPOSE)
    if len(data) > MAX_BYTES:
        raise Refused("TRUST_FILE_TOO_LARGE")
    anchors = Anchors(queries.accepted_authorities().values(), list_sha256=sha256(data).hexdigest())
    try:
        found = read_foreign(data, anchors, at=now, name=name)
    except ProofError as error:
        raise Refused(error.code.value) from None
    with transaction.atomic():
        row = KeyImport.objects.create(
            kind=found.kind.value,
            identifier=_text(found.identifier, _NAME),
            name=_text(name, _NAME),
            sha256=found.sha256,
            data=data,
            listed_at=found.listed_at,
            imported_by_id=actor.officer_id,
            imported_at=now,
        )
        _keep_judged(row, found, now)
        note_act_of(
            actor, "import_keys", f"key-import/{row.pk}", now=now, sha256=found.sha256, entries=len(found.candidates)
        )
    return row.pk


def _keep_judged(row: KeyImport, found: ForeignList, now: datetime) -> None:
    Candidate.objects.bulk_create((_candidate(row, one) for one in found.candidates), batch_size=_AT_ONCE)
    below: dict[str, int] = {}
    for one in found.acceptable:
        if one.country != COUNTRY and one.authority and one.claimed.usage is Usage.DSC:
            above = _fingerprint(one.authority)
            below[above] = below.get(above, 0) + 1
    usable = [one for one in found.authorities if _is_usable(one, found, now)]
    ImportAuthority.objects.bulk_create(
        (_authority(row, one, below.get(one.fingerprint, 0)) for one in usable), batch_size=_AT_ONCE
    )


def _is_usable(authority: Authority, found: ForeignList, now: datetime) -> bool:
    """Of another country, not expired, and no entry that was itself refused."""
    refused = {one.fingerprint for one in found.candidates if one.refusal and one.claimed.usage is not Usage.DSC}
    certificate = authority.certificate
    foreign = alpha_2(certificate.country) not in ("", COUNTRY)
    return foreign and now <= certificate.not_after and authority.fingerprint not in refused


def _candidate(row: KeyImport, one: Judged) -> Candidate:
    certificate = one.certificate
    refusal = one.refusal.value if one.refusal else ""
    return Candidate(
        key_import=row,
        fingerprint=one.fingerprint,
        usage=one.claimed.usage.value if one.claimed.usage else "",
        country=one.country,
        der=one.claimed.der,
        key_id=certificate.key_id if certificate else b"",
        common_name=_text(certificate.common_name, _NAME) if certificate else "",
        not_before=certificate.not_before if certificate else None,
        not_after=certificate.not_after if certificate else None,
        refusal=OWN_COUNTRY if one.country == COUNTRY and not refusal else refusal,
        detail=_text(one.detail, _DETAIL),
        authority=_fingerprint(one.authority) if one.authority else "",
        quirks=sorted({quirk.value for quirk in one.claimed.quirks}),
        origin=dict(one.claimed.origin),
    )


def _authority(row: KeyImport, one: Authority, signers: int) -> ImportAuthority:
    certificate: SignerCertificate = one.certificate
    listed = {"listed_at": documents.stamp(row.listed_at)} if row.listed_at else {}
    return ImportAuthority(
        key_import=row,
        fingerprint=one.fingerprint,
        country=alpha_2(certificate.country),
        der=certificate.der,
        key_id=certificate.key_id,
        common_name=_text(certificate.common_name, _NAME),
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        signers=signers,
        origin={"source": row.kind, "list": row.identifier, **listed},
    )


def _text(value: str, length: int) -> str:
    """Text that a database keeps and a page shows: no NUL, no characters that steer, not too long."""
    return "".join(c if c.isprintable() else " " for c in value)[:length]


# Proposing ------------------------------------------------------------------------------------------------------------


def propose_import(  # noqa: PLR0913 -- what was compared, and how, belongs to the proposal
    actor: Actor, import_id: int, *, compared: Compared, picked: Sequence[str], words: str, now: datetime
) -> int:
    """Propose all keys of an import that are believable by what was compared; give the proposal's id.

    `words`: how it was compared, with what. `picked`: fingerprints of authorities, where these were compared.
    Refuses RIGHT_MISSING, TRUST_IMPORT_UNKNOWN, TRUST_REASON_MISSING, TRUST_REASON_TOO_LONG, TRUST_AUTHORITY_UNKNOWN,
    TRUST_NOTHING_CHOSEN (nothing, or nothing new).
    """
    check_may(actor, Permission.PUBLICATION_PROPOSE)
    found = queries.get_import(import_id)
    told = check_words(words)
    choice = choose(
        queries.offered(import_id),
        {one.key.fingerprint for one in queries.authorities(import_id) if one.key.not_after >= now},
        compared=compared,
        picked=picked,
        accepted={one.key.fingerprint for one in queries.accepted_keys()},
    )
    with transaction.atomic():
        proposal = _propose(actor, ProposalKind.ACCEPT, told, now, key_import_id=found.id, compared=compared.value)
        _add_chosen(proposal, import_id, choice)
    return proposal.pk


def _add_chosen(proposal: Proposal, import_id: int, choice: Choice) -> None:
    above = ImportAuthority.objects.filter(key_import_id=import_id, fingerprint__in=choice.authorities)
    signers = Candidate.objects.filter(
        key_import_id=import_id, usage=Usage.DSC.value, refusal="", fingerprint__in=choice.signers
    )
    rows = {(one.fingerprint, Usage.CSCA): _item(proposal, one, Usage.CSCA) for one in above}
    rows |= {(one.fingerprint, Usage.DSC): _item(proposal, one, Usage.DSC, one.authority) for one in signers}
    ProposalItem.objects.bulk_create(rows.values(), batch_size=_AT_ONCE)


def propose_removal(actor: Actor, fingerprints: Sequence[str], *, words: str, now: datetime) -> int:
    """Propose to believe accepted keys no longer, and with an authority all keys that were accepted below it.

    Refuses RIGHT_MISSING, TRUST_REASON_MISSING, TRUST_REASON_TOO_LONG, TRUST_KEY_UNKNOWN.
    """
    check_may(actor, Permission.PUBLICATION_PROPOSE)
    told = check_words(words)
    named = set(fingerprints)
    chosen = {
        (one.key.fingerprint, one.key.usage): one
        for one in queries.accepted_keys()
        if one.key.fingerprint in named or one.key.authority in named
    }
    if not named <= {fingerprint for fingerprint, _ in chosen} or not named:
        raise Refused("TRUST_KEY_UNKNOWN")
    with transaction.atomic():
        proposal = _propose(actor, ProposalKind.REMOVE, told, now)
        accepted = ProposalItem.objects.filter(
            proposal_id__in={one.proposal_id for one in chosen.values()},
            fingerprint__in={fingerprint for fingerprint, _ in chosen},
        )
        rows = {(one.fingerprint, one.usage): _item(proposal, one, Usage(one.usage), one.authority) for one in accepted}
        ProposalItem.objects.bulk_create([rows[key] for key in chosen], batch_size=_AT_ONCE)
    return proposal.pk


def propose_withdrawal(  # noqa: PLR0913 -- a withdrawal says all of this
    actor: Actor, fingerprint: str, *, reason: WithdrawalReason, unless_logged: bool, words: str, now: datetime
) -> int:
    """Propose to withdraw a key of ours; give the proposal's id. There is no way back once it is accepted.

    Refuses RIGHT_MISSING, TRUST_REASON_MISSING, TRUST_REASON_TOO_LONG, TRUST_KEY_UNKNOWN, TRUST_KEY_ALREADY_WITHDRAWN.
    """
    check_may(actor, Permission.PUBLICATION_PROPOSE)
    told = check_words(words)
    key = OwnKey.objects.filter(pk=fingerprint, usage=Usage.DSC.value).first()
    if key is None:
        raise Refused("TRUST_KEY_UNKNOWN")
    known = queries.withdrawals().get(fingerprint)
    check_withdrawal(withdrawn=known.unless_logged if known else None, unless_logged=unless_logged)
    with transaction.atomic():
        proposal = _propose(actor, ProposalKind.WITHDRAW, told, now, reason=reason.value, unless_logged=unless_logged)
        ProposalItem.objects.bulk_create([_item(proposal, key, Usage.DSC)])
    return proposal.pk


def _propose(actor: Actor, kind: ProposalKind, words: str, now: datetime, **columns: object) -> Proposal:
    proposal = Proposal.objects.create(
        kind=kind.value, words=words, proposed_by_id=actor.officer_id, proposed_at=now, **columns
    )
    _note(actor, "propose_keys", proposal.pk, now, kind=kind.value)
    return proposal


def _item(
    proposal: Proposal,
    key: Candidate | ImportAuthority | ProposalItem | OwnKey,
    usage: Usage,
    authority: str = "",
) -> ProposalItem:
    assert key.not_before is not None  # only an entry without a certificate has no times, and it is refused
    assert key.not_after is not None
    return ProposalItem(
        proposal=proposal,
        fingerprint=key.fingerprint,
        usage=usage.value,
        country=COUNTRY if isinstance(key, OwnKey) else key.country,
        der=bytes(key.der),
        key_id=bytes(key.key_id),
        common_name=key.common_name,
        not_before=key.not_before,
        not_after=key.not_after,
        authority=authority,
        origin={} if isinstance(key, OwnKey) else _origin(key, authority),
    )


def _origin(key: Candidate | ImportAuthority | ProposalItem, authority: str) -> dict[str, object]:
    """Where it came from, as the published list will tell: with the authority that vouches for it."""
    return {**key.origin, **({"authority": authority} if authority else {})}


# Deciding -------------------------------------------------------------------------------------------------------------


def decide(actor: Actor, proposal_id: int, *, approve: bool, words: str = "", now: datetime) -> None:
    """Accept what another officer proposed, or refuse it with a reason. The caller publishes afterwards.

    Refuses RIGHT_MISSING, TRUST_PROPOSAL_UNKNOWN, TRUST_ALREADY_DECIDED, TRUST_OWN_PROPOSAL, TRUST_PROPOSAL_STALE,
    TRUST_PROPOSAL_OVERTAKEN, TRUST_KEY_ALREADY_WITHDRAWN; a refusal without words TRUST_REASON_MISSING.
    """
    check_may(actor, Permission.PUBLICATION_APPROVE)
    told = words.strip() if approve else check_words(words)
    with transaction.atomic():
        _wait_for_other_decisions()
        proposal = _hold(proposal_id)
        check_may_decide(
            proposed_by=proposal.proposed_by_id,
            officer_id=actor.officer_id,
            proposed_at=proposal.proposed_at,
            now=now,
            decided=Decision.objects.filter(proposal=proposal).exists(),
            approve=approve,
        )
        if approve:
            _check_still_new(proposal)
        Decision.objects.create(
            proposal=proposal,
            approved=approve,
            words=told,
            proposed_by_id=proposal.proposed_by_id,
            decided_by_id=actor.officer_id,
            at=_after_the_last(now),
        )
        _note(actor, "accept_keys" if approve else "refuse_keys", proposal_id, now, kind=proposal.kind)


def _wait_for_other_decisions() -> None:
    """Each decision sees those before it: an acceptance and a removal of the same key lie in different proposals."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _after_the_last(now: datetime) -> datetime:
    """The time of a decision. The later one counts, so it must not be dated before those that it waited for."""
    last: datetime | None = Decision.objects.aggregate(last=Max("at"))["last"]
    return now if last is None or last < now else last + timedelta(microseconds=1)


def _hold(proposal_id: int) -> Proposal:
    """The proposal, which nobody else decides on meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT trust_hold_proposal(%s)", [proposal_id])
    proposal = Proposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise Refused("TRUST_PROPOSAL_UNKNOWN")
    return proposal


def _check_still_new(proposal: Proposal) -> None:
    """What others accepted since it was proposed must not be undone or said twice by it."""
    match ProposalKind(proposal.kind):
        case ProposalKind.ACCEPT:
            check_not_overtaken(removed_since=_is_removed_since(proposal))
        case ProposalKind.WITHDRAW:
            _check_not_withdrawn_since(proposal)


def _is_removed_since(proposal: Proposal) -> bool:
    """Whether one of its keys, or an authority above one, was removed after it was proposed."""
    own = ProposalItem.objects.filter(proposal=proposal)
    return ProposalItem.objects.filter(
        Q(fingerprint__in=own.values("fingerprint")) | Q(fingerprint__in=own.values("authority")),
        proposal__kind=ProposalKind.REMOVE.value,
        proposal__decision__approved=True,
        proposal__decision__at__gt=proposal.proposed_at,
    ).exists()


def _check_not_withdrawn_since(proposal: Proposal) -> None:
    """A key that was withdrawn meanwhile is not withdrawn twice in the same words."""
    known = queries.withdrawals()
    for fingerprint in ProposalItem.objects.filter(proposal=proposal).values_list("fingerprint", flat=True):
        found = known.get(fingerprint)
        check_withdrawal(withdrawn=found.unless_logged if found else None, unless_logged=bool(proposal.unless_logged))


def _note(actor: Actor, verb: str, proposal_id: int, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"key-proposal/{proposal_id}", now=now, **facts)
