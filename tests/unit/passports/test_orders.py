"""Revocation orders: what they list, who may do what, what they end, and what they never touch."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories import NOW, make_officer
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
from vaxpass.jobs import revocations as jobs
from vaxpass.jobs.passports import after_recording
from vaxpass.ministry_signing import actions as runs
from vaxpass.ministry_signing import named, preparing
from vaxpass.ministry_signing import queries as run_queries
from vaxpass.ministry_signing.models import Run, RunItem
from vaxpass.ministry_signing.rules import RunKind
from vaxpass.notices.models import Notice
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor, Refused
from vaxpass.passports.issuing import issue_chunk
from vaxpass.passports.models import LogLeaf, Passport, RevocationItem, RevocationOrder
from vaxpass.passports.orders import carrying, collecting, deciding
from vaxpass.passports.orders.queries import count_items, count_to_decide
from vaxpass.passports.orders.rules import Criterion, Holder, OrderReason, OrderState, OrderWish, Outcome
from vaxpass.passports.rules import LeafKind, Status
from vaxpass.records.models import VersionState
from vaxpass.records.states import State

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
FACILITY = OrderWish(Criterion.FACILITY, "40A01", OrderReason.DOSE_NOT_GIVEN, Holder.FALSE, DAYS[0], DAYS[0])


@pytest.fixture
def people(ministry: Ministry, key: Key) -> list[list[int]]:
    """Three people with live passports, two doses each."""
    versions = [attested_person(ministry, serial) for serial in (1, 2, 3)]
    sign_and_record(approved_run(ministry, key)[1], key)
    return versions


def drafted(ministry: Ministry, wish: OrderWish = FACILITY) -> int:
    order_id = deciding.draft(ministry.operator, wish, now=NOW)
    assert collecting.collect(order_id)
    return order_id


def mark(ministry: Ministry, order_id: int, versions: list[int], holder: Holder) -> None:
    item = RevocationItem.objects.get(order_id=order_id, version_ids__overlap=versions)
    deciding.mark(ministry.operator, order_id, [item.pk], holder, now=NOW)


def approved(ministry: Ministry, order_id: int) -> carrying.Approved:
    deciding.propose(ministry.operator, order_id, now=NOW)
    deciding.approve(ministry.approver, order_id, now=NOW)
    order = carrying.approved(order_id)
    assert order is not None
    return order


def carry_out(order: carrying.Approved, key: Key, *, size: int = 500) -> None:
    """As the jobs do, with the key of the test."""
    while carrying.refuse_false_doses(order, jobs._tell, now=LATER, size=size):
        pass
    run_id = carrying.begin_reissue(order, now=LATER)
    if run_id is not None:
        preparing.fix_key(run_id, key, "Bộ Y tế", now=LATER)
        while preparing.prepare_chunk(run_id, now=LATER):
            pass
        for chunk_id in runs.approve_of_order(run_id, order.decided_by, now=LATER):
            issue_chunk(chunk_id, lambda: key, lambda: LATER, after_recording(LATER))
    while carrying.revoke_the_rest(order, jobs._tell, now=LATER, size=size):
        pass
    assert carrying.finish(order, now=LATER)


def status_of(versions: list[int]) -> list[int]:
    items = RunItem.objects.filter(version_ids__overlap=versions).values("pk")
    return list(Passport.objects.filter(pk__in=items).order_by("pk").values_list("status", flat=True))


def outcomes(order_id: int) -> list[str]:
    return list(RevocationItem.objects.filter(order_id=order_id).order_by("pk").values_list("outcome", flat=True))


def refused(act: Callable[..., Any], *arguments: Any, **named_ones: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*arguments, **named_ones)
    return caught.value.code


def test_false_and_honest_in_one_order(ministry: Ministry, key: Key, people: list[list[int]]) -> None:
    false, honest, other = people
    order_id = drafted(ministry)
    mark(ministry, order_id, honest, Holder.HONEST)
    mark(ministry, order_id, other, Holder.HONEST)
    carry_out(approved(ministry, order_id), key)
    assert status_of(false) == [Status.REVOKED]
    assert status_of(honest) == status_of(other) == [Status.REVOKED, Status.LIVE]
    states = {one.version_id: one.state for one in VersionState.objects.all()}
    assert [states[id_] for id_ in false] == [State.REFUSED, State.CERTIFIED]  # the other dose stays
    assert [states[id_] for id_ in honest] == [State.CERTIFIED, State.CERTIFIED]
    assert outcomes(order_id) == ["REVOKED", "REISSUED", "REISSUED"]
    assert RevocationOrder.objects.get().state == OrderState.DONE
    run = Run.objects.get(kind=RunKind.ORDER)
    assert (run.prepared_by_id, run.decided_by_id) == (ministry.operator.officer_id, ministry.approver.officer_id)
    assert set(Passport.objects.filter(status=Status.REVOKED).values_list("status_reason", flat=True)) == {
        "ORDER_DOSE_NOT_GIVEN"
    }
    assert LogLeaf.objects.filter(kind=LeafKind.REVOKE).count() == 3


def test_people_are_told_and_verifiers_at_once(ministry: Ministry, key: Key, people: list[list[int]]) -> None:
    order_id = drafted(ministry)
    mark(ministry, order_id, people[1], Holder.HONEST)
    carry_out(approved(ministry, order_id), key)
    templates = list(Notice.objects.order_by("template").values_list("template", flat=True))
    assert templates == ["PASSPORT_READY", "PASSPORT_REVOKED", "PASSPORT_REVOKED"]
    assert ProcrastinateJob.objects.filter(task_name="publication.publish_now").count() == 2


def test_an_honest_holder_has_one_passport_at_every_moment(
    ministry: Ministry, key: Key, people: list[list[int]]
) -> None:
    """The old one lives until the transaction that records the new one."""
    order_id = drafted(ministry)
    deciding.mark_all(ministry.operator, order_id, Holder.HONEST, now=NOW)
    order = approved(ministry, order_id)
    assert not carrying.refuse_false_doses(order, jobs._tell, now=LATER)
    run_id = carrying.begin_reissue(order, now=LATER)
    assert run_id is not None
    assert [status_of(one) for one in people] == [[Status.LIVE]] * 3
    assert carrying.begin_reissue(order, now=LATER) is None  # once
    assert named.run_of_order(order_id) == run_id


def test_an_honest_holder_whose_series_is_incomplete_is_revoked_and_the_list_says_why(
    ministry: Ministry, key: Key, people: list[list[int]]
) -> None:
    """Another order refused the first dose meanwhile; without it there is nothing to issue again."""
    order_id = drafted(ministry, OrderWish(Criterion.UVCI, Passport.objects.order_by("pk")[0].uvci,
                                           OrderReason.CODE_EXPOSED, Holder.HONEST))  # fmt: skip
    order = approved(ministry, order_id)
    enter(ministry, 1, date(2021, 9, 10))  # an earlier dose that nobody has signed
    carry_out(order, key)
    assert status_of(people[0]) == [Status.REVOKED]
    item = RevocationItem.objects.get(order_id=order_id)
    assert (item.outcome, item.code) == (Outcome.REVOKED, "EARLIER_DOSE_WAITS")


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        (Criterion.FACILITY, 3),
        (Criterion.ENTERED_BY, 3),
        (Criterion.PERSON, 1),
        (Criterion.UVCI, 1),
    ],
)
def test_what_is_listed(ministry: Ministry, people: list[list[int]], criterion: Criterion, found: int) -> None:
    subjects = {
        Criterion.FACILITY: "40a01",
        Criterion.ENTERED_BY: "clerk",
        Criterion.PERSON: "040190000002",
        Criterion.UVCI: Passport.objects.order_by("pk")[1].uvci,
    }
    wish = OrderWish(
        criterion,
        subjects[criterion],
        OrderReason.ISSUED_BY_MISTAKE,
        Holder.HONEST,
        date(2021, 9, 1),
        date(2022, 4, 15),
    )
    order_id = drafted(ministry, wish)
    assert (count_items(order_id).passports, count_items(order_id).people) == (found, found)
    assert not collecting.collect(order_id)  # once


def test_a_window_is_kept(ministry: Ministry, people: list[list[int]]) -> None:
    """Only the first day's doses are listed; outside of the window nobody is."""
    item = RevocationItem.objects.filter(order_id=drafted(ministry)).order_by("pk")[0]
    assert item.version_ids == people[0][:1]
    outside = OrderWish(
        Criterion.FACILITY, "40A01", OrderReason.DOSE_NOT_GIVEN, Holder.FALSE, date(2021, 9, 2), date(2021, 9, 3)
    )
    order_id = drafted(ministry, outside)
    assert refused(deciding.propose, ministry.operator, order_id, now=NOW) == "ORDER_EMPTY"


def test_passports_that_count_no_listed_dose_are_never_touched(
    ministry: Ministry, key: Key, people: list[list[int]]
) -> None:
    """A booster of the same people lies outside of the window; another facility's people are not listed at all."""
    attest(enter(ministry, 1, date(2022, 3, 1)))
    sign_and_record(approved_run(ministry, key)[1], key)
    booster = OrderWish(
        Criterion.FACILITY, "40A01", OrderReason.DOSE_NOT_GIVEN, Holder.FALSE, date(2022, 3, 1), date(2022, 3, 1)
    )
    order_id = drafted(ministry, booster)
    before = {one.pk: one.status for one in Passport.objects.all()}
    carry_out(approved(ministry, order_id), key)
    changed = {one.pk for one in Passport.objects.all() if before.get(one.pk) != one.status}
    assert changed == set(RevocationItem.objects.values_list("passport_id", flat=True))
    assert len(changed) == 1  # the superseded one of two doses still verifies, and says nothing false


def test_an_attested_dose_without_a_passport_is_refused_too(ministry: Ministry, key: Key) -> None:
    versions = attested_person(ministry, 7)
    order_id = drafted(ministry)
    carry_out(approved(ministry, order_id), key)
    assert VersionState.objects.get(version_id=versions[0]).state == State.REFUSED
    assert outcomes(order_id) == ["REFUSED"]


def test_two_people_and_one_hand_at_a_time(ministry: Ministry, people: list[list[int]]) -> None:
    order_id = drafted(ministry)
    both = _both(ministry)
    assert refused(deciding.draft, ministry.approver, FACILITY, now=NOW) == "RIGHT_MISSING"
    assert refused(deciding.propose, both, order_id, now=NOW) == "ORDER_NOT_YOURS"
    assert refused(deciding.approve, ministry.approver, order_id, now=NOW) == "ORDER_NOT_WAITING"
    deciding.propose(ministry.operator, order_id, now=NOW)
    assert refused(deciding.mark_all, ministry.operator, order_id, Holder.HONEST, now=NOW) == "ORDER_NOT_DRAFT"
    assert refused(deciding.approve, ministry.operator, order_id, now=NOW) == "RIGHT_MISSING"
    assert refused(deciding.refuse, ministry.approver, order_id, "x", now=NOW) == "ORDER_REASON_UNKNOWN"
    assert (count_to_decide(ministry.approver.officer_id), count_to_decide(ministry.operator.officer_id)) == (1, 0)
    deciding.refuse(ministry.approver, order_id, "ORDER_NOT_PROVEN", now=NOW)
    assert refused(deciding.approve, ministry.approver, order_id, now=NOW) == "ORDER_NOT_WAITING"
    assert carrying.approved(order_id) is None


def _both(ministry: Ministry) -> Actor:
    office = ministry.operator.office_id
    officer = make_officer("both", office, "ministry_operator", "ministry_approver")
    return get_actor(Officer.objects.get(pk=officer))


def test_nobody_approves_an_own_order_not_even_in_the_database(ministry: Ministry, people: list[list[int]]) -> None:
    both = _both(ministry)
    order_id = deciding.draft(both, FACILITY, now=NOW)
    collecting.collect(order_id)
    deciding.propose(both, order_id, now=NOW)
    assert refused(deciding.approve, both, order_id, now=NOW) == "ORDER_OWN"
    with pytest.raises(IntegrityError, match="order_decided_by_another"), transaction.atomic():
        RevocationOrder.objects.update(state="APPROVED", decided_by_id=both.officer_id, decided_at=NOW)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE passports_revocationorder SET reason = 'x'", "what an order says stays"),
        ("UPDATE passports_revocationorder SET made_by_id = 1", "what an order says stays"),
        ("UPDATE passports_revocationorder SET state = 'DRAFT'", "an order moves one way"),
        ("DELETE FROM passports_revocationorder", "what an order says stays"),
        ("UPDATE passports_revocationitem SET holder = 'HONEST'", "marked before it is proposed"),
        ("UPDATE passports_revocationitem SET outcome = 'REVOKED'", "carried out once"),
        ("UPDATE passports_revocationitem SET version_ids = '{}'", "carried out once"),
        ("DELETE FROM passports_revocationitem", "an item of an order stays"),
        (
            """INSERT INTO passports_revocationitem
            (order_id, person_id, version_id, version_ids, holder, outcome, code)
            SELECT order_id, 0, 0, '{}', 'FALSE', '', '' FROM passports_revocationitem LIMIT 1""",
            "lists its items once",
        ),
    ],
)
def test_no_statement_rewrites_a_proposed_order(
    ministry: Ministry, people: list[list[int]], change: str, why: str
) -> None:
    deciding.propose(ministry.operator, drafted(ministry), now=NOW)
    with pytest.raises(IntegrityError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_run_of_an_order_has_its_two_officers(ministry: Ministry, people: list[list[int]]) -> None:
    order_id = drafted(ministry)
    deciding.mark_all(ministry.operator, order_id, Holder.HONEST, now=NOW)
    stranger = (ministry.clerk.officer_id, ministry.facility)
    with pytest.raises(IntegrityError, match="its two officers"), transaction.atomic():  # not yet approved
        named.begin((ministry.operator.officer_id, 0), RunKind.ORDER, [], now=NOW, order_id=order_id)
    order = approved(ministry, order_id)
    with pytest.raises(IntegrityError, match="its two officers"), transaction.atomic():
        named.begin(stranger, RunKind.ORDER, [], now=NOW, order_id=order_id)
    run_id = carrying.begin_reissue(order, now=NOW)
    assert run_id is not None
    Run.objects.filter(pk=run_id).update(state="PREPARED")
    assert refused(runs.approve, ministry.approver, run_id, now=NOW) == "RUN_OF_ORDER"
    with pytest.raises(IntegrityError, match="its two officers"), transaction.atomic():
        runs.approve_of_order(run_id, stranger, now=NOW)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (OrderWish(Criterion.FACILITY, "40A01", OrderReason.DOSE_NOT_GIVEN, Holder.FALSE), "ORDER_WINDOW_MISSING"),
        (
            OrderWish(
                Criterion.FACILITY,
                "40A01",
                OrderReason.DOSE_NOT_GIVEN,
                Holder.FALSE,
                date(2022, 1, 2),
                date(2022, 1, 1),
            ),
            "ORDER_WINDOW_TURNED",
        ),
        (OrderWish(Criterion.PERSON, "000", OrderReason.DOSE_NOT_GIVEN, Holder.FALSE), "ORDER_SUBJECT_UNKNOWN"),
        (OrderWish(Criterion.UVCI, "X", OrderReason.DOSE_NOT_GIVEN, Holder.FALSE), "ORDER_SUBJECT_UNKNOWN"),
        (OrderWish(Criterion.BATCH, "X", OrderReason.DOSE_NOT_GIVEN, Holder.FALSE), "ORDER_SUBJECT_UNKNOWN"),
    ],
)
def test_what_cannot_be_ordered(ministry: Ministry, wish: OrderWish, code: str) -> None:
    assert refused(deciding.draft, ministry.operator, wish, now=NOW) == code


def test_in_small_chunks_each_passport_once(ministry: Ministry, key: Key, people: list[list[int]]) -> None:
    order_id = drafted(ministry)
    carry_out(approved(ministry, order_id), key, size=1)
    assert outcomes(order_id) == ["REVOKED"] * 3
    assert LogLeaf.objects.filter(kind=LeafKind.REVOKE).count() == 3


def test_as_the_application(ministry: Ministry, key: Key, people: list[list[int]]) -> None:
    call_command("grant_app_role", "vaxpass_app_tested")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vaxpass_app_tested")
        test_false_and_honest_in_one_order(ministry, key, people)
        cursor.execute("RESET ROLE")


def test_a_run_that_was_prepared_before_drops_the_refused_dose(
    ministry: Ministry, key: Key, people: list[list[int]]
) -> None:
    attest(enter(ministry, 1, date(2022, 3, 1)))
    run_id, chunks = approved_run(ministry, key)
    order = approved(ministry, drafted(ministry))
    assert sign_and_record(chunks, key, between=lambda: carry_out(order, key)) == [0]
    assert [drop.code for drop in run_queries.drops(run_id)] == ["VERSION_CHANGED"]


def test_who_keeps_a_live_passport_that_is_not_listed_needs_no_other(
    ministry: Ministry, key: Key, people: list[list[int]]
) -> None:
    """The code of the superseded one was copied; the holder shows the newer one."""
    attest(enter(ministry, 1, date(2022, 3, 1)))
    sign_and_record(approved_run(ministry, key)[1], key)
    old = Passport.objects.get(status=Status.SUPERSEDED)
    wish = OrderWish(Criterion.UVCI, old.uvci, OrderReason.CODE_EXPOSED, Holder.HONEST)
    order_id = drafted(ministry, wish)
    carry_out(approved(ministry, order_id), key)
    assert outcomes(order_id) == ["REVOKED"]
    assert status_of(people[0]) == [Status.REVOKED, Status.LIVE]
    assert not Run.objects.filter(kind=RunKind.ORDER).exists()
