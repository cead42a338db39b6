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
from vaxpass.jobs.passports import after_correction
from vaxpass.ministry_signing import queries, signing
from vaxpass.ministry_signing.facts import SignedChunk
from vaxpass.offices.models import Officer
from vaxpass.passports.actions import record_signed, revoke_of_versions
from vaxpass.passports.models import LogLeaf, Passport
from vaxpass.passports.rules import LeafKind, Revocation, Status
from vaxpass.records import actions as records
from vaxpass.records import on_request
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


def _replace(ministry: Ministry, version_id: int, day: date) -> int:
    """Mend the lot of a dose, as an accepted report does; give the new version."""
    mended = {version_id: received(1, given_on=day, lot="FK0113")}
    (new,) = on_request.replace_many_identity(ministry.clerk, mended, now=NOW).new_ids.values()
    after_correction([version_id], now=NOW)
    return new


def _statuses() -> list[int]:
    return list(Passport.objects.order_by("pk").values_list("status", flat=True))


def test_a_replaced_dose_leaves_the_live_passport_alone_and_ends_the_superseded_one(
    ministry: Ministry, key: Key, versions: list[int]
) -> None:
    attest(enter(ministry, 1, date(2022, 3, 1)))
    sign_and_record(approved_run(ministry, key)[1], key)
    new = _replace(ministry, versions[0], DAYS[0])
    assert _statuses() == [Status.REVOKED, Status.LIVE]
    attest(new)
    sign_and_record(approved_run(ministry, key)[1], key)
    assert _statuses() == [Status.REVOKED, Status.REVOKED, Status.LIVE]


def test_a_passport_whose_dose_still_walks_is_revoked_not_superseded_by_one_without_it(
    ministry: Ministry, key: Key, versions: list[int]
) -> None:
    """The second dose moves behind a third one, which is signed first: the new passport counts one and three."""
    _replace(ministry, versions[1], date(2022, 4, 10))
    attest(enter(ministry, 1, date(2022, 3, 1)))
    sign_and_record(approved_run(ministry, key)[1], key)
    assert _statuses() == [Status.REVOKED, Status.LIVE]


def _record_to_the_end(signed: SignedChunk) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        record_signed(signed, now=NOW)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the end of a transaction does


def test_the_database_refuses_a_new_passport_beside_the_one_of_an_ancestor(
    ministry: Ministry, key: Key, versions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole person moved: another row holds the old passport, so no unique index would see it."""
    mended = {id_: received(1, given_on=day, birth_date="1991-05-17") for id_, day in zip(versions, DAYS, strict=True)}
    new = on_request.replace_many_identity(ministry.clerk, mended, now=NOW).new_ids.values()
    after_correction(versions, now=NOW)
    attest(*new)
    (chunk_id,) = approved_run(ministry, key)[1]
    signed = signing.sign_chunk(chunk_id, key)
    assert signed is not None
    with monkeypatch.context() as patch:
        patch.setattr("vaxpass.passports.actions.revoke", lambda *_, **__: [])
        with pytest.raises(IntegrityError, match="whose successor has its own"):
            _record_to_the_end(signed)
    assert _statuses() == [Status.LIVE]
    assert record_signed(signed, now=NOW) == 1
    assert _statuses() == [Status.REVOKED, Status.LIVE]
