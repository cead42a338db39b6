"""The database refuses by itself what the rules refuse: tried in SQL, past every rule."""

import pytest
from django.db import IntegrityError, connection, transaction

from vaxpass.facility_signing.models import Attestation

SIGN = """
UPDATE facility_signing_batch
SET status = 'signed', jws = 'x', algorithm = 'ES256', signed_by_id = %s, credential_id = %s, ended_at = now()
WHERE id = %s
"""
LEAF = """
INSERT INTO facility_signing_attestation (version_id, batch_id, leaf_index, leaf_hash, salt, entered_by_id)
VALUES (%s, %s, %s, 'h', 's', %s)
"""


def refused(sql, *parameters, match):
    with pytest.raises(IntegrityError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_a_batch_is_never_signed_by_who_entered_one_of_its_doses(house):
    house.store(2, by="second")
    batch = house.prepare()
    refused(SIGN, house.second, house.credentials["second"], batch.id, match="who entered a dose never signs it")


def test_a_dose_is_never_put_into_a_batch_of_who_entered_it(house):
    house.store(2)
    (own,) = house.store(1, by="signer", first=30)
    batch = house.prepare()
    refused(LEAF, own, batch.id, 2, house.signer, match="who entered a dose never signs it")


def test_a_leaf_cannot_lie_about_who_entered_its_dose(house):
    house.store(2)
    (own,) = house.store(1, by="signer", first=30)
    batch = house.prepare()
    refused(LEAF, own, batch.id, 2, house.clerk, match="a leaf must repeat who entered its dose")


def test_a_dose_lies_in_one_batch_alone(house):
    house.store(1)
    first = house.prepare()
    house.store(1, first=40)
    second = house.prepare("second")
    version = Attestation.objects.get(batch_id=first.id).version_id
    refused(LEAF, version, second.id, 1, house.clerk, match="facility_signing_attestation_pkey")


def test_a_signed_batch_takes_no_further_dose(house):
    batch = house.signed_batch(2)
    (late,) = house.store(1, first=40)
    refused(LEAF, late, batch.id, 2, house.clerk, match="only a prepared batch takes doses")


def test_the_doses_of_a_signed_batch_stay(house):
    batch = house.signed_batch(2)
    delete = "DELETE FROM facility_signing_attestation WHERE batch_id = %s"
    refused(delete, batch.id, match="the doses of a signed batch stay")


def test_leaves_never_change(house):
    house.store(1)
    batch = house.prepare()
    update = "UPDATE facility_signing_attestation SET leaf_hash = 'x' WHERE batch_id = %s"
    refused(update, batch.id, match="never change")


def test_a_batch_is_signed_whole(house):
    house.store(3)
    batch = house.prepare()
    Attestation.objects.filter(batch_id=batch.id, leaf_index=0).delete()
    refused(SIGN, house.signer, house.credentials["signer"], batch.id, match="a batch is signed whole")


def test_only_the_officers_own_certificate_signs(house):
    house.store(1)
    batch = house.prepare()
    refused(SIGN, house.signer, house.credentials["second"], batch.id, match="only a certificate registered")


def test_only_a_certificate_of_the_signing_office_signs(house):
    house.store(1)
    batch = house.prepare()
    refused(SIGN, house.central, house.credentials["central"], batch.id, match="only a certificate registered")


def test_what_was_prepared_is_what_is_signed(house):
    house.store(1)
    batch = house.prepare()
    update = "UPDATE facility_signing_batch SET manifest = 'other' WHERE id = %s"
    refused(update, batch.id, match="what was prepared is what is signed")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE facility_signing_batch SET jws = 'other' WHERE id = %s",
        "UPDATE facility_signing_batch SET status = 'prepared' WHERE id = %s",
        "DELETE FROM facility_signing_batch WHERE id = %s",
    ],
)
def test_a_signed_batch_never_changes(house, statement):
    batch = house.signed_batch(1)
    refused(statement, batch.id, match="a batch that ended never changes")


def test_no_batch_begins_signed(house):
    house.signed_batch(1)
    copy = """
    INSERT INTO facility_signing_batch (number, facility_id, office_id, status, count, left_out, root, manifest,
      prepared_by_id, prepared_at, signed_by_id, credential_id, algorithm, jws, ended_at, ended_reason)
    SELECT 'forged', facility_id, office_id, status, count, left_out, root, manifest,
      prepared_by_id, prepared_at, signed_by_id, credential_id, algorithm, jws, ended_at, ended_reason
    FROM facility_signing_batch
    """
    refused(copy, match="a batch begins prepared")


def test_nobody_registers_the_own_certificate(house):
    copy = """
    INSERT INTO facility_signing_signingcredential (office_id, officer_id, provider, kind, reference, algorithm,
      subject, thumbprint, certificates_pem, valid_from, valid_to, registered_by_id, registered_at)
    SELECT office_id, officer_id, provider, kind, reference, algorithm, subject, 'other', certificates_pem,
      valid_from, valid_to, officer_id, registered_at FROM facility_signing_signingcredential WHERE officer_id = %s
    """
    refused(copy, house.signer, match="credential_never_registered_by_its_holder")


@pytest.mark.parametrize("change", ["office_id = office_id + 1", "officer_id = officer_id + 1", "valid_to = now()"])
def test_a_credential_is_withdrawn_and_never_changed(house, change):
    update = f"UPDATE facility_signing_signingcredential SET {change} WHERE id = %s"
    refused(update, house.credentials["signer"], match="a credential is withdrawn, never changed")
