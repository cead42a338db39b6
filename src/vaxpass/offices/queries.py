"""Reading offices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.models import (
    Act,
    Office,
    Officer,
    OfficerRole,
    SigningDelegation,
)
from vaxpass.offices.roles import ROLES, Permission, permissions_of
from vaxpass.offices.scope import Actor


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What other rooms need to know of an office."""

    id: int
    code: str
    kind: str
    facility_class: str
    name_vi: str
    name_en: str
    province_code: str

    def name(self, language: str) -> str:
        """Give the name in `vi` or `en`."""
        return self.name_en if language == "en" else self.name_vi


def _facts(office: Office) -> OfficeFacts:
    return OfficeFacts(
        office.pk,
        office.code,
        office.kind,
        office.facility_class,
        office.name_vi,
        office.name_en,
        office.province_code,
    )


def get_actor(officer: Officer) -> Actor:
    """Read the officer's roles and reach as they are now; who was switched off may do nothing, in jobs neither."""
    held = OfficerRole.objects.filter(officer=officer, until__isnull=True, officer__is_active=True)
    permissions = permissions_of(held.values_list("role", flat=True))
    office = officer.office
    # Signing for another facility opens its records to the signers alone: to the unit's clerks it stays closed.
    signs_for = _signs_for(office) if Permission.DOSES_ATTEST in permissions else frozenset[int]()
    return Actor(
        officer.pk,
        office.pk,
        office.kind,
        office.province_code,
        permissions,
        signs_for,
        office.commune_code,
        office.district_code,
    )


def _signs_for(office: Office) -> frozenset[int]:
    held = SigningDelegation.objects.filter(signer_office=office, until__isnull=True)
    own = {office.pk} if office.kind == OfficeKind.FACILITY and not _delegated_away(office.pk) else set()
    return frozenset(own | set(held.values_list("facility_id", flat=True)))


def get_actor_by_id(officer_id: int) -> Actor:
    """Read an officer's roles and reach as they are now, for a job that goes on in the officer's name."""
    return get_actor(Officer.objects.select_related("office").get(pk=officer_id))


def find_actor(username: str) -> Actor | None:
    """Read an active officer by user name, for the console; None where there is none."""
    officer = Officer.objects.select_related("office").filter(username=username, is_active=True).first()
    return None if officer is None else get_actor(officer)


def find_officer_id(username: str) -> int | None:
    """Give an officer's id by user name, switched off or not; None where there is none."""
    return Officer.objects.filter(username=username.strip()).values_list("pk", flat=True).first()


def _delegated_away(facility_id: int) -> bool:
    return (
        SigningDelegation.objects.filter(facility_id=facility_id, until__isnull=True)
        .exclude(signer_office_id=facility_id)
        .exists()
    )


def offices_in_scope(actor: Actor) -> Q | None:
    """Give the condition on Office rows that the actor reaches; None means every office."""
    match actor.office_kind:
        case "ministry":
            return None
        case "province" if actor.province_code:
            return Q(province_code=actor.province_code)
        case "commune" if actor.province_code and actor.commune_code:
            return Q(province_code=actor.province_code, commune_code=actor.commune_code)
        case "district" if actor.province_code and actor.district_code:
            return Q(province_code=actor.province_code, district_code=actor.district_code)
        case "province" | "district" | "commune":
            return Q(pk=actor.office_id)  # without its code it would reach every office without one
        case _:
            return Q(pk__in={actor.office_id} | actor.signs_for)


def office_ids_in_scope(actor: Actor) -> QuerySet[Office, int]:
    """Give the ids of all offices that the actor reaches, as a query to filter by; the ministry reaches every one."""
    return Office.objects.filter(offices_in_scope(actor) or Q()).values_list("pk", flat=True)


def open_office_in_scope(actor: Actor, office_id: int) -> OfficeFacts | None:
    """Give an office that is not closed and that the actor reaches; None for any other."""
    found = Office.objects.filter(offices_in_scope(actor) or Q(), pk=office_id, closed_on__isnull=True).first()
    return None if found is None else _facts(found)


def facilities_in_scope(actor: Actor) -> QuerySet[Office]:
    """List the facilities that the actor reaches, by code."""
    facilities = Office.objects.filter(kind=OfficeKind.FACILITY).order_by("code")
    condition = offices_in_scope(actor)
    return facilities if condition is None else facilities.filter(condition)


def get_office(office_id: int) -> OfficeFacts:
    """Give the facts of an office; raises Office.DoesNotExist."""
    return _facts(Office.objects.get(pk=office_id))


def list_offices(kind: str | None = None) -> list[OfficeFacts]:
    """List offices, of one kind if named, by code."""
    offices = Office.objects.order_by("code")
    return [_facts(office) for office in (offices.filter(kind=kind) if kind else offices)]


def open_offices(kind: str | None = None, ids: set[int] | None = None) -> list[OfficeFacts]:
    """List the offices that are not closed, of one kind or of some ids where these are named, by code."""
    offices = Office.objects.filter(closed_on__isnull=True).order_by("code")
    offices = offices.filter(kind=kind) if kind else offices
    return [_facts(office) for office in (offices if ids is None else offices.filter(pk__in=ids))]


def offices_taken_over(actor: Actor) -> set[int]:
    """Give the actor's office, and for a department those that were closed when their provinces became its own."""
    if actor.office_kind != OfficeKind.PROVINCE or not actor.province_code:
        return {actor.office_id}
    closed = Office.objects.filter(kind=OfficeKind.PROVINCE, province_code=actor.province_code, closed_on__isnull=False)
    return {actor.office_id, *closed.values_list("pk", flat=True)}


def facility_ids() -> QuerySet[Office, int]:
    """Give the ids of all facilities, as a query to filter by."""
    return Office.objects.filter(kind=OfficeKind.FACILITY).values_list("pk", flat=True)


def offices_of_officers(ids: set[int]) -> dict[int, OfficeFacts]:
    """Give the office of each officer by the officer's id."""
    officers = Officer.objects.filter(pk__in=ids).select_related("office")
    return {officer.pk: _facts(officer.office) for officer in officers}


def office_ids_with_code(code: str) -> QuerySet[Office, int]:
    """Give the id of the office with a code, as a query to filter by; codes are capital letters and digits."""
    wanted = code.strip().upper()
    named = Office.objects.filter(code=wanted) if wanted.isalnum() else Office.objects.none()
    return named.values_list("pk", flat=True)


def office_ids_of_provinces(codes: Collection[str]) -> QuerySet[Office, int]:
    """Give the ids of the offices that stand in some provinces, as a query to filter by."""
    return Office.objects.filter(province_code__in=codes).values_list("pk", flat=True)


def offices_in_reach(actor: Actor) -> set[int] | None:
    """Give the ids of all offices that the actor reaches, of every kind; None means every office."""
    condition = offices_in_scope(actor)
    return None if condition is None else set(Office.objects.filter(condition).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class DelegationFacts:
    """Which unit signs for a facility, since when, and which officer of the province named it."""

    facility_id: int
    unit: OfficeFacts
    since: datetime
    named_by: int


def delegations_of(facility_ids: set[int]) -> dict[int, DelegationFacts]:
    """Give the signing delegations in force, by facility; facilities that sign themselves have none."""
    held = SigningDelegation.objects.filter(facility_id__in=facility_ids, until__isnull=True)
    return {
        one.facility_id: DelegationFacts(one.facility_id, _facts(one.signer_office), one.since, one.named_by_id)
        for one in held.select_related("signer_office")
    }


def signing_units(actor: Actor) -> list[OfficeFacts]:
    """List the units that the actor's province may name as signers: its own offices and its facilities, by name."""
    kinds = [OfficeKind.PROVINCE, OfficeKind.FACILITY]
    units = Office.objects.filter(province_code=actor.province_code, kind__in=kinds, closed_on__isnull=True)
    return [_facts(office) for office in units.order_by("-kind", "name_vi", "code")]


def facility_names(ids: set[int]) -> dict[int, OfficeFacts]:
    """Give the facts of several offices by id."""
    return {office.pk: _facts(office) for office in Office.objects.filter(pk__in=ids)}


def username_of(officer_id: int) -> str:
    """Give an officer's user name, for a form that names one; empty where there is none."""
    return Officer.objects.filter(pk=officer_id).values_list("username", flat=True).first() or ""


def officers_of_offices(office_ids: Collection[int]) -> list[int]:
    """Give the ids of all officers of some offices, switched off or not."""
    return list(Officer.objects.filter(office_id__in=office_ids).order_by("pk").values_list("pk", flat=True))


def officer_names(ids: set[int]) -> dict[int, str]:
    """Give the names of officers by id, for pages that show who did what."""
    return dict(Officer.objects.filter(pk__in=ids).values_list("pk", "full_name"))


def open_offices_of_province(kind: str, province_code: str) -> list[OfficeFacts]:
    """List a province's offices of one kind that are not closed, by Vietnamese name."""
    found = Office.objects.filter(kind=kind, province_code=province_code, closed_on__isnull=True)
    return [_facts(office) for office in found.order_by("name_vi", "code")]


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role of an officer in words: its code, name, and the sentence that says what it allows."""

    code: str
    name: str
    sentence: str
    since: datetime


def roles_held(officer_id: int, language: str) -> list[RoleHeld]:
    """List the roles that an officer holds now, in words of `vi` or `en`."""
    return roles_held_by([officer_id], language)[officer_id]


def roles_held_by(officer_ids: Sequence[int], language: str) -> dict[int, list[RoleHeld]]:
    """List the roles that some officers hold now, by officer."""
    held: dict[int, list[RoleHeld]] = {officer_id: [] for officer_id in officer_ids}
    rows = OfficerRole.objects.filter(officer_id__in=officer_ids, until__isnull=True).order_by("since", "role")
    for one in rows:
        if one.role in ROLES:
            held[one.officer_id].append(_role_held(one.role, one.since, language))
    return held


def _role_held(code: str, since: datetime, language: str) -> RoleHeld:
    role = ROLES[code]
    if language == "en":
        return RoleHeld(code, role.name_en, role.sentence_en, since)
    return RoleHeld(code, role.name_vi, role.sentence_vi, since)


def count_acts(officer_id: int, verb: str, since: datetime) -> int:
    """Count what an officer did since a time."""
    return Act.objects.filter(officer_id=officer_id, verb=verb, at__gt=since).count()


def sign_ins_of(officer_id: int, limit: int = 10) -> list[datetime]:
    """List the times of an officer's last sign-ins, newest first."""
    acts = Act.objects.filter(officer_id=officer_id, verb="sign_in").order_by("-at")
    return list(acts.values_list("at", flat=True)[:limit])
