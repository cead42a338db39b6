"""Reading batches, credentials, and what waits for a signer."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from vaxpass.facility_signing.certificates import read_pem
from vaxpass.facility_signing.facts import (
    MOST_DOSES,
    BatchFacts,
    BatchStatus,
    CredentialFacts,
    SampledDose,
    Signable,
    Verdict,
)
from vaxpass.facility_signing.models import Attestation, Batch, SampledRecord, SigningCredential
from vaxpass.facility_signing.ports import KeyPlace
from vaxpass.facility_signing.rules import check_can_sign_for
from vaxpass.offices.queries import offices_in_reach
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records import queries as records
from vaxpass.records.access import facilities_reached
from vaxpass.records.states import Turn, states_waiting_for


def batch_facts(row: Batch) -> BatchFacts:
    """Give a row as a frozen value."""
    return BatchFacts(
        row.pk,
        row.number,
        row.facility_id,
        row.office_id,
        BatchStatus(row.status),
        row.count,
        row.left_out,
        bytes(row.root),
        bytes(row.manifest),
        row.prepared_by_id,
        row.prepared_at,
        row.ended_at,
        row.ended_reason,
        row.credential_id,
        row.algorithm,
        row.jws,
    )


def credential_facts(row: SigningCredential) -> CredentialFacts:
    """Give a row as a frozen value."""
    place = KeyPlace(row.kind, row.reference, row.algorithm, read_pem(row.certificates_pem))
    return CredentialFacts(
        row.pk,
        row.office_id,
        row.officer_id,
        row.provider,
        row.subject,
        row.thumbprint,
        row.valid_from,
        row.valid_to,
        row.withdrawn_at,
        place,
    )


def list_credentials(actor: Actor) -> list[CredentialFacts]:
    """List the certificates with which the actor may sign for the own office, the one that lasts longest first."""
    rows = SigningCredential.objects.filter(
        officer_id=actor.officer_id, office_id=actor.office_id, withdrawn_at__isnull=True
    )
    return [credential_facts(row) for row in rows.order_by("-valid_to")]


def get_credential(actor: Actor, credential_id: int) -> CredentialFacts:
    """Give one of the actor's certificates; refuses CREDENTIAL_NOT_YOURS."""
    row = SigningCredential.objects.filter(pk=credential_id, officer_id=actor.officer_id).first()
    if row is None:
        raise Refused("CREDENTIAL_NOT_YOURS")
    return credential_facts(row)


def credentials_in_reach(actor: Actor) -> QuerySet[SigningCredential]:
    """List the registered certificates of the offices for which the actor registers; refuses RIGHT_MISSING."""
    if actor.may(Permission.OFFICERS_ADMINISTER):
        return SigningCredential.objects.all()
    check_may(actor, Permission.SIGNING_DELEGATE)
    reached = offices_in_reach(actor)
    return (
        SigningCredential.objects.all() if reached is None else SigningCredential.objects.filter(office_id__in=reached)
    )


def get_credential_in_reach(actor: Actor, credential_id: int) -> CredentialFacts:
    """Give a registered certificate; refuses CREDENTIAL_UNKNOWN alike for what is absent and what is out of reach."""
    row = credentials_in_reach(actor).filter(pk=credential_id).first()
    if row is None:
        raise Refused("CREDENTIAL_UNKNOWN")
    return credential_facts(row)


def list_signable(actor: Actor) -> list[Signable]:
    """Tell for every facility that the actor signs for what waits, what is held back, what lies in open batches."""
    check_may(actor, Permission.DOSES_ATTEST)
    held, taken = _held_back(actor.signs_for), _in_open_batches(actor.signs_for)
    rows = records.count_to_attest(
        actor.signs_for,
        officer_id=actor.officer_id,
        leaving_out=[version for group in (held, taken) for versions in group.values() for version in versions],
    )
    return [
        _signable(
            [row for row in rows if row[0] == facility], facility, held.get(facility, []), taken.get(facility, [])
        )
        for facility in sorted(actor.signs_for)
    ]


def _signable(rows: Sequence[tuple], facility: int, held: list[int], taken: list[int]) -> Signable:  # type: ignore[type-arg]  # one row of count_to_attest
    others = [row for row in rows if not row[2]]
    return Signable(
        facility,
        {product: number for _, product, _, number, _ in others},
        sum(row[3] for row in rows if row[2]),
        len(held),
        len(taken),
        min((row[4] for row in others), default=None),
    )


def count_waiting(actor: Actor) -> int:
    """Count, up to one batch, the doses that wait for the actor's signature."""
    if not actor.signs_for:
        return 0
    return records.count_to_attest_up_to(MOST_DOSES, actor.signs_for, not_entered_by=actor.officer_id)


def left_out_of(facility_id: int) -> list[int]:
    """List the versions of a facility that lie in a prepared batch or are held back."""
    held, taken = _held_back([facility_id]), _in_open_batches([facility_id])
    return held.get(facility_id, []) + taken.get(facility_id, [])


def _held_back(facilities: Collection[int]) -> dict[int, list[int]]:
    """Wrong records that still wait; a mended one is another version, and its forerunner no longer waits."""
    rows = SampledRecord.objects.filter(
        facility_id__in=facilities, verdict=Verdict.WRONG, let_through_at__isnull=True
    ).values_list("facility_id", "version_id")
    found = list(rows)
    waiting = records.which_in_states({version for _, version in found}, states_waiting_for(Turn.FACILITY_SIGNER))
    return _grouped((facility, version) for facility, version in set(found) if version in waiting)


def _in_open_batches(facilities: Collection[int]) -> dict[int, list[int]]:
    rows = Attestation.objects.filter(batch__facility_id__in=facilities, batch__status=BatchStatus.PREPARED)
    return _grouped(rows.values_list("batch__facility_id", "version_id"))


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for facility, version in pairs:
        groups.setdefault(facility, []).append(version)
    return groups


def list_held_back(actor: Actor) -> list[int]:
    """List the versions that are held back at the facilities that the actor signs for."""
    check_may(actor, Permission.DOSES_ATTEST)
    return sorted(version for versions in _held_back(actor.signs_for).values() for version in versions)


def batches_in_reach(actor: Actor) -> QuerySet[Batch]:
    """List the batches of the facilities that the actor reaches, newest first."""
    check_may(actor, Permission.RECORD_SEE)
    rows = Batch.objects.order_by("-prepared_at")
    reached = facilities_reached(actor)
    return rows if reached is None else rows.filter(facility_id__in=reached)


def get_batch(actor: Actor, batch_id: int) -> BatchFacts:
    """Give a batch within reach; refuses BATCH_UNKNOWN alike for what is absent and what is out of reach."""
    row = batches_in_reach(actor).filter(pk=batch_id).first()
    if row is None:
        raise Refused("BATCH_UNKNOWN")
    return batch_facts(row)


def get_own_batch(actor: Actor, batch_id: int) -> BatchFacts:
    """Give a batch of a facility that the actor signs for; refuses BATCH_UNKNOWN, SIGNS_NOT_FOR_FACILITY."""
    batch = get_batch(actor, batch_id)
    check_can_sign_for(actor, batch.facility_id)
    return batch


def open_batches(actor: Actor) -> list[BatchFacts]:
    """List the prepared batches of the facilities that the actor signs for, oldest first."""
    rows = Batch.objects.filter(facility_id__in=actor.signs_for, status=BatchStatus.PREPARED).order_by("prepared_at")
    return [batch_facts(row) for row in rows]


def sample_of(batch_id: int) -> list[SampledDose]:
    """Give a batch's sample in the order of drawing."""
    rows = SampledRecord.objects.filter(batch_id=batch_id).order_by("pk")
    return [SampledDose(row.version_id, row.verdict) for row in rows]


def leaf_hashes_of(batch_id: int) -> list[bytes]:
    """Give a batch's leaf hashes in their order."""
    rows = Attestation.objects.filter(batch_id=batch_id).order_by("leaf_index").values_list("leaf_hash", flat=True)
    return [bytes(digest) for digest in rows]


def version_ids_of(batch_id: int) -> list[int]:
    """Give a batch's versions in the order of their leaves."""
    return list(
        Attestation.objects.filter(batch_id=batch_id).order_by("leaf_index").values_list("version_id", flat=True)
    )


def batch_of_version(version_id: int) -> int | None:
    """Give the signed batch that a dose version lies in."""
    row = Attestation.objects.filter(version_id=version_id, batch__status=BatchStatus.SIGNED).first()
    return row.batch_id if row else None


def find_batch_id(number: str) -> int | None:
    """Give the id of the signed batch with a number; None where there is none."""
    signed = Batch.objects.filter(number=number.strip(), status=BatchStatus.SIGNED)
    return signed.values_list("pk", flat=True).first()


def credential_of(batch: BatchFacts) -> CredentialFacts | None:
    """Give the certificate that a batch was signed with."""
    row = SigningCredential.objects.filter(pk=batch.credential_id).first() if batch.credential_id else None
    return credential_facts(row) if row else None


def count_credentials_ending(now: datetime, days: Sequence[int]) -> dict[int, int]:
    """Count the signers' certificates that hold now and end within so many days, by number of days."""
    standing = SigningCredential.objects.filter(withdrawn_at__isnull=True, valid_to__gt=now)
    ends = {f"within_{n}": Count("pk", filter=Q(valid_to__lte=now + timedelta(days=n))) for n in days}
    counted = standing.aggregate(**ends)
    return {n: counted[f"within_{n}"] for n in days}
