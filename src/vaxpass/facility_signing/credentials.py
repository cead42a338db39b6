"""Registering the certificates that may sign for an office, and withdrawing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from vaxpass.facility_signing.certificates import check_certificate, read_pem, write_pem
from vaxpass.facility_signing.models import SigningCredential
from vaxpass.facility_signing.ports import RevocationStatus, TrustAnchor, jws_algorithm
from vaxpass.facility_signing.rules import check_registrar
from vaxpass.offices.actions import note_act
from vaxpass.offices.queries import get_office, offices_of_officers
from vaxpass.offices.scope import Actor, Refused


@dataclass(frozen=True, slots=True)
class Registration:
    """A certificate (PEM, leaf first) of an officer, and where its key lives; see ports.KeyPlace.

    `algorithm`: ES256, PS256 or RS256.
    """

    officer_id: int
    kind: str
    reference: str
    certificates_pem: str
    algorithm: str = "ES256"


def register_credential(
    actor: Actor,
    wish: Registration,
    anchors: Sequence[TrustAnchor],
    *,
    now: datetime,
    revocation: RevocationStatus | None = None,
) -> int:
    """Let a certificate sign for its officer's office; give the credential's id.

    Refuses what check_registrar and check_certificate refuse, and CERTIFICATE_ALREADY_REGISTERED.
    """
    office = offices_of_officers({wish.officer_id}).get(wish.officer_id)
    if office is None:
        raise Refused("OFFICER_UNKNOWN")
    check_registrar(actor, officer_id=wish.officer_id, office_id=office.id, office_province=office.province_code)
    chain = read_pem(wish.certificates_pem)
    certificate = check_certificate(chain, anchors, now, revocation)
    try:
        with transaction.atomic():
            row = SigningCredential.objects.create(
                office_id=office.id,
                officer_id=wish.officer_id,
                provider=certificate.provider,
                kind=wish.kind,
                reference=wish.reference,
                algorithm=jws_algorithm(wish.algorithm).value,
                subject=certificate.subject[:300],
                thumbprint=certificate.thumbprint,
                certificates_pem=write_pem(chain),
                valid_from=certificate.valid_from,
                valid_to=certificate.valid_to,
                registered_by_id=actor.officer_id,
                registered_at=now,
            )
            _note(actor, "register_credential", row, now)
    except IntegrityError:
        raise Refused("CERTIFICATE_ALREADY_REGISTERED") from None
    return row.pk


def withdraw_credential(actor: Actor, credential_id: int, *, now: datetime) -> None:
    """End a credential for good. Refuses what check_registrar refuses, and CREDENTIAL_WITHDRAWN."""
    with transaction.atomic():
        row = SigningCredential.objects.select_for_update().get(pk=credential_id)
        office = get_office(row.office_id)
        check_registrar(actor, officer_id=row.officer_id, office_id=office.id, office_province=office.province_code)
        if row.withdrawn_at is not None:
            raise Refused("CREDENTIAL_WITHDRAWN")
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        _note(actor, "withdraw_credential", row, now)


def _note(actor: Actor, verb: str, row: SigningCredential, now: datetime) -> None:
    note_act(
        officer_id=actor.officer_id,
        office_id=actor.office_id,
        now=now,
        verb=verb,
        subject=f"credential/{row.pk}",
        thumbprint=row.thumbprint,
    )
