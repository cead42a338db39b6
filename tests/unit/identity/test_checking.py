"""The walk of received versions through the queue, against the fake population database (simulator: tests/contract)."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.adapters.population.fake import FakePopulationDatabase
from vaxpass.adapters.population.register import Register
from vaxpass.identity import actions
from vaxpass.identity.actions import Timing
from vaxpass.identity.checking import check_waiting
from vaxpass.identity.ports import IdentityAnswer, IdentityQuestion, Outcome
from vaxpass.identity.queries import checks_of, count_waiting, get_line, outcomes_per_day
from vaxpass.records import actions as records
from vaxpass.records import queries
from vaxpass.records.facts import Origin, ReceivedDose
from vaxpass.records.receiving import receive
from vaxpass.records.states import State, Verb

pytestmark = pytest.mark.django_db
TIMING = Timing()


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now

    def forward(self, **by):
        self.now += timedelta(**by)


class Recorder:
    """A population database that answers by a rule and keeps what it was asked."""

    def __init__(self, answer=lambda question: IdentityAnswer(question.request_id, Outcome.MATCH)):
        self.answer = answer
        self.batches: list[list[IdentityQuestion]] = []

    @property
    def asked(self):
        return [question for batch in self.batches for question in batch]

    def compare(self, questions: Sequence[IdentityQuestion]) -> list[IdentityAnswer]:
        self.batches.append(list(questions))
        return [self.answer(question) for question in questions]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def origin():
    office = make_office()
    return Origin(office, make_officer("clerk", office, "facility_clerk"), office, NOW)


def people(*serials):
    return [
        {
            "id_number": f"040190{serial:06d}",
            "old_number": "",
            "name": "NGUYỄN THỊ HƯỜNG",
            "sex": "F",
            "birth_date": "1990-05-17",
        }
        for serial in serials
    ]


def store(origin, *doses):
    return list(receive(doses, origin).version_ids.values())


def states(ids):
    return [State(version.state) for version in queries.get_versions(ids)]


def reasons(ids):
    return [version.reason for version in queries.get_versions(ids)]


def silent(question):
    return IdentityAnswer(question.request_id, Outcome.NO_ANSWER)


def test_each_outcome_leads_to_its_state(origin, clock):
    ids = store(origin, received(1), received(2, birth_date="1990-05-18"), received(3))
    check_waiting(FakePopulationDatabase(Register(people(1, 2))), clock=clock)
    assert states(ids) == [State.VERIFIED, State.MISMATCHED, State.MISMATCHED]
    assert reasons(ids) == ["", "IDENTITY_FIELDS_DIFFER", "IDENTITY_NUMBER_UNKNOWN"]
    assert count_waiting() == 0


def test_a_hopeless_question_is_never_sent(origin, clock):
    ids = store(origin, received(1, number="04019000001"), received(2, number_kind=0, number=""))
    database = Recorder()
    check_waiting(database, clock=clock)
    assert database.asked == []
    assert states(ids) == [State.INCOMPLETE] * 2
    assert reasons(ids) == ["IDENTITY_NUMBER_LENGTH", "IDENTITY_NUMBER_MISSING"]


def test_foreigners_are_exempt_with_the_statement_and_incomplete_without(origin, clock):
    passport = {"nationality": "FR", "number_kind": 3}
    stated = received(1, number="19FR00001", **passport)
    stated = ReceivedDose(stated.identity, stated.dose, facility_states_identity=True)
    ids = store(origin, stated, received(2, number="19FR00002", **passport))
    database = Recorder()
    check_waiting(database, clock=clock)
    assert database.asked == []
    assert states(ids) == [State.EXEMPT, State.INCOMPLETE]
    assert reasons(ids)[1] == "IDENTITY_STATEMENT_MISSING"


def test_the_doses_of_one_declaration_are_asked_about_once(origin, clock):
    ids = store(origin, *(received(1, given_on=date(2021, month, 1)) for month in (7, 8, 9)))
    database = Recorder()
    check_waiting(database, clock=clock)
    assert len(database.asked) == 1
    assert states(ids) == [State.VERIFIED] * 3


def test_a_declaration_confirmed_lately_is_not_asked_about_again(origin, clock):
    store(origin, received(1))
    database = Recorder()
    check_waiting(database, clock=clock)
    (later,) = store(origin, received(1, given_on=date(2021, 10, 1)))
    check_waiting(database, clock=clock)
    assert len(database.asked) == 1
    assert (states([later]), reasons([later])) == ([State.VERIFIED], ["IDENTITY_CONFIRMED_EARLIER"])


def test_a_confirmation_grown_old_is_asked_for_anew(origin, clock):
    store(origin, received(1))
    database = Recorder()
    check_waiting(database, clock=clock)
    store(origin, received(1, given_on=date(2021, 10, 1)))
    clock.forward(days=181)
    check_waiting(database, clock=clock)
    assert len(database.asked) == 2


def test_every_question_names_the_officer_who_entered_the_dose(origin, clock):
    (version_id,) = store(origin, received(1))
    database = Recorder()
    check_waiting(database, clock=clock)
    assert database.asked[0].officer_code == f"40A01-{origin.officer_id}"
    (check,) = checks_of(queries.get_versions([version_id])[0].identity_id)
    assert check.officer_code == database.asked[0].officer_code
    assert (check.request_id.hex, check.outcome) == (database.asked[0].request_id, "MATCH")


def test_silence_is_no_mismatch_and_the_question_is_put_again_later(origin, clock):
    (version_id,) = store(origin, received(1))
    database = Recorder(silent)
    check_waiting(database, clock=clock)
    assert states([version_id]) == [State.UNANSWERED]
    check_waiting(database, clock=clock)
    assert len(database.asked) == 1, "not before its time"
    database.answer = lambda question: IdentityAnswer(question.request_id, Outcome.MATCH)
    clock.forward(minutes=1)
    check_waiting(database, clock=clock)
    assert states([version_id]) == [State.VERIFIED]
    first, second = database.asked
    assert first.request_id != second.request_id


def test_the_age_of_an_unanswered_version_counts_from_the_first_silence(origin, clock):
    (version_id,) = store(origin, received(1))
    database = Recorder(silent)
    for _ in range(4):
        check_waiting(database, clock=clock)
        clock.forward(hours=1)
    assert len(database.asked) == 4
    assert queries.get_versions([version_id])[0].since == NOW
    verbs = [step.verb for step in queries.history_of([version_id])]
    assert verbs == ["receive", "report_unanswered"]


def test_an_answer_to_another_question_is_silence(origin, clock):
    (version_id,) = store(origin, received(1))
    check_waiting(Recorder(lambda _: IdentityAnswer("0" * 32, Outcome.NO_MATCH)), clock=clock)
    assert states([version_id]) == [State.UNANSWERED]


def test_a_question_the_service_can_never_answer_goes_to_people(origin, clock):
    (version_id,) = store(origin, received(1))
    unaskable = Recorder(lambda q: IdentityAnswer(q.request_id, Outcome.NO_ANSWER, permanent_fault=True))
    check_waiting(unaskable, clock=clock)
    assert (states([version_id]), reasons([version_id])) == ([State.INCOMPLETE], ["IDENTITY_NOT_ASKABLE"])
    assert count_waiting() == 0


def test_an_outage_pauses_the_line_and_uses_nothing_up(origin, clock):
    ids = store(origin, *(received(serial) for serial in range(20)))
    database = Recorder(silent)
    assert check_waiting(database, clock=clock, size=10) == 10
    assert get_line().is_paused(clock())
    assert check_waiting(database, clock=clock, size=10) == 0, "nothing is sent while the line is out"
    assert sorted(states(ids)) == [State.RECEIVED] * 10 + [State.UNANSWERED] * 10
    assert set(_attempts()) == {0}


def test_after_the_pause_a_few_go_ahead_and_then_the_rest(origin, clock):
    ids = store(origin, *(received(serial) for serial in range(20)))
    database = Recorder(silent)
    check_waiting(database, clock=clock, size=10)
    clock.forward(minutes=1)
    database.answer = lambda question: IdentityAnswer(question.request_id, Outcome.MATCH)
    check_waiting(database, clock=clock, size=10)
    assert len(database.batches[1]) == TIMING.patience.probe
    assert states(ids) == [State.VERIFIED] * 20
    assert get_line().pauses == 0


def test_a_second_failure_of_the_line_pauses_it_for_longer(origin, clock):
    store(origin, *(received(serial) for serial in range(20)))
    database = Recorder(silent)
    check_waiting(database, clock=clock, size=10)
    clock.forward(minutes=1)
    check_waiting(database, clock=clock, size=10)
    assert get_line().pauses == 2
    assert get_line().resume_at - clock() >= timedelta(seconds=30)


def test_questions_that_never_left_stay_received_and_leave_no_check(origin, clock):
    ids = store(origin, *(received(serial) for serial in range(6)))
    actions.queue_received(now=clock())
    batch = actions.prepare(now=clock(), size=10, timing=TIMING)
    answers = [
        IdentityAnswer(asked.question.request_id, Outcome.NO_ANSWER, was_sent=place < 2)
        for place, asked in enumerate(batch.asked)
    ]
    actions.record(batch, answers, now=clock(), fractions=[0.5] * 6, timing=TIMING)
    assert sorted(states(ids)) == [State.RECEIVED] * 4 + [State.UNANSWERED] * 2
    assert sum(number for *_, number in outcomes_per_day(NOW - timedelta(days=1), [origin.office_id])) == 2


def test_a_worker_that_dies_after_asking_loses_nothing(origin, clock):
    (version_id,) = store(origin, received(1))
    actions.queue_received(now=clock())
    lost = actions.prepare(now=clock(), size=10, timing=TIMING)
    database = Recorder()
    check_waiting(database, clock=clock)
    assert database.asked == [], "the lease still holds"
    clock.forward(minutes=11)
    check_waiting(database, clock=clock)
    assert states([version_id]) == [State.VERIFIED]
    assert database.asked[0].request_id == lost.asked[0].question.request_id, "the same question under the same id"


def test_an_answer_that_comes_after_the_lease_ran_out_is_left_to_the_next_worker(origin, clock):
    (version_id,) = store(origin, received(1))
    actions.queue_received(now=clock())
    slow = actions.prepare(now=clock(), size=10, timing=TIMING)
    clock.forward(minutes=11)
    quick = actions.prepare(now=clock(), size=10, timing=TIMING)
    mismatch = [IdentityAnswer(slow.asked[0].question.request_id, Outcome.NO_MATCH)]
    actions.record(slow, mismatch, now=clock(), fractions=[0.5], timing=TIMING)
    assert states([version_id]) == [State.RECEIVED]
    match = [IdentityAnswer(quick.asked[0].question.request_id, Outcome.MATCH)]
    for _ in range(2):
        actions.record(quick, match, now=clock(), fractions=[0.5], timing=TIMING)
    assert states([version_id]) == [State.VERIFIED]
    assert len(checks_of(quick.asked[0].identity_id)) == 1


def test_a_version_withdrawn_while_it_was_asked_about_stays_withdrawn(origin, clock):
    (version_id,) = store(origin, received(1))
    actions.queue_received(now=clock())
    batch = actions.prepare(now=clock(), size=10, timing=TIMING)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_versionstate SET state = %s", [int(State.WITHDRAWN)])
    answer = [IdentityAnswer(batch.asked[0].question.request_id, Outcome.MATCH)]
    actions.record(batch, answer, now=clock(), fractions=[0.5], timing=TIMING)
    assert states([version_id]) == [State.WITHDRAWN]
    assert count_waiting() == 0


def test_a_mended_identity_is_asked_about_anew(origin, clock):
    (first,) = store(origin, received(1, birth_date="1990-05-18"))
    database = FakePopulationDatabase(Register(people(1)))
    check_waiting(database, clock=clock)
    assert states([first]) == [State.MISMATCHED]
    records.move([first], Verb.WITHDRAW, now=NOW)
    (second,) = store(origin, received(1))
    check_waiting(database, clock=clock)
    assert states([second]) == [State.VERIFIED]


def test_the_log_of_checks_is_only_ever_appended(origin, clock):
    store(origin, received(1))
    check_waiting(Recorder(), clock=clock)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE identity_check SET outcome = 'MATCH'")


def test_the_repr_of_a_question_names_nobody(origin, clock):
    store(origin, received(1))
    database = Recorder()
    check_waiting(database, clock=clock)
    assert "HƯỜNG" not in repr(database.asked[0]).upper()


def _attempts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT attempts FROM identity_waiting")
        return [row[0] for row in cursor.fetchall()]
