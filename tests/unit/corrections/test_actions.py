from dataclasses import replace as changed
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.corrections import actions, queries
from vaxpass.corrections.actions import Wish
from vaxpass.corrections.asked import from_json, to_json
from vaxpass.corrections.rules import Cause, Kind, Refusal, Status
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Refused
from vaxpass.records import actions as records
from vaxpass.records import queries as record_queries
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import State, Verb

pytestmark = pytest.mark.django_db
RIGHT = received(1, birth_date="1990-05-18")
MEND = Wish(Kind.MEND, Cause.TYPED_WRONG, RIGHT, "Theo thẻ căn cước")
WITHDRAW = Wish(Kind.WITHDRAW, Cause.NOT_GIVEN)


def officer(name, office, *roles):
    return get_actor(Officer.objects.get(pk=make_officer(name, office, *roles)))


@pytest.fixture
def facility():
    return make_office()


@pytest.fixture
def clerk(facility):
    return officer("clerk", facility, "facility_clerk")


@pytest.fixture
def head(facility):
    return officer("head", facility, "facility_head")


@pytest.fixture
def version_id(facility, clerk):
    (stored,) = receive([received(1)], Origin(facility, clerk.officer_id, facility, NOW)).version_ids.values()
    records.move([stored], Verb.REPORT_MISMATCH, now=NOW, reason="IDENTITY_FIELDS_DIFFER")
    return stored


def version(version_id):
    return record_queries.get_versions([version_id])[0]


def refused(code, call, *arguments, **named):
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    assert caught.value.code == code


def test_what_is_asked_survives_its_journey_through_json():
    assert from_json(to_json(RIGHT)) == changed(RIGHT, row=None)


def test_an_accepted_request_makes_a_new_version_that_walks_again(clerk, head, version_id):
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    new_id = actions.accept(head, report_id, now=NOW)
    assert version(version_id).state == State.REPLACED
    new = version(new_id)
    assert (new.state, new.version_no, new.dose_id) == (State.RECEIVED, 2, version_id)
    assert new.identity.birth_date == "1990-05-18"
    report = queries.get_report(head, report_id, now=NOW)
    assert (report.status, report.decided_by, report.new_version_id) == (Status.ACCEPTED, head.officer_id, new_id)


def test_the_asker_counts_as_who_entered_the_new_version_so_the_decider_may_sign_it(clerk, head, version_id):
    new_id = actions.accept(head, actions.ask(clerk, version_id, MEND, now=NOW), now=NOW)
    assert new_id is not None
    assert version(new_id).entered_by == clerk.officer_id
    steps = record_queries.history_of([version_id, new_id])
    assert [(step.verb, step.officer_id) for step in steps[-2:]] == [
        ("replace", head.officer_id),
        ("receive", clerk.officer_id),
    ]


def test_an_accepted_withdrawal_ends_the_record(clerk, head, version_id):
    report_id = actions.ask(clerk, version_id, WITHDRAW, now=NOW)
    assert actions.accept(head, report_id, now=NOW) is None
    assert (version(version_id).state, version(version_id).reason) == (State.WITHDRAWN, Cause.NOT_GIVEN)


@pytest.mark.parametrize("code", [code for code in Refusal if code is not Refusal.OVERTAKEN])
def test_a_refused_request_keeps_the_record_and_names_its_reason(clerk, head, version_id, code):
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    actions.refuse(head, report_id, code, now=NOW)
    assert version(version_id).state == State.MISMATCHED
    assert queries.get_report(head, report_id, now=NOW).refusal == code


def test_an_unnamed_reason_is_no_reason(clerk, head, version_id):
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    refused("CORRECTION_REASON_UNKNOWN", actions.refuse, head, report_id, "BECAUSE", now=NOW)
    refused("CORRECTION_REASON_UNKNOWN", actions.refuse, head, report_id, Refusal.OVERTAKEN, now=NOW)


def test_a_request_overtaken_by_another_change_can_still_be_closed(clerk, head, version_id):
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    records.withdraw(clerk, version_id, reason="", now=NOW)
    refused("VERB_NOT_IN_STATE", actions.accept, head, report_id, now=NOW)
    refused("CORRECTION_REASON_UNKNOWN", actions.refuse, head, report_id, Refusal.PROOF_BLURRED, now=NOW)
    actions.refuse(head, report_id, Refusal.OVERTAKEN, now=NOW)
    assert queries.people_with_open_report([version(version_id).person_id]) == set()


def test_who_asked_never_decides(facility, version_id):
    both = officer("both", facility, "facility_clerk", "facility_head")
    report_id = actions.ask(both, version_id, MEND, now=NOW)
    refused("CORRECTION_OWN_REQUEST", actions.accept, both, report_id, now=NOW)
    refused("CORRECTION_OWN_REQUEST", actions.refuse, both, report_id, Refusal.PROOF_BLURRED, now=NOW)
    assert version(version_id).state == State.MISMATCHED


def test_the_database_itself_refuses_one_person_in_both_places(clerk, version_id):
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    with pytest.raises(IntegrityError, match="correction_decided_by_another"):
        _sql(
            "UPDATE corrections_report SET status = 2, decided_by_id = opened_by_id, decided_at = now() WHERE id = %s",
            report_id,
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE corrections_report SET opened_by_id = opened_by_id + 1 WHERE id = %s",
        "UPDATE corrections_report SET asked_sealed = '' WHERE id = %s",
        "DELETE FROM corrections_report WHERE id = %s",
    ],
)
def test_what_was_asked_never_changes(clerk, version_id, change):
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    with pytest.raises(IntegrityError, match="decided once"):
        _sql(change, report_id)


def test_a_decision_is_made_once(clerk, head, version_id):
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    actions.refuse(head, report_id, Refusal.PROOF_BLURRED, now=NOW)
    refused("CORRECTION_DECIDED_ALREADY", actions.accept, head, report_id, now=NOW)
    with pytest.raises(IntegrityError, match="decided once"):
        _sql("UPDATE corrections_report SET refusal = 'CORRECTION_PROOF_COVERED' WHERE id = %s", report_id)


def test_one_request_at_a_time_about_one_record(clerk, version_id):
    actions.ask(clerk, version_id, MEND, now=NOW)
    refused("CORRECTION_OPEN_ALREADY", actions.ask, clerk, version_id, WITHDRAW, now=NOW)


def test_asking_for_what_stands_there_already_is_refused(clerk, version_id):
    refused("NOTHING_CHANGED", actions.ask, clerk, version_id, changed(MEND, mended=received(1)), now=NOW)


def test_a_cause_belongs_to_its_kind(clerk, version_id):
    wrong = changed(WITHDRAW, cause=Cause.TYPED_WRONG)
    refused("CORRECTION_CAUSE_UNKNOWN", actions.ask, clerk, version_id, wrong, now=NOW)


def test_a_record_that_waits_for_its_answer_cannot_be_corrected_yet(clerk, facility):
    origin = Origin(facility, clerk.officer_id, facility, NOW)
    (fresh,) = receive([received(2)], origin).version_ids.values()
    refused("VERB_NOT_IN_STATE", actions.ask, clerk, fresh, WITHDRAW, now=NOW)


def test_the_right_to_ask_and_the_right_to_decide_are_apart(clerk, head, version_id):
    refused("RIGHT_MISSING", actions.ask, head, version_id, MEND, now=NOW)
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    refused("RIGHT_MISSING", actions.accept, clerk, report_id, now=NOW)


def test_nobody_reaches_the_requests_of_another_facility(clerk, version_id):
    elsewhere = make_office("01A01", province_code="01")
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    stranger = officer("stranger", elsewhere, "facility_head", "facility_clerk")
    refused("RECORD_UNKNOWN", actions.ask, stranger, version_id, MEND, now=NOW)
    refused("CORRECTION_UNKNOWN", actions.accept, stranger, report_id, now=NOW)
    refused("CORRECTION_UNKNOWN", queries.get_report, stranger, report_id, now=NOW)
    refused("CORRECTION_UNKNOWN", actions.accept, stranger, 404, now=NOW)


def test_an_open_request_holds_back_the_passport(clerk, head, version_id):
    person = version(version_id).person_id
    assert queries.people_with_open_report([person, 404]) == set()
    report_id = actions.ask(clerk, version_id, MEND, now=NOW)
    assert queries.people_with_open_report([person, 404]) == {person}
    actions.accept(head, report_id, now=NOW + timedelta(hours=1))
    assert queries.people_with_open_report([person]) == set()


def test_the_desk_counts_what_the_actor_may_decide(clerk, head, version_id):
    actions.ask(clerk, version_id, MEND, now=NOW)
    assert (queries.count_open(head), queries.count_open(clerk)) == (1, 0)


def test_a_correction_onto_a_day_that_holds_another_dose_is_refused_and_changes_nothing(
    clerk, head, facility, version_id
):
    other_day = received(1).dose.given_on + timedelta(days=28)
    receive([received(1, given_on=other_day)], Origin(facility, clerk.officer_id, facility, NOW))
    clash = received(1, given_on=other_day, lot="XX")
    report_id = actions.ask(clerk, version_id, changed(MEND, mended=clash), now=NOW)
    refused("DOSE_ALREADY_RECORDED", actions.accept, head, report_id, now=NOW)
    assert version(version_id).state == State.MISMATCHED
    assert queries.get_report(head, report_id, now=NOW).status is Status.OPEN


def _sql(statement, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
