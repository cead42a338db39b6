"""Decisions on batches: who may prepare and sign what, and when a sample suffices. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from vaxpass.facility_signing.facts import (
    SAMPLE_SIZE,
    BatchFacts,
    BatchStatus,
    CredentialFacts,
    SampledDose,
    Verdict,
)
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may, signs_for_facility


def check_can_sign_for(actor: Actor, facility_id: int) -> None:
    """Refuse RIGHT_MISSING, SIGNS_NOT_FOR_FACILITY."""
    check_may(actor, Permission.DOSES_ATTEST)
    if not signs_for_facility(actor, facility_id):
        raise Refused("SIGNS_NOT_FOR_FACILITY")


def check_is_prepared(batch: BatchFacts) -> None:
    """Refuse BATCH_NOT_PREPARED for a batch that was signed or abandoned."""
    if batch.status is not BatchStatus.PREPARED:
        raise Refused("BATCH_NOT_PREPARED", number=batch.number)


def check_is_preparer(actor: Actor, batch: BatchFacts) -> None:
    """Refuse BATCH_OF_ANOTHER_SIGNER: who prepared and sampled a batch is who signs it."""
    if actor.officer_id != batch.prepared_by:
        raise Refused("BATCH_OF_ANOTHER_SIGNER", number=batch.number)


def sample_needed(count: int) -> int:
    """Give how many records of a batch must be read: SAMPLE_SIZE, or all where there are fewer."""
    return min(SAMPLE_SIZE, count)


def check_sample(batch: BatchFacts, sample: Sequence[SampledDose]) -> None:
    """Refuse SAMPLE_NOT_READ until enough records were found right and none is unread or wrong."""
    right = sum(one.verdict == Verdict.RIGHT for one in sample)
    needed = max(sample_needed(batch.count), len(sample))
    if right < needed:
        raise Refused("SAMPLE_NOT_READ", missing=needed - right)


def check_credential(actor: Actor, batch: BatchFacts, credential: CredentialFacts, now: datetime) -> None:
    """Refuse CREDENTIAL_NOT_YOURS, CREDENTIAL_OF_ANOTHER_OFFICE, CREDENTIAL_WITHDRAWN, CREDENTIAL_OUT_OF_DATE."""
    if credential.officer_id != actor.officer_id:
        raise Refused("CREDENTIAL_NOT_YOURS")
    if credential.office_id not in {actor.office_id} & {batch.office_id}:
        raise Refused("CREDENTIAL_OF_ANOTHER_OFFICE")
    if credential.withdrawn_at is not None:
        raise Refused("CREDENTIAL_WITHDRAWN")
    if not credential.valid_from <= now <= credential.valid_to:
        raise Refused("CREDENTIAL_OUT_OF_DATE")


MOST_WRONG_PINS: Final = 5
PIN_PAUSE: Final = timedelta(minutes=15)
"""A token locks itself after some wrong PINs; a file does not, so the platform pauses for it."""


def check_pin_tries(wrong: int) -> None:
    """Refuse SIGNING_PIN_PAUSED where an officer gave too many wrong PINs within PIN_PAUSE."""
    if wrong >= MOST_WRONG_PINS:
        raise Refused("SIGNING_PIN_PAUSED", minutes=PIN_PAUSE // timedelta(minutes=1))


def check_entered_by_others(actor: Actor, entered_by: Sequence[int]) -> None:
    """Refuse SIGNER_ENTERED_DOSE where one of the doses was entered by the signer."""
    if actor.officer_id in entered_by:
        raise Refused("SIGNER_ENTERED_DOSE")


def check_registrar(actor: Actor, *, officer_id: int, office_id: int, office_province: str) -> None:
    """Say who may register a certificate: an administrator, or the province's officer for offices of the province.

    Refuses RIGHT_MISSING, CREDENTIAL_FOR_ONESELF, CREDENTIAL_OUTSIDE_PROVINCE.
    """
    administers = actor.may(Permission.OFFICERS_ADMINISTER)
    if not administers:
        check_may(actor, Permission.SIGNING_DELEGATE)
    if officer_id == actor.officer_id:
        raise Refused("CREDENTIAL_FOR_ONESELF")
    within = bool(actor.province_code) and office_province == actor.province_code
    if not administers and office_id != actor.office_id and not within:
        raise Refused("CREDENTIAL_OUTSIDE_PROVINCE")


_FILE = re.compile(r"[\w.-]+(/[\w.-]+)*")
_IN_TOKEN = re.compile(r"pkcs11:token=[^;=]+;object=[^;=]+")


def check_key_place(kind: str, reference: str) -> None:
    """Refuse KEY_REFERENCE_UNKNOWN unless the reference has the form that ports.KeyPlace tells for its kind."""
    form = {"software": _FILE, "pkcs12": _FILE, "pkcs11": _IN_TOKEN}.get(kind)
    if form is None or not form.fullmatch(reference) or ".." in reference.split("/"):
        raise Refused("KEY_REFERENCE_UNKNOWN")


def token_address(token: str, key: str) -> str:
    """Give the RFC 7512 address of a key in a token, from the labels of both."""
    return f"pkcs11:token={quote(token, safe='')};object={quote(key, safe='')}"
