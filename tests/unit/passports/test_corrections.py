"""A correction never leaves a live passport that lies: the desk's button revokes, and the database insists."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.factories import NOW, make_officer, received
from tests.factories.signing import (
    DAYS,
    Key,
    Ministry,
    approved_run,
    attest,
    attested_person,
    enter,
    sign_and_record,
)
from vaxpass.corrections import actions as corrections
from vaxpass.corrections.actions import Wish
from vaxpass.corrections.models import Report
from vaxpass.corrections.rules import Cause, Kind
from vaxpass.ministry_signing import queries
from vaxpass.offices.models import Officer
from vaxpass.passports.actions import revoke_of_versions
from vaxpass.passports.models import LogLeaf, Passport
from vaxpass.passports.rules import LeafKind, Revocation, Status
from vaxpass.records import actions as records
from vaxpass.records.facts import ReceivedDose
from vaxpass.records.states import Verb

MENDED = received(1, given_on=DAYS[0], full_name="Nguyễn Thị Hường", birth_date="1990-05-18")


@pytest.fixture
def versions(ministry: Ministry, key: Key) -> list[int]:
    """A person with a live passport."""
    made = attested_person(ministry, 1)
    sign_and_record(approved_run(ministry, key)[1], key)
    return made


def _ask(ministry: Ministry, version_id: int, mended: ReceivedDose = MENDED) -> int:
    return corrections.ask(ministry.clerk, version_id, Wish(Kind.MEND, Cause.TYPED_WRONG, mended), now=NOW)


def test_an_accepted_correction_keeps_the_old_passport_until_the_new_one_is_recorded(
    ministry: Ministry, key: Key, versions: list[int], client: Client
) -> None:
    old = Passport.objects.get()
    report_id = _ask(ministry, versions[0], received(1, given_on=DAYS[0], lot="FK0113"))
    head = Officer.objects.get(pk=make_officer("head", ministry.facility, "facility_head"))
    client.force_login(head, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(f"/facility/corrections/{report_id}/accept").status_code == 302
    assert Passport.objects.get().status == Status.LIVE
    attest(Report.objects.get().new_version_id or 0)
    sign_and_record(approved_run(ministry, key)[1], key)
    new = Passport.objects.exclude(pk=old.pk).get()
    old.refresh_from_db()
    assert (old.status, old.status_reason, new.status) == (Status.REVOKED, "DOSE_REPLACED", Status.LIVE)
    leaves = [(leaf.passport_id, leaf.kind) for leaf in LogLeaf.objects.order_by("position")]
    assert leaves == [(old.pk, LeafKind.ISSUE), (new.pk, LeafKind.ISSUE), (old.pk, LeafKind.REVOKE)]


@pytest.mark.parametrize("verb", [Verb.REPLACE, Verb.WITHDRAW, Verb.REFUSE])
def test_the_database_refuses_to_leave_a_lying_passport(versions: list[int], verb: Verb) -> None:
    """Replaced without a successor, withdrawn, refused: each ends the passport at once or is not done at all."""
    with pytest.raises(IntegrityError, match="a passport counts a dose that has ended"):
        _end_alone(versions[0], verb)


def _end_alone(version_id: int, verb: Verb) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        records.move_all([version_id], verb, now=NOW)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the end of a transaction does


def test_an_open_report_keeps_a_person_out_and_drops_from_a_run(ministry: Ministry, key: Key) -> None:
    waiting, running = attested_person(ministry, 2), attested_person(ministry, 3)
    _ask(ministry, waiting[0])
    run_id, chunks = approved_run(ministry, key)
    assert queries.get_run(run_id).reasons == {"REPORT_OPEN": 1}

    def report() -> None:
        corrections.ask(ministry.clerk, running[0], Wish(Kind.MEND, Cause.TYPED_WRONG, MENDED), now=NOW)

    assert sign_and_record(chunks, key, between=report) == [0]
    assert [drop.code for drop in queries.drops(run_id)] == ["REPORT_OPENED"]


def test_a_superseded_passport_that_counts_the_dose_is_revoked_too(
    ministry: Ministry, key: Key, versions: list[int]
) -> None:
    """Its code still verifies offline, so it must not outlive the record either."""
    attest(enter(ministry, 1, date(2022, 3, 1)))
    sign_and_record(approved_run(ministry, key)[1], key)
    assert [one.status for one in Passport.objects.order_by("pk")] == [Status.SUPERSEDED, Status.LIVE]
    revoked = revoke_of_versions([versions[0]], reason=Revocation.DOSE_REPLACED.value, now=NOW)
    assert len(revoked) == 2
    assert [one.status for one in Passport.objects.all()] == [Status.REVOKED, Status.REVOKED]
    assert LogLeaf.objects.filter(kind=LeafKind.REVOKE).count() == 2
