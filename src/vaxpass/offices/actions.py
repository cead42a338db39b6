"""The verbs of offices: the only writers of its rows."""

import json
from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction

from vaxpass.offices.models import Office, Officer, OfficerRole, Placement, SigningDelegation
from vaxpass.offices.roles import ROLES, Permission
from vaxpass.offices.scope import Actor, Refused, check_may


def note_act(
    *,
    officer_id: int | None,
    office_id: int | None,
    now: datetime,
    verb: str,
    subject: str = "",
    **facts: object,
) -> None:
    """Append one act to the log. Facts carry no personal data."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO offices_act (at, officer_id, office_id, verb, subject, facts) "
            "VALUES (%s,%s,%s,%s,%s,%s::jsonb)",
            [now, officer_id, office_id, verb, subject, _json(facts)],
        )


def note_act_of(actor: Actor, verb: str, subject: str = "", *, now: datetime, **facts: object) -> None:
    """Append one act of an officer, done for the own office, to the log. Facts carry no personal data."""
    note_act(officer_id=actor.officer_id, office_id=actor.office_id, now=now, verb=verb, subject=subject, **facts)


def _json(facts: dict[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False, default=str)


def open_office(  # noqa: PLR0913 -- the columns of an office
    *,
    code: str,
    kind: str,
    name_vi: str,
    name_en: str,
    opened_on: date,
    facility_class: str = "",
    province_code: str = "",
    commune_code: str = "",
    district_code: str = "",
) -> int:
    """Open an office, placed from that day on, and give its id; an office with that code stays as it is."""
    place = {
        "facility_class": facility_class,
        "province_code": province_code,
        "commune_code": commune_code,
        "district_code": district_code,
    }
    named = {"kind": kind, "name_vi": name_vi, "name_en": name_en, "opened_on": opened_on}
    with transaction.atomic():
        office, is_new = Office.objects.get_or_create(code=code, defaults=named | place)
        if is_new:
            Placement.objects.create(office=office, since=opened_on, **place)
    return office.pk


def enrol_officer(  # noqa: PLR0913 -- the columns of an officer
    *,
    username: str,
    full_name: str,
    office_id: int,
    roles: Iterable[str],
    password: str,
    now: datetime,
    granted_by: int | None = None,
    second_factor_waived: bool = False,
) -> int:
    """Create an officer with roles; refuses ROLE_NOT_FOR_OFFICE where a role does not fit the office's kind."""
    office = Office.objects.get(pk=office_id)
    with transaction.atomic():
        officer = Officer(
            username=username,
            full_name=full_name,
            office=office,
            second_factor_waived=second_factor_waived,
        )
        officer.set_password(password)
        officer.save(force_insert=True)
        for code in roles:
            if office.kind not in ROLES[code].office_kinds:
                raise Refused("ROLE_NOT_FOR_OFFICE", role=code)
            OfficerRole.objects.create(officer=officer, role=code, since=now, granted_by_id=granted_by)
        note_act(officer_id=granted_by, office_id=office_id, now=now, verb="enrol", subject=f"officer/{officer.pk}")
    return officer.pk


def delegate_signing(actor: Actor, *, facility_id: int, signer_office_id: int | None, now: datetime) -> None:
    """Name the unit that signs for a facility of the province; None gives the signing back to the facility.

    Refuses RIGHT_MISSING, DELEGATION_OUTSIDE_PROVINCE.
    """
    check_may(actor, Permission.SIGNING_DELEGATE)
    with transaction.atomic():
        facility = Office.objects.select_for_update().get(pk=facility_id)
        signer = None if signer_office_id is None else Office.objects.get(pk=signer_office_id)
        for office in (facility, signer):
            if office is not None and office.province_code != actor.province_code:
                raise Refused("DELEGATION_OUTSIDE_PROVINCE")
        SigningDelegation.objects.filter(facility=facility, until__isnull=True).update(until=now)
        if signer is not None:
            SigningDelegation.objects.create(
                facility=facility, signer_office=signer, named_by_id=actor.officer_id, since=now
            )
        note_act_of(actor, "delegate_signing", f"office/{facility_id}", now=now, signer_office=signer_office_id)


def choose_language(officer_id: int, language: str) -> None:
    """Remember the language in which an officer reads."""
    Officer.objects.filter(pk=officer_id).update(language=language)
