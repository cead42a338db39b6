import pytest
from django.db import connection

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records import access, queries
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive

pytestmark = pytest.mark.django_db


def actor(username: str, office_id: int, role: str) -> Actor:
    return get_actor(Officer.objects.get(pk=make_officer(username, office_id, role)))


@pytest.fixture
def facility() -> int:
    return make_office()


@pytest.fixture
def version_id(facility: int) -> int:
    clerk = make_officer("first", facility, "facility_clerk")
    return receive([received()], Origin(facility, clerk, facility, NOW)).version_ids[0]


def test_a_look_is_written_down(facility: int, version_id: int) -> None:
    clerk = actor("clerk", facility, "facility_clerk")
    version = access.access_version(clerk, version_id, purpose="record", now=NOW)
    (look,) = queries.looks_at(version.person_id)
    assert (look.officer_id, look.office_id, look.purpose) == (clerk.officer_id, facility, "record")


def test_a_list_writes_one_look_a_person(facility: int, version_id: int) -> None:
    clerk = actor("clerk", facility, "facility_clerk")
    (version,) = access.list_versions(clerk, [version_id], purpose="list", now=NOW)
    assert len(queries.looks_at(version.person_id)) == 1


def test_another_facility_is_told_nothing(version_id: int) -> None:
    stranger = actor("stranger", make_office("01A01", province_code="01"), "facility_clerk")
    with pytest.raises(Refused, match="RECORD_UNKNOWN"):
        access.access_version(stranger, version_id, purpose="record", now=NOW)
    with pytest.raises(Refused, match="RECORD_UNKNOWN"):
        access.access_version(stranger, 999_999_999, purpose="record", now=NOW)
    assert access.list_versions(stranger, [version_id], purpose="list", now=NOW) == []


@pytest.mark.parametrize(("kind", "role"), [("support", "support_agent"), ("ministry", "system_administrator")])
def test_who_holds_no_right_to_records_sees_none(version_id: int, kind: str, role: str) -> None:
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        access.access_version(actor("x", make_office("OFF", kind), role), version_id, purpose="record", now=NOW)


def test_numbers_phones_and_addresses_lie_sealed(version_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM records_identity i")
        stored = cursor.fetchone()[0]
    (version,) = queries.get_versions([version_id])
    assert version.identity.number not in stored
    assert version.identity.number.encode().hex() not in stored
    assert version.identity.phone not in stored
    assert queries.find_people_by_number(version.identity.number) == [version.person_id]
