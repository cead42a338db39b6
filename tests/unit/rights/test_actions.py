from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW
from tests.unit.rights.conftest import Desk
from vaxpass.citizens.models import Contact
from vaxpass.jobs import rights as jobs
from vaxpass.notices.queries import get_notice
from vaxpass.offices.scope import Refused
from vaxpass.records.sealing import seal
from vaxpass.rights import actions, queries
from vaxpass.rights.facts import DemandFacts
from vaxpass.rights.rules import Answer, Kind, Matter, Purpose, Status, Step, Wish

OBJECTION = Wish(Kind.OBJECTION, (Matter.MESSAGES,), "Tôi không muốn nhận thư.")
LATER = NOW + timedelta(days=3)


def code_of(call: object, *arguments: object, **named: object) -> str:
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)  # type: ignore[operator]  # a verb
    return caught.value.code


def ask(desk: Desk, wish: Wish = OBJECTION) -> int:
    return jobs.file_demand(desk.citizen, wish, now=NOW).demand_id


def own(desk: Desk, demand_id: int) -> DemandFacts:
    return queries.get_own_demand(desk.citizen.person_ids, demand_id)


def keep_email(desk: Desk) -> None:
    (person_id,) = desk.citizen.person_ids
    Contact.objects.create(person_id=person_id, email_sealed=seal("huong@vd.vn"), email_key=b"k" * 16, confirmed_at=NOW)


def test_a_demand_has_a_number_a_last_day_and_is_told(desk: Desk) -> None:
    receipt = jobs.file_demand(desk.citizen, OBJECTION, now=NOW)
    found = own(desk, receipt.demand_id)
    assert (found.number, found.due_at) == (receipt.number, receipt.due_at)
    assert found.status is Status.OPEN
    assert [step.step for step in found.steps] == [Step.RECEIVED]
    assert found.words == OBJECTION.words
    assert get_notice(f"demand/{receipt.demand_id}/received") is not None


def test_nothing_is_demanded_twice_and_nobody_floods(desk: Desk) -> None:
    ask(desk)
    assert code_of(ask, desk) == "DEMAND_OPEN_ALREADY"
    ask(desk, Wish(Kind.DELETION, (Matter.LOOKS,)))
    nobody = type(desk.citizen)(frozenset(), desk.citizen.proof, NOW)
    assert code_of(jobs.file_demand, nobody, OBJECTION, now=NOW) == "DEMAND_OF_NOBODY"


def test_a_demand_is_its_owners_alone(desk: Desk) -> None:
    demand_id = ask(desk)
    assert code_of(queries.get_own_demand, desk.stranger.person_ids, demand_id) == "DEMAND_UNKNOWN"
    assert code_of(actions.withdraw, desk.stranger.person_ids, demand_id, now=NOW) == "DEMAND_UNKNOWN"
    assert queries.demands_of(desk.stranger.person_ids) == []


def test_only_the_data_protection_officer_answers(desk: Desk) -> None:
    demand_id = ask(desk)
    answers = {Matter.MESSAGES: Answer.DONE_STOPPED}
    assert code_of(queries.get_demand, desk.operator, demand_id) == "RIGHT_MISSING"
    assert code_of(actions.answer, desk.operator, demand_id, answers, now=NOW) == "RIGHT_MISSING"
    assert code_of(actions.extend, desk.operator, demand_id, "x", now=NOW) == "RIGHT_MISSING"
    assert code_of(actions.answer, desk.officer, 999_999, answers, now=NOW) == "DEMAND_UNKNOWN"


def test_an_answer_does_what_it_says_and_is_told(desk: Desk) -> None:
    keep_email(desk)
    actions.consent(desk.citizen.person_ids, Purpose.EMAIL, given=True, now=NOW)
    demand_id = ask(desk)
    answered = jobs.answer_demand(desk.officer, demand_id, {Matter.MESSAGES: Answer.DONE_STOPPED}, now=LATER)
    assert answered.status is Status.ANSWERED
    assert answered.answer is not None
    assert answered.answer.answers == {Matter.MESSAGES: Answer.DONE_STOPPED}
    assert not Contact.objects.exists()
    (email,) = queries.consents_of(desk.citizen.person_ids)
    assert (email.given, email.at) == (False, LATER)
    assert get_notice(f"demand/{demand_id}/answered") is not None


def test_an_answer_is_given_once(desk: Desk) -> None:
    demand_id = ask(desk)
    jobs.answer_demand(desk.officer, demand_id, {Matter.MESSAGES: Answer.KEPT_LAW}, now=LATER)
    again = {Matter.MESSAGES: Answer.DONE_STOPPED}
    assert code_of(jobs.answer_demand, desk.officer, demand_id, again, now=LATER) == "DEMAND_ENDED_ALREADY"
    assert code_of(actions.withdraw, desk.citizen.person_ids, demand_id, now=LATER) == "DEMAND_ENDED_ALREADY"
    assert code_of(jobs.extend_demand, desk.officer, demand_id, "x", now=LATER) == "DEMAND_ENDED_ALREADY"


def test_the_last_word_goes_to_the_address_that_the_answer_forgets(desk: Desk) -> None:
    from vaxpass.notices.models import Notice
    from vaxpass.records.sealing import open_seal

    keep_email(desk)
    demand_id = ask(desk)
    jobs.answer_demand(desk.officer, demand_id, {Matter.MESSAGES: Answer.DONE_STOPPED}, now=LATER)
    assert open_seal(Notice.objects.get(key=f"demand/{demand_id}/answered").email_sealed) == "huong@vd.vn"


def test_an_answer_that_needs_words_has_them(desk: Desk) -> None:
    demand_id = ask(desk, Wish(Kind.OBJECTION, (Matter.LOOKS,)))
    answers = {Matter.LOOKS: Answer.DONE_EXAMINED}
    assert code_of(actions.answer, desk.officer, demand_id, answers, now=LATER) == "DEMAND_WORDS_MISSING"
    jobs.answer_demand(desk.officer, demand_id, answers, "Đơn vị đã xem để ký.", now=LATER)
    found = own(desk, demand_id).answer
    assert found is not None
    assert found.words == "Đơn vị đã xem để ký."


def test_more_time_once_and_with_the_reason(desk: Desk) -> None:
    demand_id = ask(desk)
    first = own(desk, demand_id).due_at
    assert code_of(actions.extend, desk.officer, demand_id, " ", now=LATER) == "DEMAND_WORDS_MISSING"
    due_at = jobs.extend_demand(desk.officer, demand_id, "Phải hỏi cơ sở.", now=LATER)
    assert due_at == first + timedelta(days=15) == own(desk, demand_id).due_at
    assert code_of(jobs.extend_demand, desk.officer, demand_id, "x", now=LATER) == "DEMAND_EXTENDED_ALREADY"
    assert get_notice(f"demand/{demand_id}/extended") is not None


def test_late_is_what_was_not_answered_by_its_last_day(desk: Desk) -> None:
    found = own(desk, ask(desk))
    assert not found.overdue(found.due_at - timedelta(seconds=1))
    assert found.overdue(found.due_at)
    assert queries.count_late(desk.officer, found.due_at) == 1 == queries.count_open(desk.officer)


def test_a_deletion_leaves_everything_signed_and_the_record_as_they_were(desk: Desk) -> None:
    keep_email(desk)
    before = _rows_of("records_doseversion", "records_identity", "records_history", "passports_logleaf")
    matters = (Matter.MESSAGES, Matter.CONSENTS, Matter.RECORD, Matter.PASSPORT, Matter.LOOKS)
    demand_id = ask(desk, Wish(Kind.DELETION, matters))
    jobs.answer_demand(
        desk.officer,
        demand_id,
        {
            Matter.MESSAGES: Answer.DONE_DELETED,
            Matter.CONSENTS: Answer.DONE_STOPPED,
            Matter.RECORD: Answer.KEPT_HEALTH_RECORD,
            Matter.PASSPORT: Answer.KEPT_SIGNED,
            Matter.LOOKS: Answer.KEPT_PROOF,
        },
        now=LATER,
    )
    assert not Contact.objects.exists()
    assert _rows_of("records_doseversion", "records_identity", "records_history", "passports_logleaf") == before


def _rows_of(*tables: str) -> list[list[tuple[object, ...]]]:
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT md5(t::text) FROM {table} t ORDER BY 1")
            found.append(cursor.fetchall())
    return found


def test_a_consent_is_nobodys_until_given_and_taken_back_at_once(desk: Desk) -> None:
    people = desk.citizen.person_ids
    assert [one.given for one in queries.consents_of(people)] == [None]
    keep_email(desk)
    actions.consent(people, Purpose.EMAIL, given=True, now=NOW)
    actions.consent(people, Purpose.EMAIL, given=True, now=LATER)  # said again: nothing new
    assert [(one.given, one.at) for one in queries.consents_of(people)] == [(True, NOW)]
    assert queries.people_who_consent(people, Purpose.EMAIL) == set(people)
    actions.consent(people, Purpose.EMAIL, given=False, now=LATER)
    assert [one.given for one in queries.consents_of(people)] == [False]
    assert not Contact.objects.exists()
    assert [given for _, given, _, _ in queries.consent_history(people)] == [True, False]
    assert queries.people_who_consent(people, Purpose.EMAIL) == set()


def test_a_copy_handed_out_is_written_down_and_needs_no_answer(desk: Desk) -> None:
    actions.note_copy(desk.citizen.person_ids, language="vi", now=NOW)
    actions.note_copy(desk.citizen.person_ids, language="vi", now=NOW)
    copies = queries.demands_of(desk.citizen.person_ids)
    assert [(one.kind, one.status) for one in copies] == [(Kind.COPY, Status.ANSWERED)] * 2
    assert queries.count_open(desk.officer) == 0
    assert list(queries.demands(desk.officer)) == []
    assert code_of(actions.answer, desk.officer, copies[0].demand_id, {}, now=NOW) == "DEMAND_UNKNOWN"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rights_demand SET number = 'x'",
        "UPDATE rights_demand SET due_at = due_at - interval '1 day'",
        "UPDATE rights_demand SET person_ids = '{}'",
        "DELETE FROM rights_demand",
        "UPDATE rights_demandstep SET answers = '{}'",
        "DELETE FROM rights_demandstep",
        "UPDATE rights_consent SET given = NOT given",
        "DELETE FROM rights_consent",
    ],
)
def test_the_database_keeps_what_was_written(desk: Desk, statement: str) -> None:
    ask(desk)
    actions.consent(desk.citizen.person_ids, Purpose.EMAIL, given=True, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_answered_demand_never_changes(desk: Desk) -> None:
    demand_id = ask(desk)
    jobs.answer_demand(desk.officer, demand_id, {Matter.MESSAGES: Answer.KEPT_LAW}, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE rights_demand SET status = 1, ended_at = NULL")


def test_the_whole_way_as_the_application(desk: Desk) -> None:
    call_command("grant_app_role", "vaxpass_app_tested")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vaxpass_app_tested")
    keep_email(desk)
    actions.consent(desk.citizen.person_ids, Purpose.EMAIL, given=True, now=NOW)
    demand_id = ask(desk, Wish(Kind.DELETION, (Matter.MESSAGES, Matter.PHOTOS, Matter.CONSENTS)))
    jobs.extend_demand(desk.officer, demand_id, "Phải hỏi cơ sở.", now=NOW)
    answers = {
        Matter.MESSAGES: Answer.DONE_DELETED,
        Matter.PHOTOS: Answer.DONE_DELETED,
        Matter.CONSENTS: Answer.DONE_STOPPED,
    }
    jobs.answer_demand(desk.officer, demand_id, answers, now=LATER)
    other = ask(desk)
    actions.withdraw(desk.citizen.person_ids, other, now=LATER)
    assert not Contact.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
