"""A claim over a record: what is proposed, what differs, what is alike."""

from dataclasses import replace
from datetime import date

import pytest

from tests.factories import received
from vaxpass.offices.scope import Refused
from vaxpass.reports.claims import (
    change_pattern,
    check_claim,
    differences,
    from_json,
    proposal,
    refuse_bad_claim,
    to_json,
)
from vaxpass.reports.rules import Claimed, Filing, ReporterProof, Wrong

TODAY = date(2022, 4, 15)
STANDS = received(1)


def filing(wrong, claimed, proof=ReporterProof.PHONE):
    return Filing((wrong,), claimed, proof, "Nguyễn Thị Hường", "0900000001", person_ids=(1,), version_id=1)


def propose(claimed, *wrongs, identity=STANDS.identity, dose=STANDS.dose):
    return proposal(identity, dose, claimed, wrongs, today=TODAY)


def test_a_claim_survives_its_journey_through_json():
    claimed = Claimed(full_name="Đặng Đình Đức", lot="FK0112")
    assert from_json(to_json(claimed)) == claimed


def test_what_is_claimed_goes_over_what_stands_there_and_nothing_else_does():
    mended = propose(Claimed(birth_date="18/5/1990", full_name="Somebody Else"), Wrong.BIRTH_DATE)
    assert mended == replace(STANDS, identity=replace(STANDS.identity, birth_date="1990-05-18"), row=None)
    mended = propose(Claimed(lot="FK0113", given_on="2/9/2021"), Wrong.LOT, Wrong.DOSE_DATE)
    assert mended.dose == replace(STANDS.dose, lot="FK0113", given_on=date(2021, 9, 2))


def test_a_missing_dose_needs_its_lot_before_it_can_be_entered():
    claimed = Claimed(product="Pfizer", given_on="1/10/2021")
    assert propose(claimed, Wrong.MISSING_DOSE, dose=None) is None
    whole = propose(replace(claimed, lot="FK0113"), Wrong.MISSING_DOSE, dose=None)
    assert (whole.identity, whole.dose.product) == (STANDS.identity, "EU/1/20/1528")


def test_a_foreigners_identity_is_stated_by_the_facility():
    mended = propose(Claimed(number="N1234567", nationality="Pháp"), Wrong.ID_NUMBER)
    assert (mended.identity.nationality, mended.facility_states_identity) == ("FR", True)


def test_differences_name_the_fields_and_say_both():
    claimed = Claimed(full_name="Nguyễn Thị Hương", birth_date="17/05/1990", lot="FK0113")
    found = differences(STANDS.identity, STANDS.dose, claimed, today=TODAY)
    assert [(one.field, one.recorded, one.claimed) for one in found] == [
        ("full_name", "Nguyễn Thị Hường", "Nguyễn Thị Hương"),
        ("lot", "FK0112", "FK0113"),
    ]
    assert [one.field for one in differences(None, None, claimed, today=TODAY)] == ["full_name", "birth_date", "lot"]


@pytest.mark.parametrize(
    ("wrong", "claimed", "code"),
    [
        (Wrong.BIRTH_DATE, Claimed(), "REPORT_CLAIM_MISSING"),
        (Wrong.BIRTH_DATE, Claimed(birth_date="31/02/1990"), "BIRTH_IMPOSSIBLE"),
        (Wrong.BIRTH_DATE, Claimed(birth_date="1/1/2090"), "BIRTH_FUTURE"),
        (Wrong.SEX, Claimed(sex="x"), "SEX_UNKNOWN"),
        (Wrong.NAME, Claimed(full_name="<b>"), "NAME_LETTERS"),
        (Wrong.PHONE, Claimed(phone="12"), "PHONE_LEFT_OUT"),
        (Wrong.DOSE_DATE, Claimed(given_on="1/1/2020"), "DAY_BEFORE_CAMPAIGN"),
        (Wrong.VACCINE, Claimed(product="nước muối"), "VACCINE_UNKNOWN"),
        (Wrong.LOT, Claimed(lot="=cmd()"), "LOT_FORM"),
        (Wrong.MISSING_DOSE, Claimed(given_on="1/10/2021"), "REPORT_CLAIM_MISSING"),
    ],
)
def test_a_claim_goes_through_the_same_door_as_a_facilitys_row(wrong, claimed, code):
    with pytest.raises(Refused) as caught:
        refuse_bad_claim(filing(wrong, claimed), today=TODAY)
    assert caught.value.code == code


def test_a_stranger_says_who_is_meant():
    found = check_claim(filing(Wrong.LOT, Claimed(lot="A1"), ReporterProof.NEW_PHONE), today=TODAY)
    assert [finding.column for finding in found] == ["name", "birth"]


@pytest.mark.parametrize(
    ("wrong", "one", "two"),
    [
        (Wrong.LOT, {"lot": "FK0113"}, {"lot": "FK0113"}),
        (Wrong.BIRTH_DATE, {"birth_date": "1990-06-17"}, {"birth_date": "1990-05-18"}),
        (Wrong.NAME, {"full_name": "Nguyen Thi Huong"}, {"full_name": "Nguyễn Thị Hương"}),
        (Wrong.ID_NUMBER, {"number": "040190000002"}, {"number": "040190000003"}),
        (Wrong.SEX, {"sex": 1}, {"sex": 1}),
    ],
)
def test_errors_of_one_kind_have_one_pattern(wrong, one, two):
    patterns = {change_pattern(STANDS, received(1, **columns), [wrong]) for columns in (one, two)}
    assert len(patterns) == 1
    assert patterns != {""}


def test_errors_of_another_kind_have_another():
    lots = {change_pattern(STANDS, received(1, lot=lot), [Wrong.LOT]) for lot in ("FK0113", "FK0114")}
    swapped = change_pattern(
        received(1, birth_date="1990-05-07"), received(1, birth_date="1990-07-05"), [Wrong.BIRTH_DATE]
    )
    names = {
        change_pattern(STANDS, received(1, full_name=name), [Wrong.NAME]) for name in ("Hường Nguyễn Thị", "Lê Ánh")
    }
    assert (len(lots), len(names)) == (2, 2)
    assert swapped == "BIRTH_DATE:day-and-month"
    assert change_pattern(STANDS, None, [Wrong.LOT]) == ""
    assert change_pattern(STANDS, STANDS, [Wrong.OTHER]) == ""
