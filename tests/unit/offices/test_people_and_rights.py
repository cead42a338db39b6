import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW, make_office, make_officer
from vaxpass.offices import actions, queries
from vaxpass.offices.models import Officer, OfficerRole
from vaxpass.offices.roles import ROLES, Permission, permissions_of
from vaxpass.offices.scope import Actor, Refused, check_may, signs_for_facility

pytestmark = pytest.mark.django_db


def actor(username: str, office_id: int, *roles: str) -> Actor:
    return queries.get_actor(Officer.objects.get(pk=make_officer(username, office_id, *roles)))


def test_a_role_gives_exactly_its_permissions() -> None:
    facility = make_office()
    clerk = actor("clerk", facility, "facility_clerk")
    assert clerk.permissions == ROLES["facility_clerk"].permissions
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        check_may(clerk, Permission.DOSES_ATTEST)


def test_an_ended_role_gives_nothing() -> None:
    facility = make_office()
    officer_id = make_officer("clerk", facility, "facility_clerk")
    OfficerRole.objects.filter(officer_id=officer_id).update(until=NOW)
    assert queries.get_actor(Officer.objects.get(pk=officer_id)).permissions == frozenset()


def test_an_unknown_role_gives_nothing() -> None:
    assert permissions_of(["no_such_role"]) == frozenset()


def test_a_role_must_fit_the_office() -> None:
    with pytest.raises(Refused, match="ROLE_NOT_FOR_OFFICE"):
        make_officer("clerk", make_office(), "ministry_approver")


def test_nobody_grants_a_role_to_himself() -> None:
    officer_id = make_officer("clerk", make_office(), "facility_clerk")
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficerRole.objects.create(officer_id=officer_id, role="facility_signer", since=NOW, granted_by_id=officer_id)


def test_inspector_support_and_administrator_are_kept_from_what_they_must_not_touch() -> None:
    writing = {
        Permission.RECORD_ENTER, Permission.RECORD_MEND, Permission.UPLOAD_CONFIRM, Permission.DOSES_ATTEST,
        Permission.RUN_PREPARE, Permission.RUN_APPROVE, Permission.CORRECTION_DECIDE, Permission.SIGNING_DELEGATE,
    }  # fmt: skip
    personal = {Permission.RECORD_SEE, Permission.PASSPORT_SEE, Permission.HISTORY_SEE}
    assert not ROLES["ministry_inspector"].permissions & writing
    assert not ROLES["support_agent"].permissions & personal
    assert not ROLES["system_administrator"].permissions & personal


@pytest.mark.parametrize(
    ("kind", "role", "reached"),
    [
        ("facility", "facility_clerk", {"40A01"}),
        ("province", "provincial_officer", {"40A01", "40A02"}),
        ("ministry", "ministry_operator", {"40A01", "40A02", "01A01"}),
        ("support", "support_agent", set()),
    ],
)
def test_the_office_gives_the_reach(kind: str, role: str, reached: set[str]) -> None:
    own = make_office("40A01")
    make_office("40A02")
    make_office("01A01", province_code="01")
    office = own if kind == "facility" else make_office("OFF", kind)
    officer = actor("somebody", office, role)
    assert {one.code for one in queries.facilities_in_scope(officer)} == reached


def test_a_province_names_who_signs_and_takes_it_back() -> None:
    facility, department = make_office(), make_office("T40", "province")
    named = actor("officer", department, "provincial_officer")
    make_officer("central", department, "provincial_signer")
    make_officer("signer", facility, "facility_signer")
    actions.delegate_signing(named, facility_id=facility, signer_office_id=department, now=NOW)
    central = queries.get_actor(Officer.objects.get(username="central"))
    own = queries.get_actor(Officer.objects.get(username="signer"))
    assert signs_for_facility(central, facility)
    assert not signs_for_facility(own, facility)
    actions.delegate_signing(named, facility_id=facility, signer_office_id=None, now=NOW)
    assert signs_for_facility(queries.get_actor(Officer.objects.get(username="signer")), facility)


def test_a_province_reaches_no_other_province() -> None:
    foreign = make_office("01A01", province_code="01")
    department = make_office("T40", "province")
    named = actor("officer", department, "provincial_officer")
    with pytest.raises(Refused, match="DELEGATION_OUTSIDE_PROVINCE"):
        actions.delegate_signing(named, facility_id=foreign, signer_office_id=department, now=NOW)


def test_a_clerk_names_nobody() -> None:
    facility = make_office()
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        actions.delegate_signing(
            actor("clerk", facility, "facility_clerk"), facility_id=facility, signer_office_id=facility, now=NOW
        )


def test_an_act_once_written_stays() -> None:
    actions.note_act(officer_id=1, office_id=1, now=NOW, verb="look", subject="x")
    for statement in ("UPDATE offices_act SET verb = 'nothing'", "DELETE FROM offices_act"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
