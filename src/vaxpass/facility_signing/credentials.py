"""Registering the certificates that may sign for an office, and withdrawing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from vaxpass.facility_signing.certificates import check_algorithm, check_certificate, read_pem, write_pem
from vaxpass.facility_signing.models import SigningCredential
from vaxpass.facility_signing.ports import RevocationStatus, TrustAnchor, jws_algorithm
from vaxpass.facility_signing.rules import check_key_place, check_registrar
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.queries import OfficeFacts, get_office, offices_of_officers
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

    Refuses what office_to_register_for, check_key_place, check_certificate and check_algorithm refuse, and
    CERTIFICATE_ALREADY_REGISTERED.
    """
    office = office_to_register_for(actor, wish.officer_id)
    check_key_place(wish.kind, wish.reference)
    chain = read_pem(wish.certificates_pem)
    certificate = check_certificate(chain, anchors, now, revocation)
    check_algorithm(chain[0], jws_algorithm(wish.algorithm))
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


def office_to_register_for(actor: Actor, officer_id: int) -> OfficeFacts:
    """Give the office of an officer for whom the actor may register a certificate.

    Refuses OFFICER_UNKNOWN and what check_registrar refuses.
    """
    office = offices_of_officers({officer_id}).get(officer_id)
    if office is None:
        raise Refused("OFFICER_UNKNOWN")
    check_registrar(actor, officer_id=officer_id, office_id=office.id, office_province=office.province_code)
    return office


def withdraw_credential(actor: Actor, credential_id: int, *, now: datetime) -> None:
    """End a credential for good. Refuses CREDENTIAL_UNKNOWN, CREDENTIAL_WITHDRAWN, what check_registrar refuses."""
    with transaction.atomic():
        row = SigningCredential.objects.select_for_update().filter(pk=credential_id).first()
        if row is None:
            raise Refused("CREDENTIAL_UNKNOWN")
        office = get_office(row.office_id)
        check_registrar(actor, officer_id=row.officer_id, office_id=office.id, office_province=office.province_code)
        if row.withdrawn_at is not None:
            raise Refused("CREDENTIAL_WITHDRAWN")
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        _note(actor, "withdraw_credential", row, now)


def _note(actor: Actor, verb: str, row: SigningCredential, now: datetime) -> None:
    note_act_of(actor, verb, f"credential/{row.pk}", now=now, thumbprint=row.thumbprint)
