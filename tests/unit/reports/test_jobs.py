"""Answers with all that belongs to them: the citizen told once, checks deferred, passports following."""

from dataclasses import replace
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories import NOW, make_office
from tests.factories.signing import (
    Ministry,
    approved_run,
    attest,
    attested_person,
    make_key,
    make_ministry,
    sign_and_record,
)
from tests.unit.reports.conftest import Citizen, officer, refusal, version
from vaxpass.citizens.actions import confirm_email
from vaxpass.citizens.codes import Proven
from vaxpass.citizens.queries import contacts_of
from vaxpass.jobs import reports as jobs
from vaxpass.ministry_signing import queries as runs
from vaxpass.notices.facts import Recipient
from vaxpass.notices.models import Notice
from vaxpass.passports.models import Passport
from vaxpass.passports.rules import Status
from vaxpass.records.sealing import open_seal
from vaxpass.records.states import State
from vaxpass.reports import actions
from vaxpass.reports.models import Report, ReportStep
from vaxpass.reports.rules import Decision, Level, MoreCode, ReporterProof, Wrong

pytestmark = pytest.mark.django_db
BLURRED = "CORRECTION_PROOF_BLURRED"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def receipt(citizen):
    return jobs.file_report(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990"), [], now=NOW)


def told():
    return [notice.template for notice in Notice.objects.order_by("pk")]


def test_each_step_is_told_once(people, receipt):
    jobs.ask_more(people.clerk, receipt.report_id, MoreCode.PHOTO_SHARPER, now=NOW + HOUR)
    jobs.answer_more(receipt.number, "đây", [], now=NOW + 2 * HOUR)
    jobs.refuse_report(people.clerk, receipt.report_id, BLURRED, now=NOW + 3 * HOUR)
    jobs.object_to(receipt.number, "Không đúng", now=NOW + 4 * HOUR)
    jobs.send_back_report(people.province, receipt.report_id, now=NOW + 5 * HOUR)
    jobs.accept_report(people.clerk, receipt.report_id, Decision(), now=NOW + 6 * HOUR)
    assert told() == [
        "REPORT_RECEIVED", "REPORT_MORE_NEEDED", "REPORT_REFUSED", "REPORT_RECEIVED", "OBJECTION_ANSWERED",
        "REPORT_UPDATED",
    ]  # fmt: skip
    assert len({notice.key for notice in Notice.objects.all()}) == 6
    assert ProcrastinateJob.objects.filter(task_name="notices.send").count() == 6


def test_what_is_told_names_the_report_and_nothing_of_the_person(citizen, receipt):
    notice = Notice.objects.get()
    facts = open_seal(notice.facts_sealed)
    assert receipt.number in facts
    assert "1990" not in facts
    assert (notice.person_id, notice.key) == (citizen.person_id, f"report/{receipt.report_id}/{_last_step()}")


def _last_step():
    return ReportStep.objects.latest("pk").pk


def test_ten_reports_of_one_error_are_told_once(citizen, receipt):
    for _ in range(9):
        jobs.file_report(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990"), [], now=NOW)
    assert told() == ["REPORT_RECEIVED"]


def test_nobody_is_told_at_a_phone_that_somebody_only_typed(citizen):
    typed = citizen.filing(Wrong.NAME, version_id=None, person_ids=(), full_name="Lê Ánh", birth_date="1990")
    jobs.file_report(replace(typed, proof=ReporterProof.NONE), [], now=NOW)
    assert told() == []


def test_an_accepted_report_has_its_people_compared_again(people, receipt):
    before = ProcrastinateJob.objects.filter(task_name="identity.check").count()
    jobs.accept_report(people.clerk, receipt.report_id, Decision(), now=NOW)
    assert ProcrastinateJob.objects.filter(task_name="identity.check").count() == before + 1


def test_a_refused_verb_tells_nobody(people, receipt):
    assert refusal(jobs.uphold_refusal, people.province, receipt.report_id, BLURRED, now=NOW) == "OBJECTION_NOT_MADE"
    assert told() == ["REPORT_RECEIVED"]


def test_bulk_answers_tell_each_of_those_that_were_answered(people, citizen, receipt):
    other = jobs.file_report(citizen.filing(Wrong.LOT, lot="FK0113"), [], now=NOW)
    done = jobs.accept_many(people.clerk, [other.report_id, 404], Decision(), now=NOW).done
    assert list(done) == [other.report_id]
    jobs.refuse_many(people.clerk, [receipt.report_id, other.report_id], BLURRED, now=NOW)
    assert told() == ["REPORT_RECEIVED", "REPORT_RECEIVED", "REPORT_UPDATED", "REPORT_REFUSED"]


def test_time_takes_an_overdue_report_up_and_says_so(receipt):
    jobs.run_on(NOW + 3 * DAY)
    assert told() == ["REPORT_RECEIVED"]
    jobs.run_on(NOW + 5 * DAY)
    jobs.run_on(NOW + 5 * DAY + HOUR)
    assert told() == ["REPORT_RECEIVED", "REPORT_ESCALATED"]
    jobs.run_on(NOW + 20 * DAY)
    assert told()[2:] == ["REPORT_ESCALATED"]
    assert Report.objects.get().level == Level.MINISTRY


def test_time_reminds_and_closes(people, receipt):
    jobs.ask_more(people.clerk, receipt.report_id, MoreCode.WHICH_DOSE, now=NOW)
    for day in (6, 8, 9, 31, 32):
        jobs.run_on(NOW + day * DAY)
    assert told() == ["REPORT_RECEIVED", "REPORT_MORE_NEEDED", "REPORT_MORE_NEEDED"]


# Passports


@pytest.fixture
def ministry() -> Ministry:
    return make_ministry()


@pytest.fixture
def holder(ministry) -> tuple[Citizen, object]:
    """Somebody with a live passport."""
    make_office("T40", "province")
    first, second = attested_person(ministry, 1)
    key = make_key()
    sign_and_record(approved_run(ministry, key)[1], key)
    return Citizen(version(first).person_id, first, second), key


def test_from_a_report_to_the_corrected_passport(ministry, holder):
    citizen, key = holder
    old = Passport.objects.get()
    receipt = jobs.file_report(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990"), [], now=NOW)
    accepted = jobs.accept_report(ministry.clerk, receipt.report_id, Decision(), now=NOW)
    assert Passport.objects.get().status == Status.LIVE  # until the new one is there
    attest(*accepted.new_version_ids)
    sign_and_record(approved_run(ministry, key)[1], key)
    old.refresh_from_db()
    assert old.status == Status.REVOKED
    assert Passport.objects.exclude(pk=old.pk).get().status == Status.LIVE


def test_a_dose_that_was_never_had_ends_the_passport_at_once(ministry, holder):
    citizen, _ = holder
    receipt = jobs.file_report(citizen.filing(Wrong.NOT_MINE_DOSE), [], now=NOW)
    jobs.accept_report(ministry.clerk, receipt.report_id, Decision(), now=NOW)
    assert version(citizen.first).state == State.WITHDRAWN
    assert Passport.objects.get().status == Status.REVOKED


def test_a_proven_report_holds_back_the_passport_and_a_strangers_does_not(ministry):
    make_office("T40", "province")
    mine, theirs, running = (attested_person(ministry, serial) for serial in (1, 2, 3))
    ours = Citizen(version(mine[0]).person_id, *mine)
    filing = ours.filing(Wrong.LOT, lot="FK0113")
    jobs.file_report(filing, [], now=NOW)
    about = ours.filing(Wrong.LOT, lot="FK0113", full_name="Nguyễn Thị Hường", birth_date="17/05/1990")
    strange = replace(
        about, proof=ReporterProof.NEW_PHONE, person_ids=(), version_id=None, facility_id=ministry.facility
    )
    jobs.file_report(strange, [], now=NOW)
    key = make_key()
    run_id, chunks = approved_run(ministry, key)
    assert runs.get_run(run_id).reasons == {"REPORT_OPEN": 1}
    third = Citizen(version(running[0]).person_id, *running)

    def report() -> None:
        jobs.file_report(third.filing(Wrong.LOT, lot="FK0113"), [], now=NOW)

    assert sign_and_record(chunks, key, between=report) == [1]
    assert [drop.code for drop in runs.drops(run_id)] == ["REPORT_OPENED"]
    assert Passport.objects.get().person_id == version(theirs[0]).person_id


def test_a_report_that_was_refused_lets_the_passport_go_on(ministry):
    make_office("T40", "province")
    citizen = Citizen(version(attested_person(ministry, 1)[0]).person_id, 0, 0)
    clerk = officer("second", ministry.facility, "facility_clerk")
    receipt = jobs.file_report(citizen.filing(Wrong.NAME, full_name="Lê Ánh", version_id=None), [], now=NOW)
    actions.refuse(clerk, receipt.report_id, BLURRED, now=NOW)
    key = make_key()
    assert sign_and_record(approved_run(ministry, key)[1], key) == [1]


@pytest.mark.parametrize(
    ("wrong", "said", "kept"),
    [(Wrong.PHONE, {"phone": "0912345678"}, 0), (Wrong.BIRTH_DATE, {"birth_date": "18/5/1990"}, 1)],
)
def test_a_mailbox_confirmed_through_the_earlier_phone_goes_with_it(citizen, people, wrong, said, kept):
    """Whoever lost a phone to somebody loses that somebody's mailbox too."""
    confirm_email({citizen.person_id}, Proven(Recipient(email="a@example.vn")), NOW)
    report = jobs.file_report(citizen.filing(wrong, **said, proof=ReporterProof.EID), [], now=NOW)
    jobs.accept_report(people.clerk, report.report_id, Decision(seen_in_person=True), now=NOW + HOUR)
    assert len(contacts_of({citizen.person_id})) == kept
