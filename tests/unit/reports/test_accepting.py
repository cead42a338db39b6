"""Accepting: what becomes of the records, who counts as who entered, and what a phone needs."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, received
from tests.unit.reports.conftest import PHONE, enter, refusal, stranger, version
from vaxpass.offices.models import Act
from vaxpass.records import actions as records
from vaxpass.records import queries as record_queries
from vaxpass.records.finding import current_phones
from vaxpass.records.states import State, Verb
from vaxpass.reports import actions, queries
from vaxpass.reports.models import Report
from vaxpass.reports.rules import Decision, ReporterProof, ReportStatus, Wrong

pytestmark = pytest.mark.django_db
SEEN = Decision(seen_in_person=True)


def filed(filing):
    return actions.file(filing, [], now=NOW).report_id


def state(version_id):
    return version(version_id).state


# Errors of identity


def test_a_wrong_birth_date_is_mended_in_every_dose_of_the_person(citizen, people, offices):
    report_id = filed(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990"))
    accepted = actions.accept(people.clerk, report_id, Decision(note="Đã đối chiếu"), now=NOW)
    assert set(accepted.replaced_ids) == {citizen.first, citizen.second}
    assert (accepted.conflicts, accepted.person_id) == ({}, citizen.person_id)
    new = [version(version_id) for version_id in accepted.new_version_ids]
    assert {one.identity.birth_date for one in new} == {"1990-05-18"}
    assert {one.facility_id for one in new} == {offices.facility, offices.other}
    assert {one.state for one in new} == {State.RECEIVED}
    assert [state(one) for one in (citizen.first, citizen.second)] == [State.REPLACED] * 2
    followed = queries.reports_of_people([citizen.person_id], now=NOW)[0]
    assert (followed.status, followed.steps[-1].text) == (ReportStatus.UPDATED, "Đã đối chiếu")
    assert queries.people_with_open_report([citizen.person_id]) == set()


def test_who_accepts_counts_as_who_entered_so_that_the_signer_is_another(citizen, people):
    report_id = filed(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990"))
    accepted = actions.accept(people.head, report_id, Decision(), now=NOW)
    assert {version(new).entered_by for new in accepted.new_version_ids} == {people.head.officer_id}
    act = Act.objects.get(verb="accept_report")
    assert (act.officer_id, act.subject) == (people.head.officer_id, f"report/{report_id}")


def test_a_dose_with_the_right_identity_is_left_alone(citizen, people, offices):
    third = received(1, phone=PHONE, birth_date="1990-05-18", given_on=date(2021, 12, 1), dose_number=3)
    (right,) = enter(people.clerk, offices.facility, third)
    assert version(right).person_id == citizen.person_id
    report_id = filed(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990"))
    accepted = actions.accept(people.clerk, report_id, Decision(), now=NOW)
    assert right not in accepted.replaced_ids
    assert len(accepted.new_version_ids) == 2


def test_another_person_of_the_same_citizen_is_mended_as_well(citizen, people, offices):
    """A wrong digit made another person; the citizen proved to be both."""
    other = received(77, phone=PHONE, given_on=date(2021, 12, 1), dose_number=3)
    (third,) = enter(people.other_clerk, offices.other, other)
    both = (citizen.person_id, version(third).person_id)
    assert len(set(both)) == 2
    report_id = filed(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990", person_ids=both))
    accepted = actions.accept(people.clerk, report_id, Decision(), now=NOW)
    assert set(accepted.replaced_ids) == {citizen.first, citizen.second, third}


def test_a_relative_with_the_same_phone_is_left_alone(citizen, people, offices):
    relative = received(78, full_name="Trần Văn Bình", phone=PHONE)
    (theirs,) = enter(people.clerk, offices.facility, relative)
    both = (citizen.person_id, version(theirs).person_id)
    report_id = filed(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990", person_ids=both))
    accepted = actions.accept(people.clerk, report_id, Decision(), now=NOW)
    assert theirs not in accepted.replaced_ids


def test_what_cannot_follow_is_named_and_the_rest_is_done(citizen, people, offices):
    waiting = received(1, phone=PHONE, given_on=date(2021, 12, 1), dose_number=3)
    (third,) = enter(people.other_clerk, offices.other, waiting, verb=None)  # its identity is being asked about
    report_id = filed(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990"))
    accepted = actions.accept(people.clerk, report_id, Decision(), now=NOW)
    assert accepted.conflicts == {third: "VERB_NOT_IN_STATE"}
    assert Act.objects.get(verb="accept_report").facts["left_behind"] == {str(third): "VERB_NOT_IN_STATE"}
    assert set(accepted.replaced_ids) == {citizen.first, citizen.second}


def test_a_mended_number_that_meets_a_live_dose_is_a_duplicate_by_name(citizen, people, offices):
    right = received(5, phone=PHONE)  # the same citizen, the same day, the right number: entered twice
    enter(people.clerk, offices.facility, right)
    report_id = filed(citizen.filing(Wrong.ID_NUMBER, number=right.identity.number))
    assert refusal(actions.accept, people.clerk, report_id, Decision(), now=NOW) == "DOSE_ALREADY_RECORDED"
    assert state(citizen.first) == State.VERIFIED
    assert Report.objects.get(pk=report_id).status == ReportStatus.OPEN


def test_the_officers_own_reading_of_the_paper_goes_before_the_claim(citizen, people):
    report_id = filed(citizen.filing(Wrong.NAME, full_name="Nguyễn Thị Hương"))
    mended = replace(received(1, phone=PHONE, full_name="Nguyễn Thị Hướng"), row=None)
    accepted = actions.accept(people.clerk, report_id, Decision(mended), now=NOW)
    assert {version(new).identity.full_name for new in accepted.new_version_ids} == {"Nguyễn Thị Hướng"}


def test_what_stands_there_already_cannot_be_accepted(citizen, people):
    report_id = filed(citizen.filing(Wrong.LOT, lot="FK0112"))
    assert refusal(actions.accept, people.clerk, report_id, Decision(), now=NOW) == "NOTHING_CHANGED"


def test_a_report_about_a_record_mended_meanwhile_goes_on_from_there(citizen, people):
    report_id = filed(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990"))
    mended = replace(received(1, phone=PHONE, lot="FK0114"), row=None)
    newer = records.replace(people.clerk, citizen.first, mended, now=NOW)
    assert refusal(actions.accept, people.clerk, report_id, Decision(), now=NOW) == "VERB_NOT_IN_STATE"
    records.move([newer], Verb.CONFIRM_IDENTITY, now=NOW)
    accepted = actions.accept(people.clerk, report_id, Decision(), now=NOW)
    assert set(accepted.replaced_ids) == {newer, citizen.second}
    assert {version(new).dose.lot for new in accepted.new_version_ids} == {"FK0114", "FK0112"}


# Errors of a dose


def test_an_error_of_the_dose_is_mended_in_that_dose_alone(citizen, people):
    report_id = filed(citizen.filing(Wrong.LOT, Wrong.DOSE_DATE, lot="FK0113", given_on="2/9/2021"))
    accepted = actions.accept(people.clerk, report_id, Decision(), now=NOW)
    assert accepted.replaced_ids == (citizen.first,)
    assert version(accepted.new_version_ids[0]).dose.given_on == date(2021, 9, 2)


@pytest.mark.parametrize("wrong", [Wrong.NOT_MINE_DOSE, Wrong.SOMEONE_ELSES, Wrong.DUPLICATE])
@pytest.mark.parametrize("stands", [State.VERIFIED, State.ATTESTED, State.CERTIFIED])
def test_a_dose_that_was_never_had_ends(citizen, people, wrong, stands):
    for verb in {State.ATTESTED: [Verb.ATTEST], State.CERTIFIED: [Verb.ATTEST, Verb.CERTIFY]}.get(stands, []):
        records.move([citizen.first], verb, now=NOW)
    report_id = filed(citizen.filing(wrong))
    accepted = actions.accept(people.clerk, report_id, Decision(), now=NOW)
    assert (accepted.withdrawn_ids, accepted.new_version_ids) == ((citizen.first,), ())
    assert state(citizen.first) == State.WITHDRAWN
    assert version(citizen.first).reason


def test_a_dose_whose_identity_is_being_asked_about_waits(people, offices, citizen):
    (fresh,) = enter(people.clerk, offices.facility, received(9), verb=None)
    filing = citizen.filing(Wrong.DUPLICATE, version_id=fresh, person_ids=(version(fresh).person_id,))
    assert refusal(actions.accept, people.clerk, filed(filing), Decision(), now=NOW) == "VERB_NOT_IN_STATE"


def test_something_else_needs_the_officers_word(citizen, people):
    report_id = filed(citizen.filing(Wrong.OTHER, note="Mũi số ghi sai"))
    assert refusal(actions.accept, people.clerk, report_id, Decision(), now=NOW) == "DECISION_MISSING"
    mended = replace(received(1, phone=PHONE, dose_number=3), row=None)
    accepted = actions.accept(people.clerk, report_id, Decision(mended), now=NOW)
    assert version(accepted.new_version_ids[0]).dose.dose_number == 3
    again = filed(citizen.filing(Wrong.OTHER, note="Không phải tôi", version_id=citizen.second))
    assert actions.accept(people.other_clerk, again, Decision(withdraw=True), now=NOW).withdrawn_ids == (
        citizen.second,
    )


def test_a_dose_of_another_facility_goes_over_by_the_hand_of_the_province(citizen, people, offices):
    report_id = filed(citizen.filing(Wrong.FACILITY, place="Trạm Y tế", facility_id=offices.other))
    decision = Decision(facility_id=offices.other)
    assert refusal(actions.accept, people.clerk, report_id, decision, now=NOW) == "REPORT_FACILITY_ELSEWHERE"
    actions.forward(people.clerk, report_id, offices.province, now=NOW)
    accepted = actions.accept(people.province, report_id, decision, now=NOW)
    (new,) = accepted.new_version_ids
    assert (version(new).facility_id, version(new).dose_id) == (offices.other, citizen.first)


# Missing doses


def missing(citizen, offices, **columns):
    claimed = {"given_on": "1/12/2021", "product": "Pfizer", "lot": "FK0200", **columns}
    return citizen.filing(Wrong.MISSING_DOSE, version_id=None, facility_id=offices.facility, **claimed)


def test_a_missing_dose_is_entered_at_the_facility(citizen, people, offices):
    accepted = actions.accept(people.clerk, filed(missing(citizen, offices)), Decision(), now=NOW)
    (new,) = accepted.new_version_ids
    entered = version(new)
    assert (entered.person_id, entered.facility_id, entered.state) == (
        citizen.person_id,
        offices.facility,
        State.RECEIVED,
    )
    assert (entered.entered_by, entered.dose.lot) == (people.clerk.officer_id, "FK0200")


def test_a_missing_dose_needs_what_the_citizen_did_not_know(citizen, people, offices):
    report_id = filed(missing(citizen, offices, lot=""))
    assert refusal(actions.accept, people.clerk, report_id, Decision(), now=NOW) == "DECISION_MISSING"
    whole = replace(received(1, phone=PHONE, given_on=date(2021, 12, 1)), row=None)
    assert actions.accept(people.clerk, report_id, Decision(whole), now=NOW).new_version_ids


def test_a_dose_that_is_there_is_not_missing(citizen, people, offices):
    report_id = filed(missing(citizen, offices, given_on="1/9/2021"))
    assert refusal(actions.accept, people.clerk, report_id, Decision(), now=NOW) == "DOSE_ALREADY_RECORDED"
    assert len(record_queries.versions_of_people([citizen.person_id])) == 2


def test_nobody_enters_doses_at_a_facility_that_is_not_his(citizen, people, offices):
    filing = replace(missing(citizen, offices), facility_id=None, commune_office_id=offices.commune)
    report_id = filed(filing)
    assert refusal(actions.accept, people.commune, report_id, Decision(), now=NOW) == "REPORT_FACILITY_MISSING"
    there = Decision(facility_id=offices.facility)
    assert refusal(actions.accept, people.commune, report_id, there, now=NOW) == "REPORT_FACILITY_ELSEWHERE"
    actions.forward(people.commune, report_id, offices.facility, now=NOW)
    assert actions.accept(people.clerk, report_id, Decision(), now=NOW).new_version_ids


# Strangers


def test_a_strangers_report_needs_the_record_that_the_officer_finds(citizen, people, offices):
    report_id = filed(stranger(Wrong.LOT, lot="FK0113", facility_id=offices.facility))
    assert refusal(actions.accept, people.clerk, report_id, Decision(), now=NOW) == "REPORT_RECORD_MISSING"
    elsewhere = Decision(version_id=citizen.second)
    assert refusal(actions.accept, people.clerk, report_id, elsewhere, now=NOW) == "RECORD_UNKNOWN"
    found = Decision(version_id=citizen.first)
    assert actions.accept(people.clerk, report_id, found, now=NOW).replaced_ids == (citizen.first,)


@pytest.mark.parametrize("wrong", [Wrong.NOT_MINE_DOSE, Wrong.SOMEONE_ELSES, Wrong.DUPLICATE])
@pytest.mark.parametrize("stands", [State.ATTESTED, State.CERTIFIED])
def test_a_strangers_report_ends_no_signed_dose(citizen, people, offices, wrong, stands):
    """The stranger may be the clerk himself with a second phone: one person alone would end somebody's passport."""
    for verb in [Verb.ATTEST] + [Verb.CERTIFY] * (stands is State.CERTIFIED):
        records.move([citizen.first], verb, now=NOW)
    report_id = filed(stranger(wrong, facility_id=offices.facility))
    found = Decision(version_id=citizen.first)
    assert refusal(actions.accept, people.clerk, report_id, found, now=NOW) == "REPORT_NEEDS_COLLEAGUE"
    assert state(citizen.first) == stands


def test_a_stranger_who_says_something_else_ends_no_signed_dose_either(citizen, people, offices):
    records.move([citizen.first], Verb.ATTEST, now=NOW)
    report_id = filed(stranger(Wrong.OTHER, note="Không phải tôi", facility_id=offices.facility))
    found = Decision(version_id=citizen.first, withdraw=True)
    assert refusal(actions.accept, people.clerk, report_id, found, now=NOW) == "REPORT_NEEDS_COLLEAGUE"


def test_a_strangers_report_changes_nothing_at_another_facility(citizen, people, offices):
    report_id = filed(stranger(Wrong.BIRTH_DATE, birth_date="18/05/1990", facility_id=offices.facility))
    accepted = actions.accept(people.clerk, report_id, Decision(version_id=citizen.first), now=NOW)
    assert accepted.replaced_ids == (citizen.first,)
    assert state(citizen.second) == State.VERIFIED


# Phones: who has the phone has the record


@pytest.mark.parametrize(
    ("proof", "decision", "code"),
    [
        (ReporterProof.PHONE, Decision(), "PHONE_NEEDS_PERSON"),
        (ReporterProof.EMAIL, Decision(), "PHONE_NEEDS_PERSON"),
        (ReporterProof.PHONE, SEEN, None),
        (ReporterProof.EID, Decision(), None),
    ],
)
def test_a_phone_is_changed_by_eid_or_in_person_alone(citizen, people, proof, decision, code):
    report_id = filed(citizen.filing(Wrong.PHONE, phone="0912345678", proof=proof))
    if code:
        assert refusal(actions.accept, people.clerk, report_id, decision, now=NOW) == code
        assert current_phones([citizen.person_id]) == [(citizen.person_id, PHONE)]
    else:
        assert len(actions.accept(people.clerk, report_id, decision, now=NOW).new_version_ids) == 2
        assert current_phones([citizen.person_id]) == [(citizen.person_id, "0912345678")]


@pytest.mark.parametrize("phone", ["0912345678", ""])
def test_no_phone_slips_in_or_away_with_another_error(citizen, people, phone):
    report_id = filed(citizen.filing(Wrong.LOT, lot="FK0113"))
    sly = replace(received(1, phone=phone, lot="FK0113"), row=None)
    assert refusal(actions.accept, people.clerk, report_id, Decision(sly), now=NOW) == "PHONE_NEEDS_PERSON"
    assert actions.accept(people.clerk, report_id, Decision(sly, seen_in_person=True), now=NOW).new_version_ids


def test_a_missing_dose_brings_no_new_phone_to_a_record(citizen, people, offices):
    """A stranger with a forged paper and the victim's number would otherwise find the victim's record by his phone."""
    said = stranger(
        Wrong.MISSING_DOSE, number="040190000001", sex="nữ", phone="0911111111", given_on="1/12/2021",
        product="Pfizer", lot="FK0200", facility_id=offices.facility,
    )  # fmt: skip
    report_id = filed(said)
    assert refusal(actions.accept, people.clerk, report_id, Decision(), now=NOW) == "PHONE_NEEDS_PERSON"
    without = replace(received(1, phone="", given_on=date(2021, 12, 1)), row=None)
    accepted = actions.accept(people.clerk, report_id, Decision(without), now=NOW)
    assert accepted.person_id == citizen.person_id
    assert current_phones([citizen.person_id]) == [(citizen.person_id, PHONE)]


def test_a_number_of_somebody_elses_record_brings_no_phone_there(citizen, people, offices):
    """Proven for his own record, a thief says that his number is the victim's: his phone must not come with it."""
    (own,) = enter(people.clerk, offices.facility, received(66, phone="0911111111", given_on=date(2021, 11, 1)))
    thief = citizen.filing(
        Wrong.ID_NUMBER, number="040190000001", version_id=own, person_ids=(version(own).person_id,),
        reporter_phone="0911111111",
    )  # fmt: skip
    report_id = filed(thief)
    assert refusal(actions.accept, people.clerk, report_id, Decision(), now=NOW) == "PHONE_NEEDS_PERSON"
    assert actions.accept(people.clerk, report_id, SEEN, now=NOW).new_version_ids


# Many at once


def test_a_name_that_joins_somebody_elses_record_brings_no_phone_there(citizen, people, offices):
    """The victim's number was typed into the thief's record; with the victim's name it becomes the victim's."""
    mixed = received(1, full_name="Trần Văn Trộm", phone="0911111111", given_on=date(2021, 11, 1))
    (own,) = enter(people.clerk, offices.facility, mixed)
    thief = citizen.filing(
        Wrong.NAME, full_name="Nguyễn Thị Hường", version_id=own, person_ids=(version(own).person_id,),
        reporter_phone="0911111111",
    )  # fmt: skip
    assert refusal(actions.accept, people.clerk, filed(thief), Decision(), now=NOW) == "PHONE_NEEDS_PERSON"
    assert current_phones([citizen.person_id]) == [(citizen.person_id, PHONE)]


@pytest.fixture
def alike(people, offices, citizen):
    ids = []
    for serial in range(20, 32):
        (stored,) = enter(people.clerk, offices.facility, received(serial))
        person = version(stored).person_id
        ids.append((stored, filed(citizen.filing(Wrong.LOT, lot="FK0113", version_id=stored, person_ids=(person,)))))
    return ids


def test_a_group_is_accepted_in_one_go(people, alike):
    ids = [report_id for _, report_id in alike]
    with CaptureQueriesContext(connection) as few:
        actions.accept_many(people.clerk, ids[:3], Decision(note="Cả buổi tiêm"), now=NOW)
    with CaptureQueriesContext(connection) as many:
        outcome = actions.accept_many(people.clerk, ids[3:], Decision(note="Cả buổi tiêm"), now=NOW)
    assert len(few) == len(many)  # however many they are
    assert (set(outcome.done), outcome.refused) == (set(ids[3:]), {})
    assert {state(stored) for stored, _ in alike} == {State.REPLACED}
    assert [act.facts["reports"] for act in Act.objects.filter(verb="accept_report").order_by("id")] == [
        ids[:3],
        ids[3:],
    ]
    assert set(Report.objects.filter(pk__in=ids).values_list("status", flat=True)) == {ReportStatus.UPDATED}


def test_in_a_group_each_is_refused_for_itself_and_the_good_ones_are_done(people, alike, citizen):
    ids = [report_id for _, report_id in alike]
    records.withdraw(people.clerk, alike[0][0], reason="", now=NOW)
    actions.refuse(people.colleague, ids[1], "CORRECTION_PROOF_BLURRED", now=NOW)
    outcome = actions.accept_many(people.clerk, [*ids, 404], Decision(), now=NOW)
    assert outcome.refused == {ids[0]: "REPORT_RECORD_ENDED", ids[1]: "REPORT_DECIDED_ALREADY", 404: "REPORT_UNKNOWN"}
    assert set(outcome.done) == set(ids[2:])
    assert {state(stored) for stored, _ in alike[2:]} == {State.REPLACED}


def test_in_a_group_a_dose_that_meets_another_is_refused_whole(people, offices, citizen, alike):
    """Mending the number of one of them meets a live dose; its other dose must not be mended either."""
    right = received(90, phone="")
    enter(people.clerk, offices.facility, right)
    wrong = received(91, phone="")
    (lead,) = enter(people.clerk, offices.facility, wrong)
    (second,) = enter(people.other_clerk, offices.other, received(91, phone="", given_on=date(2021, 10, 1)))
    person = (version(lead).person_id,)
    number = citizen.filing(Wrong.ID_NUMBER, number=right.identity.number, version_id=lead, person_ids=person)
    bad = filed(number)
    ids = [report_id for _, report_id in alike]
    outcome = actions.accept_many(people.clerk, [bad, *ids], Decision(), now=NOW)
    assert outcome.refused == {bad: "DOSE_ALREADY_RECORDED"}
    assert set(outcome.done) == set(ids)
    assert [state(lead), state(second)] == [State.VERIFIED, State.VERIFIED]


def test_two_reports_about_one_record_are_not_answered_in_one_go(people, citizen):
    ids = [filed(citizen.filing(Wrong.LOT, lot="FK0113")), filed(citizen.filing(Wrong.DOSE_DATE, given_on="2/9/2021"))]
    outcome = actions.accept_many(people.clerk, ids, Decision(), now=NOW)
    assert (list(outcome.done), outcome.refused) == ([ids[0]], {ids[1]: "REPORT_SAME_RECORD"})


def test_missing_doses_and_false_ones_in_one_go(people, offices, citizen):
    ids = [
        filed(missing(citizen, offices)),
        filed(missing(citizen, offices, given_on="2/12/2021")),
        filed(citizen.filing(Wrong.NOT_MINE_DOSE)),
    ]
    outcome = actions.accept_many(people.clerk, ids, Decision(), now=NOW)
    assert (set(outcome.done), outcome.refused) == (set(ids), {})
    assert outcome.done[ids[2]].withdrawn_ids == (citizen.first,)


def test_a_decision_about_one_record_is_not_for_many(people, alike, citizen):
    ids = [report_id for _, report_id in alike]
    for decision in (Decision(received(1)), Decision(version_id=citizen.first)):
        assert refusal(actions.accept_many, people.clerk, ids, decision, now=NOW) == "DECISION_FOR_ONE"
