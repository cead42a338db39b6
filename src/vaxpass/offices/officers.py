"""Reading officers, for system administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from vaxpass.offices.models import Officer, OfficerRole
from vaxpass.offices.queries import RoleHeld, offices_in_reach, roles_held_by
from vaxpass.offices.roles import ROLES, Permission
from vaxpass.offices.scope import Actor, Refused, check_may


@dataclass(frozen=True, slots=True)
class OfficerFacts:
    """An officer as an administrator sees him or her; the office's name in the reader's language."""

    id: int
    username: str
    full_name: str
    office_code: str
    office_name: str
    office_kind: str
    is_active: bool
    last_login: datetime | None
    has_second_factor: bool
    roles: list[RoleHeld]


def list_officers(actor: Actor) -> QuerySet[Officer]:
    """List every officer, for a table; refuses RIGHT_MISSING."""
    check_may(actor, Permission.OFFICERS_ADMINISTER)
    return Officer.objects.select_related("office")


def list_signers(actor: Actor) -> QuerySet[Officer]:
    """List the active officers for whom the actor may register a signing certificate; refuses RIGHT_MISSING."""
    signing = [code for code, role in ROLES.items() if Permission.DOSES_ATTEST in role.permissions]
    held = OfficerRole.objects.filter(officer=OuterRef("pk"), until__isnull=True, role__in=signing)
    found = Officer.objects.select_related("office").filter(Exists(held), is_active=True).exclude(pk=actor.officer_id)
    if actor.may(Permission.OFFICERS_ADMINISTER):
        return found
    check_may(actor, Permission.SIGNING_DELEGATE)
    reached = offices_in_reach(actor)
    return found if reached is None else found.filter(office_id__in=reached)


def describe(officers: Sequence[Officer], language: str) -> list[OfficerFacts]:
    """Give the facts of the officers on one page."""
    ids = [officer.pk for officer in officers]
    secured = set(Authenticator.objects.filter(user_id__in=ids).values_list("user_id", flat=True))
    held = roles_held_by(ids, language)
    return [_facts(officer, language, officer.pk in secured, held[officer.pk]) for officer in officers]


def get_officer(actor: Actor, officer_id: int, language: str) -> OfficerFacts:
    """Give one officer; refuses RIGHT_MISSING, OFFICER_UNKNOWN."""
    found = list_officers(actor).filter(pk=officer_id).first()
    if found is None:
        raise Refused("OFFICER_UNKNOWN")
    return describe([found], language)[0]


def roles_grantable(officer: OfficerFacts, language: str) -> list[tuple[str, str]]:
    """List (code, name) of the roles that fit the officer's office and are not held."""
    held = {role.code for role in officer.roles}
    fitting = [role for role in ROLES.values() if officer.office_kind in role.office_kinds and role.code not in held]
    return [(role.code, role.name_en if language == "en" else role.name_vi) for role in fitting]


def _facts(officer: Officer, language: str, secured: bool, held: list[RoleHeld]) -> OfficerFacts:  # noqa: FBT001 -- one fact of five
    office = officer.office
    return OfficerFacts(
        officer.pk,
        officer.username,
        officer.full_name,
        office.code,
        office.name_en if language == "en" else office.name_vi,
        office.kind,
        officer.is_active,
        officer.last_login,
        secured,
        held,
    )
