"""Packed doses are stored exactly as others are; what packing made secret opens again."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection, transaction

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.records import queries
from vaxpass.records.facts import Origin, ReceivedDose
from vaxpass.records.models import DoseVersion
from vaxpass.records.packing import pack, person_key
from vaxpass.records.receiving import AlreadyThere, receive, receive_packed

pytestmark = pytest.mark.django_db


@pytest.fixture
def origin() -> Origin:
    facility = make_office()
    return Origin(facility, make_officer("clerk", facility, "facility_clerk"), facility, NOW)


def _packed(*doses: ReceivedDose) -> tuple[bytes, bytes]:
    return pack((dose, person_key(dose.identity)) for dose in doses)


def _in_file(row: int, serial: int = 1, **columns: object) -> ReceivedDose:
    return replace(received(serial, **columns), row=row)


def _stored() -> list[tuple[object, ...]]:
    """Every column of versions and identities that does not say when or under which number they came."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.product, v.lot, v.given_on, v.dose_number, v.place, v.priority_group, v.upload_row, "
            "v.version_no, v.replaces_id, v.facility_states_identity, v.dose_id = v.id, i.full_name, "
            "i.name_folded, i.sex, i.birth_date, i.nationality, i.number_kind, i.number_key, i.phone_key, "
            "i.digest, p.key FROM records_doseversion v JOIN records_identity i ON i.id = v.identity_id "
            "JOIN records_person p ON p.id = v.person_id ORDER BY v.id"
        )
        return list(cursor.fetchall())


def test_a_packed_dose_is_stored_column_by_column_as_a_typed_one(origin: Origin) -> None:
    doses = [_in_file(5), _in_file(9, 2, dose_number=None), _in_file(12, given_on=date(2021, 12, 1))]
    with transaction.atomic():
        receive(doses, origin)
        typed = _stored()
        transaction.set_rollback(True)
    assert receive_packed([_packed(*doses[:2]), _packed(doses[2])], origin) == []
    assert _stored() == typed


def test_what_packing_sealed_opens_again(origin: Origin) -> None:
    dose = _in_file(2)
    receive_packed([_packed(dose)], origin)
    version_id = DoseVersion.objects.get().pk
    (version,) = queries.get_versions([version_id])
    assert version.identity == dose.identity
    assert version.dose == dose.dose


def test_rows_that_are_there_already_are_named_by_their_row(origin: Origin) -> None:
    receive([received()], origin)
    other = _in_file(8, product="BBIBP-CorV")
    assert receive_packed([_packed(_in_file(7), _in_file(30, 2))], origin) == [AlreadyThere(7, same_product=True)]
    assert receive_packed([_packed(other)], origin) == [AlreadyThere(8, same_product=False)]
    assert DoseVersion.objects.count() == 2


def test_no_secret_stands_in_clear_in_a_packed_part() -> None:
    dose = _in_file(2)
    _, identities = _packed(dose)
    for secret in (dose.identity.number, dose.identity.phone):
        assert secret
        assert secret.encode() not in identities
