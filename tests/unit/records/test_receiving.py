from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records import actions, queries
from vaxpass.records.facts import Origin, ReceivedDose
from vaxpass.records.receiving import receive
from vaxpass.records.states import State, Verb

pytestmark = pytest.mark.django_db


@pytest.fixture
def facility() -> int:
    return make_office()


@pytest.fixture
def clerk(facility: int) -> Actor:
    return get_actor(Officer.objects.get(pk=make_officer("clerk", facility, "facility_clerk")))


@pytest.fixture
def origin(facility: int, clerk: Actor) -> Origin:
    return Origin(facility, clerk.officer_id, facility, NOW)


def test_a_dose_is_stored_with_state_and_history(origin: Origin) -> None:
    receipt = receive([received()], origin)
    (version,) = queries.get_versions(list(receipt.version_ids.values()))
    assert version.state == State.RECEIVED
    assert version.identity == received().identity
    assert version.dose == received().dose
    assert [step.verb for step in queries.history_of([version.version_id])] == ["receive"]


def test_doses_may_come_from_a_generator_that_asks_the_same_connection(origin: Origin) -> None:
    """A row that is read while a COPY runs would wait for the COPY, and the COPY for the row, for ever."""

    def asking() -> Iterator[ReceivedDose]:
        for number in range(3):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '10s'")
                cursor.execute("SELECT count(*) FROM records_doseversion")
                assert cursor.fetchone() == (0,)
            yield received(number)

    assert len(receive(asking(), origin).version_ids) == 3


def test_the_same_dose_twice_is_stored_once(origin: Origin) -> None:
    receipt = receive([received(), received()], origin)
    assert len(receipt.version_ids) == 1
    assert [there.same_product for there in receipt.already_there] == [True]
    again = receive([received()], origin)
    assert again.version_ids == {}


def test_another_product_on_the_same_day_is_named_as_such(origin: Origin) -> None:
    receive([received()], origin)
    receipt = receive([received(product="BBIBP-CorV")], origin)
    assert [there.same_product for there in receipt.already_there] == [False]


def test_lost_accents_and_swapped_words_do_not_make_another_person(origin: Origin) -> None:
    receive([received()], origin)
    receipt = receive([received(full_name="HUONG NGUYEN THI", given_on=date(2021, 10, 1))], origin)
    (version,) = queries.get_versions(list(receipt.version_ids.values()))
    assert len(queries.versions_of_people([version.person_id])) == 2


def test_a_wrong_digit_makes_another_person(origin: Origin) -> None:
    receipt = receive([received(1), received(2)], origin)
    first, second = queries.get_versions(list(receipt.version_ids.values()))
    assert first.person_id != second.person_id


def test_a_replacement_walks_from_the_start_and_the_old_version_ends(origin: Origin, clerk: Actor) -> None:
    version_id = receive([received()], origin).version_ids[0]
    actions.move_all([version_id], Verb.REPORT_MISMATCH, now=NOW)
    new_id = actions.replace(clerk, version_id, received(full_name="Nguyễn Thị Hương"), now=NOW)
    old, new = queries.get_versions([version_id, new_id])
    assert (old.state, new.state) == (State.REPLACED, State.RECEIVED)
    assert (new.dose_id, new.version_no) == (old.dose_id, 2)


def test_a_replacement_that_changes_nothing_is_refused(origin: Origin, clerk: Actor) -> None:
    version_id = receive([received()], origin).version_ids[0]
    actions.move_all([version_id], Verb.REPORT_MISMATCH, now=NOW)
    with pytest.raises(Refused, match="NOTHING_CHANGED"):
        actions.replace(clerk, version_id, received(), now=NOW)


def test_a_bulk_verb_leaves_others_alone_and_all_or_nothing_refuses(origin: Origin) -> None:
    ids = list(receive([received(1), received(2)], origin).version_ids.values())
    assert actions.move(ids[:1], Verb.CONFIRM_IDENTITY, now=NOW) == ids[:1]
    assert actions.move(ids, Verb.CONFIRM_IDENTITY, now=NOW) == ids[1:]
    with pytest.raises(Refused, match="RECORD_CHANGED_MEANWHILE"):
        actions.move_all(ids, Verb.CONFIRM_IDENTITY, now=NOW)


@pytest.mark.parametrize("table", ["records_doseversion", "records_identity", "records_person", "records_history"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_appended_never_changes(origin: Origin, table: str, statement: str) -> None:
    receive([received()], origin)
    with (
        pytest.raises(IntegrityError, match="only ever appended"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
