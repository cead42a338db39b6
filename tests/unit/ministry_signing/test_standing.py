"""Runs that prepare themselves: on whose order, whom they take, and how they never nag."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW, received
from tests.factories.signing import DAYS, Key, Ministry, approved_run, attest, attested_person, sign_and_record
from vaxpass.jobs.ministry_signing import begin_standing_run
from vaxpass.ministry_signing import actions as runs
from vaxpass.ministry_signing import named, preparing, queries, standing
from vaxpass.ministry_signing.models import Run, RunPerson, StandingOrder
from vaxpass.ministry_signing.rules import RunKind, RunState
from vaxpass.offices.models import Officer
from vaxpass.offices.scope import Refused
from vaxpass.passports.models import Passport
from vaxpass.passports.renewal import people_to_reissue
from vaxpass.passports.rules import Status
from vaxpass.records import on_request
from vaxpass.records.models import VersionState

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CORRECTED, REISSUE = RunKind.CORRECTED, RunKind.REISSUE


@pytest.fixture
def holder(ministry: Ministry, key: Key) -> list[int]:
    """One person with a live passport."""
    versions = attested_person(ministry, 1)
    sign_and_record(approved_run(ministry, key)[1], key)
    return versions


def mended(ministry: Ministry, version_id: int, **columns: object) -> int:
    """Mend a dose, checked and signed again; give the new version."""
    dose = {version_id: received(1, given_on=DAYS[1], **columns)}
    (new,) = on_request.replace_many_identity(ministry.clerk, dose, now=NOW + 60 * DAY).new_ids.values()
    attest(new)
    return new


def prepare(run_id: int | None, key: Key, *, now: datetime = NOW) -> Run:
    assert run_id is not None
    preparing.fix_key(run_id, key, "Bộ Y tế", now=now)
    while preparing.prepare_chunk(run_id, now=now):
        pass
    return Run.objects.get(pk=run_id)


def test_nothing_prepares_itself_without_an_order(ministry: Ministry, holder: list[int]) -> None:
    mended(ministry, holder[1], lot="FK0113")
    assert begin_standing_run(CORRECTED, NOW) is None
    assert not Run.objects.filter(kind=CORRECTED).exists()


def test_a_corrected_person_stands_in_a_run_that_another_officer_approves(
    ministry: Ministry, holder: list[int], key: Key
) -> None:
    """No brake holds the person back: the first version was entered in time, and only the lot was mended."""
    attested_person(ministry, 2)  # an ordinary person waits for an ordinary run
    new = mended(ministry, holder[1], lot="FK0113")
    standing.begin(ministry.operator, CORRECTED, now=NOW)
    run = prepare(begin_standing_run(CORRECTED, NOW), key)
    person = VersionState.objects.get(version_id=new).person_id
    assert list(RunPerson.objects.values_list("person_id", "version_id")) == [(person, new)]
    assert (run.state, run.prepared_by_id) == (RunState.PREPARED, ministry.operator.officer_id)
    found = queries.get_run(run.pk)
    assert (found.ready, found.held, found.kind) == (1, 0, "CORRECTED")
    assert sign_and_record(runs.approve(ministry.approver, run.pk, now=NOW), key) == [1]
    statuses = list(Passport.objects.filter(person_id=person).order_by("pk").values_list("status", flat=True))
    assert statuses == [Status.REVOKED, Status.LIVE]


def test_one_run_waits_at_a_time(ministry: Ministry, holder: list[int], key: Key) -> None:
    mended(ministry, holder[1], lot="FK0113")
    standing.begin(ministry.operator, CORRECTED, now=NOW)
    first = begin_standing_run(CORRECTED, NOW)
    assert begin_standing_run(CORRECTED, NOW) is None
    with pytest.raises(IntegrityError, match="one_standing_run_waits"), transaction.atomic():
        named.begin((ministry.operator.officer_id, 0), CORRECTED, [], now=NOW)
    assert prepare(first, key).state == RunState.PREPARED


def test_who_was_refused_is_not_put_before_the_approver_again_for_a_week(
    ministry: Ministry, holder: list[int], key: Key
) -> None:
    mended(ministry, holder[1], lot="FK0113")
    standing.begin(ministry.operator, CORRECTED, now=NOW)
    run = prepare(begin_standing_run(CORRECTED, NOW), key)
    runs.refuse(ministry.approver, run.pk, "RUN_NOT_NOW", now=NOW)
    assert begin_standing_run(CORRECTED, NOW + DAY) is None
    assert begin_standing_run(CORRECTED, NOW + 8 * DAY) is not None


def test_an_officer_who_may_prepare_no_more_orders_nothing(ministry: Ministry, holder: list[int]) -> None:
    mended(ministry, holder[1], lot="FK0113")
    standing.begin(ministry.operator, CORRECTED, now=NOW)
    Officer.objects.filter(pk=ministry.operator.officer_id).update(is_active=False)
    assert begin_standing_run(CORRECTED, NOW) is None
    assert StandingOrder.objects.get().ended_at == NOW


def test_who_may_order(ministry: Ministry) -> None:
    for act, code in (
        (lambda: standing.begin(ministry.approver, CORRECTED, now=NOW), "RIGHT_MISSING"),
        (lambda: standing.begin(ministry.operator, RunKind.ORDINARY, now=NOW), "STANDING_KIND_UNKNOWN"),
        (lambda: standing.end(ministry.approver, CORRECTED, now=NOW), "STANDING_NONE"),
        (lambda: standing.end(ministry.inspector, CORRECTED, now=NOW), "RIGHT_MISSING"),
    ):
        with pytest.raises(Refused, match=code):
            act()
    standing.begin(ministry.operator, CORRECTED, now=NOW)
    with pytest.raises(Refused, match="STANDING_ALREADY"):
        standing.begin(ministry.operator, CORRECTED, now=NOW)
    standing.end(ministry.approver, CORRECTED, now=NOW)
    with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic():
        StandingOrder.objects.update(officer_id=1)


# Passports issued again ---------------------------------------------------------------------------------------------


def test_a_passport_that_ends_soon_is_renewed_without_a_gap(ministry: Ministry, holder: list[int], key: Key) -> None:
    (old,) = Passport.objects.all()
    assert people_to_reissue(now=old.expires_at - 31 * DAY) == []
    soon = old.expires_at - 29 * DAY
    standing.begin(ministry.operator, REISSUE, now=soon)
    run = prepare(begin_standing_run(REISSUE, soon), key, now=soon)
    assert sign_and_record(runs.approve(ministry.approver, run.pk, now=soon), key, now=soon) == [1]
    old.refresh_from_db()
    new = Passport.objects.get(status=Status.LIVE)
    assert (old.status, new.person_id, new.uvci != old.uvci) == (Status.SUPERSEDED, old.person_id, True)
    assert new.expires_at > old.expires_at
    assert people_to_reissue(now=soon) == []


def test_who_lost_the_passport_though_the_doses_stand_gets_one(ministry: Ministry, holder: list[int], key: Key) -> None:
    Passport.objects.update(status=Status.REVOKED, status_reason="ORDER_CODE_EXPOSED")
    standing.begin(ministry.operator, REISSUE, now=NOW)
    run = prepare(begin_standing_run(REISSUE, NOW), key)
    assert sign_and_record(runs.approve(ministry.approver, run.pk, now=NOW), key) == [1]
    assert Passport.objects.filter(status=Status.LIVE).count() == 1


def test_nobody_gets_two_when_two_runs_took_the_same_person(ministry: Ministry, holder: list[int], key: Key) -> None:
    """The second run was begun while the first was being signed; its item leaves with a code."""
    Passport.objects.update(status=Status.REVOKED)
    standing.begin(ministry.operator, REISSUE, now=NOW)
    first = prepare(begin_standing_run(REISSUE, NOW), key)
    chunks = runs.approve(ministry.approver, first.pk, now=NOW)
    sign_and_record(chunks, key)
    person = RunPerson.objects.get().person_id
    again = (ministry.operator.officer_id, ministry.operator.office_id)
    second = prepare(named.begin(again, REISSUE, [(person, holder[1])], now=NOW), key)
    assert sign_and_record(runs.approve(ministry.approver, second.pk, now=NOW), key) == [0]
    assert [drop.code for drop in queries.drops(second.pk)] == ["PASSPORT_NOT_DUE"]


def test_what_a_run_is_for_stays(ministry: Ministry, holder: list[int]) -> None:
    for change, why in (
        ("UPDATE ministry_signing_run SET kind = 'REISSUE'", "what a run is for stays"),
        ("UPDATE ministry_signing_run SET kind = 'ORDER', order_id = 1", "what a run is for stays"),
    ):
        with pytest.raises(IntegrityError, match=why), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_as_the_application(ministry: Ministry, holder: list[int], key: Key) -> None:
    call_command("grant_app_role", "vaxpass_app_tested")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vaxpass_app_tested")
        test_a_corrected_person_stands_in_a_run_that_another_officer_approves(ministry, holder, key)
        cursor.execute("RESET ROLE")
