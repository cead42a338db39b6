"""The narrow door: a citizen's own people, and nobody else."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import NOW
from tests.factories.citizens import TODAY, citizen_of, issue
from tests.factories.signing import DAYS, Key, Ministry, attest, attested_person, enter
from tests.unit.citizen_record.conftest import person_of
from vaxpass.citizens import own
from vaxpass.offices.scope import Refused
from vaxpass.passports.facts import PassportFacts
from vaxpass.records import actions
from vaxpass.records.access import access_version
from vaxpass.records.states import State, Verb


@pytest.fixture
def other(ministry: Ministry) -> int:
    return person_of(attested_person(ministry, 2)[0])


def test_a_citizen_reads_the_own_record_with_all_its_steps(passport: PassportFacts, other: int) -> None:
    (mine,) = own.own_records(citizen_of(passport.person_id))
    assert [dose.version.dose.given_on for dose in mine.doses] == list(DAYS)
    assert [State(dose.version.state) for dose in mine.doses] == [State.CERTIFIED] * 2
    steps = mine.doses[0].steps
    assert steps.entered == steps.checked == steps.signed == NOW
    assert steps.certified == TODAY
    assert [one.id for one in mine.passports] == [passport.id]
    assert other not in {dose.version.person_id for dose in mine.doses}


def test_several_people_of_one_visit_are_told_apart(passport: PassportFacts, other: int) -> None:
    both = own.own_records(citizen_of(passport.person_id, other))
    assert {record.person_id for record in both} == {passport.person_id, other}
    assert {len(record.doses) for record in both} == {2}


def test_a_citizen_without_a_record_has_none(ministry: Ministry) -> None:
    del ministry
    assert own.own_records(citizen_of()) == []
    assert own.own_looks(citizen_of()) == []


def test_anothers_passport_is_unknown(passport: PassportFacts, other: int) -> None:
    now = datetime.now(UTC)
    for reading in (
        lambda: own.own_passport(citizen_of(other), passport.id),
        lambda: own.own_live_passport(citizen_of(other), passport.id, now),
        lambda: own.own_passport(citizen_of(passport.person_id), 999_999),
        lambda: own.own_passport(citizen_of(), passport.id),
    ):
        with pytest.raises(Refused, match="PASSPORT_UNKNOWN"):
            reading()


def test_an_ended_passport_is_not_handed_out(passport: PassportFacts) -> None:
    mine = citizen_of(passport.person_id)
    assert own.own_live_passport(mine, passport.id, passport.expires_at - timedelta(seconds=1)).id == passport.id
    with pytest.raises(Refused, match="PASSPORT_NOT_LIVE"):
        own.own_live_passport(mine, passport.id, passport.expires_at)


def test_an_earlier_passport_follows_the_newer_one(ministry: Ministry, key: Key, passport: PassportFacts) -> None:
    attest(enter(ministry, 1, date(2022, 3, 1)))
    issue(ministry, key)
    (mine,) = own.own_records(citizen_of(passport.person_id))
    assert [one.id for one in mine.passports][1:] == [passport.id]
    assert mine.passports[0].dose_number == 3


def test_why_no_passport_is_issued_yet(ministry: Ministry) -> None:
    first = enter(ministry, 5, DAYS[0])
    attest(first)
    (mine,) = own.own_records(citizen_of(person_of(first)))
    assert mine.not_ready == {"SERIES_INCOMPLETE"}
    second = enter(ministry, 5, DAYS[1])
    actions.move_all([second], Verb.REPORT_MISMATCH, now=NOW, reason="IDENTITY_FIELDS_DIFFER")
    (mine,) = own.own_records(citizen_of(person_of(first)))
    assert mine.not_ready == {own.LATER_DOSE_WAITS}
    assert [State(dose.version.state) for dose in mine.doses] == [State.ATTESTED, State.MISMATCHED]
    assert mine.doses[1].steps.checked is None


def test_looks_of_officers_are_offices_and_purposes(ministry: Ministry, passport: PassportFacts, other: int) -> None:
    access_version(ministry.clerk, passport.version_id, purpose="record", now=NOW)
    (look,) = own.own_looks(citizen_of(passport.person_id))
    assert (look.office_id, look.purpose, look.at) == (ministry.facility, "record", NOW)
    assert own.own_looks(citizen_of(other)) == []
    assert not hasattr(look, "officer_id")


def test_the_holders_are_the_people_of_the_records_with_their_passports(passport: PassportFacts) -> None:
    citizen = citizen_of(passport.person_id)
    of_records = [(one.person_id, one.identity.full_name, one.passports) for one in own.own_records(citizen)]
    assert [(one.person_id, one.full_name, one.passports) for one in own.own_holders(citizen)] == of_records
    assert of_records
    assert own.own_holders(citizen_of()) == []
