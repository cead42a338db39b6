"""A report comes in: where it goes, what makes it one, who is limited, what following it tells."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW, received
from tests.unit.reports.conftest import PHONE, enter, picture, refusal, stranger, version
from vaxpass.offices.models import Office
from vaxpass.records import actions as records
from vaxpass.reports import actions, queries, rules
from vaxpass.reports.models import Report, ReportPhoto
from vaxpass.reports.numbers import make_number, show_number
from vaxpass.reports.rules import Decision, Level, ReporterProof, ReportStatus, StepKind, Wrong

pytestmark = pytest.mark.django_db
BIRTH = (Wrong.BIRTH_DATE,)
RIGHT = {"birth_date": "18/05/1990"}


def report(receipt):
    return Report.objects.get(pk=receipt.report_id)


def test_a_report_goes_to_the_facility_of_the_dose(citizen, offices):
    receipt = actions.file(citizen.filing(*BIRTH, **RIGHT), [picture()], now=NOW)
    row = report(receipt)
    assert (row.office_id, row.facility_id, row.province_code) == (offices.facility, offices.facility, "40")
    assert (row.status, row.level, row.person_ids) == (ReportStatus.OPEN, Level.OFFICE, [citizen.person_id])
    assert row.due_at == NOW + timedelta(hours=96)  # Friday 15 April 2022, with a weekend in it


def test_where_there_is_no_dose_the_named_facility_answers_then_the_commune_then_the_province(citizen, offices):
    missing = citizen.filing(Wrong.MISSING_DOSE, version_id=None, given_on="1/11/2021", product="Pfizer")
    asked = [
        (replace(missing, facility_id=offices.other, commune_office_id=offices.commune), offices.other, Level.OFFICE),
        (replace(missing, commune_office_id=offices.commune), offices.commune, Level.OFFICE),
        (missing, offices.province, Level.PROVINCE),
        (replace(missing, province_code="77"), offices.ministry, Level.MINISTRY),
    ]
    for day, (filing, office, level) in enumerate(asked, start=1):
        said = replace(filing, claimed=replace(filing.claimed, given_on=f"{day}/11/2021"))
        row = report(actions.file(said, [], now=NOW))
        assert (row.office_id, row.level) == (office, level)


def test_a_facility_that_closed_is_passed_over(citizen, offices):
    Office.objects.filter(pk=offices.facility).update(closed_on=NOW.date())
    assert report(actions.file(citizen.filing(*BIRTH, **RIGHT), [], now=NOW)).office_id == offices.province


def test_an_error_of_identity_without_a_dose_goes_to_where_the_last_dose_was_given(citizen, offices):
    row = report(actions.file(citizen.filing(*BIRTH, **RIGHT, version_id=None), [], now=NOW))
    assert (row.version_id, row.office_id) == (citizen.second, offices.other)


def test_ten_reports_of_one_error_are_one_report(citizen):
    filing = citizen.filing(*BIRTH, **RIGHT)
    receipts = [actions.file(filing, [picture(b"%d" % (n // 5))], now=NOW) for n in range(10)]
    assert {receipt.number for receipt in receipts} == {receipts[0].number}
    assert [receipt.joined for receipt in receipts] == [False] + [True] * 9
    assert (Report.objects.count(), ReportPhoto.objects.count()) == (1, 2)
    about_the_other_dose = actions.file(replace(filing, version_id=citizen.second), [], now=NOW)
    assert about_the_other_dose.report_id == receipts[0].report_id  # an identity is one person's, whatever the dose


def test_what_vneid_proved_takes_no_claim_from_a_weaker_proof(citizen, people):
    """The newest claim counts: joined, the holder of an old phone would bring his own in under the other's proof."""
    shown = citizen.filing(Wrong.PHONE, phone="0912345678", proof=ReporterProof.EID)
    thief = citizen.filing(Wrong.PHONE, phone="0911111111", proof=ReporterProof.PHONE)
    first, other = (actions.file(filing, [], now=NOW) for filing in (shown, thief))
    assert (other.joined, first.number != other.number) == (False, True)
    assert refusal(actions.accept, people.clerk, other.report_id, Decision(), now=NOW) == "PHONE_NEEDS_PERSON"
    accepted = actions.accept(people.clerk, first.report_id, Decision(), now=NOW)
    assert {version(new).identity.phone for new in accepted.new_version_ids} == {"0912345678"}


def test_a_second_telling_that_says_something_else_is_kept_beside_the_first(citizen, people):
    first = actions.file(citizen.filing(*BIRTH, **RIGHT), [], now=NOW)
    actions.file(citizen.filing(*BIRTH, birth_date="19/05/1990"), [], now=NOW)
    facts = queries.get_report(people.clerk, first.report_id, now=NOW)
    assert facts.claimed.birth_date == "19/05/1990"
    assert facts.proposed.identity.birth_date == "1990-05-19"
    assert [step.kind for step in facts.steps] == [StepKind.FILED, StepKind.FILED_AGAIN]


def test_another_error_is_another_report_and_a_decided_one_joins_nothing(citizen, people):
    first = actions.file(citizen.filing(*BIRTH, **RIGHT), [], now=NOW)
    other = actions.file(citizen.filing(Wrong.LOT, lot="FK0113"), [], now=NOW)
    actions.refuse(people.clerk, first.report_id, "CORRECTION_PROOF_BLURRED", now=NOW)
    again = actions.file(citizen.filing(*BIRTH, **RIGHT), [], now=NOW)
    assert len({first.report_id, other.report_id, again.report_id}) == 3


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"wrongs": ()}, "REPORT_WRONG_MISSING"),
        ({"wrongs": (Wrong.DUPLICATE, Wrong.LOT)}, "REPORT_WRONGS_APART"),
        ({"person_ids": ()}, "REPORT_NOT_PROVEN"),
        ({"proof": ReporterProof.NEW_PHONE}, "REPORT_NOT_PROVEN"),
        ({"wrongs": (Wrong.LOT,), "version_id": None}, "REPORT_DOSE_MISSING"),
        ({"reporter_phone": ""}, "REPORT_CONTACT_MISSING"),
        ({"reporter_name": " "}, "REPORT_CONTACT_MISSING"),
        ({"wrongs": (Wrong.OTHER,)}, "REPORT_NOTE_MISSING"),
        ({"note": "x" * 1001}, "REPORT_TEXT_TOO_LONG"),
        ({"version_id": 404}, "RECORD_UNKNOWN"),
        ({"reporter_phone": "12"}, "PHONE_ILL_FORMED"),
    ],
)
def test_what_cannot_be_a_report_is_refused(citizen, columns, code):
    filing = replace(citizen.filing(*BIRTH, **RIGHT), **columns)
    assert refusal(actions.file, filing, [], now=NOW) == code
    assert not Report.objects.exists()


def test_nobody_reports_a_record_that_is_not_his(citizen, people, offices):
    (others,) = enter(people.clerk, offices.facility, received(2))
    filing = citizen.filing(*BIRTH, **RIGHT, version_id=others)
    assert refusal(actions.file, filing, [], now=NOW) == "RECORD_UNKNOWN"


def test_a_record_that_ended_is_not_reported_again(citizen, people):
    records.withdraw(people.clerk, citizen.first, reason="", now=NOW)
    assert refusal(actions.file, citizen.filing(*BIRTH, **RIGHT), [], now=NOW) == "REPORT_RECORD_ENDED"


def test_a_strangers_report_touches_nobody(citizen, offices, people):
    receipt = actions.file(stranger(*BIRTH, birth_date="18/05/1990", facility_id=offices.facility), [], now=NOW)
    assert queries.people_with_open_report([citizen.person_id]) == set()
    row = report(receipt)
    assert (row.person_ids, row.version_id, row.office_id) == ([], None, offices.facility)
    followed = actions.follow(receipt.number, now=NOW)
    assert followed.version_id is None
    assert queries.reports_of_people([citizen.person_id], now=NOW) == []
    with pytest.raises(IntegrityError, match="report_unproven_touches_nobody"), transaction.atomic():
        Report.objects.bulk_create([_copy(row, person_ids=[citizen.person_id])])


def _copy(row, **columns):
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return Report(**{**values, "number_key": b"x", "twin_key": b"x", **columns})


def test_a_stranger_never_learns_anothers_receipt(citizen, offices):
    mine = actions.file(citizen.filing(*BIRTH, **RIGHT), [], now=NOW)
    theirs = actions.file(stranger(*BIRTH, **RIGHT, facility_id=offices.facility), [], now=NOW)
    third = actions.file(
        stranger(*BIRTH, **RIGHT, facility_id=offices.facility, reporter_phone="0922222222"), [], now=NOW
    )
    typed = replace(stranger(*BIRTH, **RIGHT, facility_id=offices.facility), proof=ReporterProof.NONE)
    unproven = [actions.file(typed, [], now=NOW) for _ in range(2)]
    assert len({one.number for one in (mine, theirs, third, *unproven)}) == 5


def test_strangers_are_limited_by_phone_and_by_address(offices):
    for n in range(rules.MOST_OF_PHONE_A_DAY):
        actions.file(stranger(Wrong.NAME, full_name=f"Nguyễn {'ABC'[n]}", visitor="198.51.100.7"), [], now=NOW)
    assert refusal(actions.file, stranger(Wrong.SEX, sex="nam"), [], now=NOW) == "REPORT_LIMIT"
    for n in range(rules.MOST_OF_ADDRESS_A_DAY - rules.MOST_OF_PHONE_A_DAY):
        actions.file(stranger(Wrong.NAME, reporter_phone=f"09{n:08d}", visitor="198.51.100.7"), [], now=NOW)
    more = stranger(Wrong.NAME, reporter_phone="0988888888", visitor="198.51.100.7")
    assert refusal(actions.file, more, [], now=NOW) == "REPORT_LIMIT"
    assert actions.file(more, [], now=NOW + timedelta(days=1, seconds=1)).number


def test_a_proven_citizen_is_limited_too_but_not_by_strangers(citizen):
    days = [f"{day}/11/2021" for day in range(1, rules.MOST_OF_PERSON_A_DAY + 2)]
    missing = [citizen.filing(Wrong.MISSING_DOSE, version_id=None, given_on=day, product="Pfizer") for day in days]
    for filing in missing[:-1]:
        actions.file(filing, [], now=NOW)
    assert refusal(actions.file, missing[-1], [], now=NOW) == "REPORT_LIMIT"


def test_photos_are_sealed_and_bounded(citizen, people):
    receipt = actions.file(citizen.filing(*BIRTH, **RIGHT), [picture(b"secret-picture")], now=NOW)
    assert b"secret-picture" not in bytes(ReportPhoto.objects.get().content_sealed)
    assert queries.evidence(people.clerk, receipt.report_id, 1, now=NOW) == b"secret-picture"
    assert refusal(queries.evidence, people.clerk, receipt.report_id, 2, now=NOW) == "REPORT_PHOTO_GONE"
    many = [picture(b"%d" % n) for n in range(rules.MOST_PHOTOS)]
    assert refusal(actions.file, citizen.filing(*BIRTH, **RIGHT), many, now=NOW) == "REPORT_PHOTOS_TOO_MANY"


def test_a_report_is_followed_by_its_number_alone(citizen):
    receipt = actions.file(citizen.filing(*BIRTH, **RIGHT), [picture()], now=NOW)
    followed = actions.follow(receipt.number.lower(), now=NOW)
    assert (followed.status, followed.wrongs, followed.photos) == (ReportStatus.OPEN, BIRTH, 1)
    assert (followed.may_answer, followed.may_object, followed.may_withdraw) == (False, False, True)
    assert [one.number for one in queries.reports_of_people([citizen.person_id], now=NOW)] == [receipt.number]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM reports_report r")
        stored = cursor.fetchone()[0]
    assert receipt.number not in stored
    assert receipt.number.replace("-", "") not in stored
    assert "Hường" not in stored
    assert PHONE not in stored


def test_guessing_numbers_ends_soon_and_a_slip_of_the_pen_is_no_guess(citizen):
    receipt = actions.file(citizen.filing(*BIRTH, **RIGHT), [], now=NOW)
    for _ in range(50):
        assert refusal(actions.follow, "PA-1234", address="198.51.100.7", now=NOW) == "RECEIPT_ILL_FORMED"
    for _ in range(rules.MOST_WRONG_NUMBERS):
        guess = show_number(make_number())
        assert refusal(actions.follow, guess, address="198.51.100.7", now=NOW) == "REPORT_UNKNOWN"
    assert refusal(actions.follow, receipt.number, address="198.51.100.7", now=NOW) == "RECEIPT_TRIES_LIMIT"
    assert actions.follow(receipt.number, address="198.51.100.8", now=NOW).number == receipt.number
    assert actions.follow(receipt.number, address="198.51.100.7", now=NOW + timedelta(hours=1)).number == receipt.number


def test_a_report_taken_back_holds_nothing_back(citizen, people):
    receipt = actions.file(citizen.filing(*BIRTH, **RIGHT), [], now=NOW)
    assert queries.people_with_open_report([citizen.person_id, 404]) == {citizen.person_id}
    actions.withdraw(receipt.number, now=NOW)
    assert queries.people_with_open_report([citizen.person_id]) == set()
    assert refusal(actions.withdraw, receipt.number, now=NOW) == "REPORT_DECIDED_ALREADY"
    answer = refusal(actions.refuse, people.clerk, receipt.report_id, "CORRECTION_PROOF_BLURRED", now=NOW)
    assert answer == "REPORT_DECIDED_ALREADY"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reports_report SET claimed_sealed = '' WHERE id = %s",
        "UPDATE reports_report SET person_ids = '{404}' WHERE id = %s",
        "UPDATE reports_report SET objected_at = now() WHERE id = %s",
        "DELETE FROM reports_report WHERE id = %s",
        "UPDATE reports_reportstep SET at = now() WHERE report_id = %s",
        "DELETE FROM reports_reportstep WHERE report_id = %s",
        "UPDATE reports_reportphoto SET content_sealed = 'x' WHERE report_id = %s",
        "UPDATE reports_reportphoto SET content_sealed = '', wiped_at = now() WHERE report_id = %s",
        "DELETE FROM reports_reportphoto WHERE report_id = %s",
    ],
)
def test_what_was_filed_never_changes(citizen, change):
    receipt = actions.file(citizen.filing(*BIRTH, **RIGHT), [picture()], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [receipt.report_id])


def test_the_record_mended_meanwhile_is_the_one_that_is_shown(citizen, people):
    receipt = actions.file(citizen.filing(*BIRTH, **RIGHT), [], now=NOW)
    mended = replace(received(1, phone=PHONE, lot="FK0114"), row=None)
    new_id = records.replace(people.clerk, citizen.first, mended, now=NOW)
    assert queries.get_report(people.clerk, receipt.report_id, now=NOW).version == version(new_id)
