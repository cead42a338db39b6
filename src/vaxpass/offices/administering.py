"""The verbs of system administrators: accounts and roles of officers, never data of citizens.

Nobody grants a role to oneself, switches oneself off or renews the own access: a second administrator does it.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from vaxpass.offices.actions import enrol_officer, note_act_of
from vaxpass.offices.models import Office, Officer, OfficerRole
from vaxpass.offices.roles import ROLES, Permission
from vaxpass.offices.scope import Actor, Refused, check_may

PASSWORD_BYTES = 12  # 96 bits, written as 16 letters


def enrol(  # noqa: PLR0913 -- the columns of an officer
    actor: Actor, *, username: str, full_name: str, office_code: str, roles: Sequence[str], now: datetime
) -> tuple[int, str]:
    """Create an officer and give (id, first password); the password is shown once and stored nowhere.

    Refuses RIGHT_MISSING, USERNAME_TAKEN, OFFICE_CODE_UNKNOWN, ROLE_NOT_FOR_OFFICE.
    """
    check_may(actor, Permission.OFFICERS_ADMINISTER)
    if Officer.objects.filter(username=username).exists():
        raise Refused("USERNAME_TAKEN")
    office = Office.objects.filter(code=office_code, closed_on__isnull=True).first()
    if office is None:
        raise Refused("OFFICE_CODE_UNKNOWN", office=office_code)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    officer_id = enrol_officer(
        username=username,
        full_name=full_name,
        office_id=office.pk,
        roles=roles,
        password=password,
        now=now,
        granted_by=actor.officer_id,
    )
    return officer_id, password


def grant_role(actor: Actor, *, officer_id: int, role: str, now: datetime) -> None:
    """Give a role; refuses RIGHT_MISSING, OFFICER_UNKNOWN, NOT_FOR_ONESELF, ROLE_NOT_FOR_OFFICE, ROLE_HELD_ALREADY."""
    with transaction.atomic():
        officer = _somebody_else(actor, officer_id)
        if role not in ROLES or officer.office.kind not in ROLES[role].office_kinds:
            raise Refused("ROLE_NOT_FOR_OFFICE", role=role)
        if OfficerRole.objects.filter(officer=officer, role=role, until__isnull=True).exists():
            raise Refused("ROLE_HELD_ALREADY")
        OfficerRole.objects.create(officer=officer, role=role, since=now, granted_by_id=actor.officer_id)
        _note(actor, "grant_role", officer_id, now, role=role)


def end_role(actor: Actor, *, officer_id: int, role: str, now: datetime) -> None:
    """Take a role away; refuses RIGHT_MISSING, OFFICER_UNKNOWN, NOT_FOR_ONESELF, ROLE_NOT_HELD."""
    with transaction.atomic():
        officer = _somebody_else(actor, officer_id)
        if not OfficerRole.objects.filter(officer=officer, role=role, until__isnull=True).update(until=now):
            raise Refused("ROLE_NOT_HELD")
        _note(actor, "end_role", officer_id, now, role=role)


def switch(actor: Actor, *, officer_id: int, active: bool, now: datetime) -> None:
    """Switch an account off or on; whoever is signed in with it is out at once.

    Refuses RIGHT_MISSING, OFFICER_UNKNOWN, NOT_FOR_ONESELF.
    """
    with transaction.atomic():
        officer = _somebody_else(actor, officer_id)
        Officer.objects.filter(pk=officer.pk).update(is_active=active)
        _note(actor, "switch_on" if active else "switch_off", officer_id, now)


def renew_access(actor: Actor, *, officer_id: int, now: datetime) -> str:
    """Give a new first password and forget the second factor, for a lost telephone or a forgotten password.

    Ends the officer's sessions. Refuses RIGHT_MISSING, OFFICER_UNKNOWN, NOT_FOR_ONESELF.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with transaction.atomic():
        officer = _somebody_else(actor, officer_id)
        officer.set_password(password)
        officer.save(update_fields=["password"])
        Authenticator.objects.filter(user=officer).delete()
        _note(actor, "renew_access", officer_id, now)
    return password


def _somebody_else(actor: Actor, officer_id: int) -> Officer:
    check_may(actor, Permission.OFFICERS_ADMINISTER)
    officer = Officer.objects.select_for_update(of=("self",)).select_related("office").filter(pk=officer_id).first()
    if officer is None:
        raise Refused("OFFICER_UNKNOWN")
    if officer.pk == actor.officer_id:
        raise Refused("NOT_FOR_ONESELF")
    return officer


def _note(actor: Actor, verb: str, officer_id: int, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"officer/{officer_id}", now=now, **facts)
