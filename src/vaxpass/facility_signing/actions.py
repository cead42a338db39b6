"""The verbs of facility signing: prepare, read the sample, sign, abandon.

Signing has three steps: *prepare* writes the batch, its leaves and its manifest in one transaction; the key signs
outside of any; *record* stores the signature and moves the doses in one transaction, all of them or none. A dead key
leaves a prepared batch, which is signed later under the same number, or abandoned.
"""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from random import SystemRandom

from django.db import IntegrityError, connection, transaction
from vaxproof.log.merkle import root

from vaxpass.campaigns.openings import check_facility_open
from vaxpass.campaigns.rules import Function
from vaxpass.facility_signing import jws, queries, rules
from vaxpass.facility_signing.certificates import check_certificate
from vaxpass.facility_signing.facts import (
    MOST_DOSES,
    SAMPLE_SIZE,
    BatchFacts,
    BatchStatus,
    CredentialFacts,
    Verdict,
)
from vaxpass.facility_signing.manifest import SALT_BYTES, Leaf, grow_leaves, manifest_bytes
from vaxpass.facility_signing.models import Attestation, Batch, SampledRecord
from vaxpass.facility_signing.ports import AttestationKey, KeyPlace, RevocationStatus, TrustAnchor
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.queries import count_acts, get_office
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records import queries as records
from vaxpass.records.actions import move_all
from vaxpass.records.states import Turn, Verb, states_waiting_for

OpenKey = Callable[[KeyPlace], AttestationKey]
"""Opens a key; the PIN is known to the caller alone."""

_COLUMNS = ("version_id", "batch_id", "leaf_index", "leaf_hash", "salt", "entered_by_id")
_TYPES = ("int8", "int8", "int4", "bytea", "bytea", "int8")


def prepare_batch(actor: Actor, facility_id: int, *, now: datetime, most: int = MOST_DOSES) -> BatchFacts:
    """Put what waits at a facility into a batch, oldest first, and draw its sample; doses of the signer stay out.

    Refuses RIGHT_MISSING, SIGNS_NOT_FOR_FACILITY, FUNCTION_CLOSED and FUNCTION_ENDED by a directive, NOTHING_TO_SIGN,
    DOSES_IN_ANOTHER_BATCH.
    """
    rules.check_can_sign_for(actor, facility_id)
    check_facility_open(Function.FACILITY_SIGNING, facility_id, now=now)
    try:
        with transaction.atomic():
            return _prepare(actor, facility_id, now, most)
    except IntegrityError:
        raise Refused("DOSES_IN_ANOTHER_BATCH") from None


def _prepare(actor: Actor, facility_id: int, now: datetime, most: int) -> BatchFacts:
    _take_turns(facility_id)
    leaving_out = queries.left_out_of(facility_id)
    ids = records.lock_to_attest(facility_id, not_entered_by=actor.officer_id, leaving_out=leaving_out, limit=most)
    if not ids:
        raise Refused("NOTHING_TO_SIGN")
    facility = get_office(facility_id)
    leaves = grow_leaves(records.get_versions(ids), facility.code, os.urandom(SALT_BYTES * len(ids)))
    rules.check_entered_by_others(actor, [leaf.entered_by for leaf in leaves])
    batch = _store(actor, facility_id, facility.code, leaves, _count_own(actor, facility_id, leaving_out), now)
    _draw(batch.pk, facility_id, ids, rules.sample_needed(len(ids)))
    _note(actor, "prepare_batch", batch, now)
    return queries.batch_facts(batch)


def _take_turns(facility_id: int) -> None:
    """Two signers of one facility prepare one after the other, so that they never want the same dose."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('facility_signing.prepare'), %s::int)", [facility_id])


def _count_own(actor: Actor, facility_id: int, leaving_out: Sequence[int]) -> int:
    rows = records.count_to_attest([facility_id], officer_id=actor.officer_id, leaving_out=leaving_out)
    return sum(number for _, _, own, number, _ in rows if own)


def _store(  # noqa: PLR0913 -- the columns of a batch
    actor: Actor, facility_id: int, facility_code: str, leaves: Sequence[Leaf], left_out: int, now: datetime
) -> Batch:
    hashes = [leaf.hash for leaf in leaves]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('facility_signing_batch', 'id'))")
        batch_id: int = cursor.fetchone()[0]
        number = f"{facility_code}-{batch_id}"
        office = get_office(actor.office_id)
        batch = Batch.objects.create(
            pk=batch_id,
            number=number,
            facility_id=facility_id,
            office_id=actor.office_id,
            status=BatchStatus.PREPARED,
            count=len(leaves),
            left_out=left_out,
            root=root(hashes),
            manifest=manifest_bytes(
                number, facility=facility_code, signing_office=office.code, leaf_hashes=hashes, at=now
            ),
            prepared_by_id=actor.officer_id,
            prepared_at=now,
        )
        with cursor.copy(
            f"COPY facility_signing_attestation ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT BINARY)"
        ) as copy:
            copy.set_types(list(_TYPES))
            for leaf in leaves:
                copy.write_row((leaf.version_id, batch_id, leaf.index, leaf.hash, leaf.salt, leaf.entered_by))
    return batch


def _draw(batch_id: int, facility_id: int, version_ids: Sequence[int], number: int) -> None:
    """Draw records at random, so that nobody can know beforehand which will be read."""
    drawn = SystemRandom().sample(list(version_ids), number)
    SampledRecord.objects.bulk_create(
        SampledRecord(batch_id=batch_id, version_id=version, facility_id=facility_id) for version in drawn
    )


def draw_more(actor: Actor, batch_id: int) -> None:
    """Draw up to SAMPLE_SIZE further records, which then must be read as well."""
    with transaction.atomic():
        batch = _lock_own(actor, batch_id)
        drawn = {one.version_id for one in queries.sample_of(batch_id)}
        others = [version for version in queries.version_ids_of(batch_id) if version not in drawn]
        _draw(batch_id, batch.facility_id, others, min(SAMPLE_SIZE, len(others)))


def judge_sampled(actor: Actor, batch_id: int, version_id: int, verdict: Verdict, *, now: datetime) -> BatchFacts:
    """Say of a sampled record that it is right, or that it is wrong, which ends the batch and holds the record back.

    Refuses BATCH_UNKNOWN, BATCH_NOT_PREPARED, BATCH_OF_ANOTHER_SIGNER, RECORD_UNKNOWN (not in the sample).
    """
    with transaction.atomic():
        batch = _lock_own(actor, batch_id)
        rows = SampledRecord.objects.filter(batch_id=batch_id, version_id=version_id)
        if not rows.update(verdict=verdict, said_at=now):
            raise Refused("RECORD_UNKNOWN")
        if verdict is Verdict.WRONG:
            return _abandon(actor, batch, "SAMPLE_WRONG", now)
    return batch


def let_through(actor: Actor, version_id: int, *, now: datetime) -> None:
    """Take a record back into the queue that somebody had found wrong. Refuses RECORD_UNKNOWN."""
    rows = SampledRecord.objects.filter(
        version_id=version_id, facility_id__in=actor.signs_for, verdict=Verdict.WRONG, let_through_at__isnull=True
    )
    with transaction.atomic():
        if version_id not in queries.list_held_back(actor):
            raise Refused("RECORD_UNKNOWN")
        rows.update(let_through_at=now)
        note_act_of(actor, "let_through", f"version/{version_id}", now=now)


def abandon_batch(actor: Actor, batch_id: int, *, now: datetime) -> BatchFacts:
    """Drop a prepared batch; its doses wait again. Any signer of the facility may. Refuses BATCH_NOT_PREPARED."""
    with transaction.atomic():
        queries.get_own_batch(actor, batch_id)
        batch = queries.batch_facts(Batch.objects.select_for_update().get(pk=batch_id))
        rules.check_is_prepared(batch)
        return _abandon(actor, batch, "ABANDONED_BY_SIGNER", now)


def _abandon(actor: Actor, batch: BatchFacts, reason: str, now: datetime) -> BatchFacts:
    Attestation.objects.filter(batch_id=batch.id).delete()
    row = Batch.objects.get(pk=batch.id)
    row.status, row.ended_at, row.ended_reason = BatchStatus.ABANDONED, now, reason
    row.save(update_fields=["status", "ended_at", "ended_reason"])
    _note(actor, "abandon_batch", row, now)
    return queries.batch_facts(row)


def _lock_own(actor: Actor, batch_id: int) -> BatchFacts:
    """Lock a prepared batch of the actor's own; refuses BATCH_UNKNOWN, BATCH_NOT_PREPARED, BATCH_OF_ANOTHER_SIGNER."""
    queries.get_own_batch(actor, batch_id)
    batch = queries.batch_facts(Batch.objects.select_for_update().get(pk=batch_id))
    rules.check_is_preparer(actor, batch)
    rules.check_is_prepared(batch)
    return batch


def sign_batch(  # noqa: PLR0913 -- who signs what with which key, trusted by whom, when
    actor: Actor,
    batch_id: int,
    *,
    credential_id: int,
    open_key: OpenKey,
    anchors: Sequence[TrustAnchor],
    now: datetime,
    revocation: RevocationStatus | None = None,
) -> BatchFacts:
    """Sign a prepared batch, or try again after the key had failed: the same manifest under the same number.

    Refuses what the rules, check_certificate and the key refuse, SIGNING_PIN_PAUSED after too many wrong PINs,
    FUNCTION_CLOSED and FUNCTION_ENDED by a directive, BATCH_OVERTAKEN where a dose changed meanwhile (the
    batch is then abandoned). Unavailable leaves the batch prepared. Call it outside of any transaction.
    """
    batch, credential = _check_can_sign(actor, batch_id, credential_id, now)
    check_certificate(credential.place.certificates, anchors, now, revocation)
    _check_not_overtaken(actor, batch, now)
    compact = _seal(batch, credential, _open(actor, credential, open_key, now), now)
    return _record(actor, batch, credential, compact, now)


def _open(actor: Actor, credential: CredentialFacts, open_key: OpenKey, now: datetime) -> AttestationKey:
    """Open the key; a wrong PIN is an act, and too many of them are a pause."""
    rules.check_pin_tries(count_acts(actor.officer_id, "pin_wrong", now - rules.PIN_PAUSE))
    try:
        return open_key(credential.place)
    except Refused as refused:
        if refused.code == "SIGNING_PIN_WRONG":
            note_act_of(actor, "pin_wrong", f"credential/{credential.id}", now=now)
        raise


def _check_can_sign(
    actor: Actor, batch_id: int, credential_id: int, now: datetime
) -> tuple[BatchFacts, CredentialFacts]:
    with transaction.atomic():
        batch = _lock_own(actor, batch_id)
        check_facility_open(Function.FACILITY_SIGNING, batch.facility_id, now=now)
        rules.check_sample(batch, queries.sample_of(batch_id))
        credential = queries.get_credential(actor, credential_id)
        rules.check_credential(actor, batch, credential, now)
        return batch, credential


def _check_not_overtaken(actor: Actor, batch: BatchFacts, now: datetime) -> None:
    """Look before the PIN is used; `_record` decides."""
    waiting = records.which_in_states(queries.version_ids_of(batch.id), states_waiting_for(Turn.FACILITY_SIGNER))
    if len(waiting) != batch.count:
        _give_up(actor, batch, now)


def _give_up(actor: Actor, batch: BatchFacts, now: datetime) -> None:
    with transaction.atomic():
        _abandon(actor, _lock_own(actor, batch.id), "RECORD_CHANGED_MEANWHILE", now)
    raise Refused("BATCH_OVERTAKEN", number=batch.number)


def _seal(batch: BatchFacts, credential: CredentialFacts, key: AttestationKey, now: datetime) -> str:
    """Let the key sign, and look at what it gave before anything is stored."""
    if key.certificates[0] != credential.place.certificates[0] or key.algorithm != credential.place.algorithm:
        raise Refused("SIGNING_KEY_MISMATCH")
    to_be_signed = jws.signing_input(batch.manifest, key.algorithm, key.certificates, now)
    signature = key.sign(to_be_signed)
    if not jws.is_signed_by(key.certificates[0], key.algorithm, signature, to_be_signed):
        raise Refused("SIGNING_KEY_MISMATCH")
    return jws.finish(to_be_signed, signature)


def _record(actor: Actor, batch: BatchFacts, credential: CredentialFacts, compact: str, now: datetime) -> BatchFacts:
    try:
        with transaction.atomic():
            _lock_own(actor, batch.id)
            move_all(
                queries.version_ids_of(batch.id),
                Verb.ATTEST,
                now=now,
                officer_id=actor.officer_id,
                office_id=actor.office_id,
                reason="",
            )
            return _store_signature(actor, batch, credential, compact, now)
    except Refused as refused:
        if refused.code != "RECORD_CHANGED_MEANWHILE":
            raise
    _give_up(actor, batch, now)
    raise AssertionError  # _give_up always refuses


def _store_signature(
    actor: Actor, batch: BatchFacts, credential: CredentialFacts, compact: str, now: datetime
) -> BatchFacts:
    row = Batch.objects.get(pk=batch.id)
    row.status, row.jws, row.algorithm = BatchStatus.SIGNED, compact, credential.place.algorithm
    row.signed_by_id, row.credential_id, row.ended_at = actor.officer_id, credential.id, now
    row.save(update_fields=["status", "jws", "algorithm", "signed_by_id", "credential_id", "ended_at"])
    _note(actor, "sign_batch", row, now)
    return queries.batch_facts(row)


def _note(actor: Actor, verb: str, batch: Batch, now: datetime) -> None:
    note_act_of(
        actor,
        verb,
        f"batch/{batch.number}",
        now=now,
        count=batch.count,
        left_out=batch.left_out,
        facility=batch.facility_id,
    )
