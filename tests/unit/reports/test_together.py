"""Two officers at once, ten citizens at once, a process killed on the way: as the role that the platform runs as."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.db.backends.signals import connection_created
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories import NOW
from tests.factories.killing import kill_everywhere
from tests.unit.reports.conftest import Citizen, People, picture, version
from vaxpass.jobs import reports as jobs
from vaxpass.notices.models import Notice
from vaxpass.offices.scope import Refused
from vaxpass.records.queries import versions_of_people
from vaxpass.records.states import ENDED, State
from vaxpass.reports import actions, queries
from vaxpass.reports.models import Report, ReportPhoto, ReportStep
from vaxpass.reports.rules import Decision, Level, MoreCode, ReportStatus, Wrong

pytestmark = pytest.mark.django_db(transaction=True)
ROLE = "vaxpass_app_tested"
BLURRED = "CORRECTION_PROOF_BLURRED"


@pytest.fixture
def as_the_application(transactional_db: None, citizen: Citizen) -> Iterator[None]:
    call_command("grant_app_role", ROLE)
    connection_created.connect(_become_the_application)
    connection.close()
    yield
    connection_created.disconnect(_become_the_application)
    connection.close()


def _become_the_application(**_: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")


def filing(citizen: Citizen):
    return citizen.filing(Wrong.BIRTH_DATE, birth_date="18/5/1990")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls at the same moment, each with its own connection; give answers, and the codes of refusals."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [job.result(timeout=60) for job in [pool.submit(run, call) for call in calls]]


@pytest.mark.usefixtures("as_the_application")
def test_two_officers_at_once_one_wins(citizen: Citizen, people: People) -> None:
    for n in range(4):
        receipt = jobs.file_report(citizen.filing(Wrong.LOT, lot=f"FK020{n}"), [], now=NOW)
        answers = at_once(
            lambda: jobs.accept_report(people.clerk, receipt.report_id, Decision(), now=NOW),  # noqa: B023 -- run before the loop goes on
            lambda: jobs.refuse_report(people.colleague, receipt.report_id, BLURRED, now=NOW),  # noqa: B023 -- the same
        )
        assert answers.count("REPORT_DECIDED_ALREADY") == 1
        row = Report.objects.get(pk=receipt.report_id)
        updated = row.status == ReportStatus.UPDATED
        assert (answers[0] != "REPORT_DECIDED_ALREADY") == updated
        assert ReportStep.objects.filter(report_id=row.pk, kind__in=["UPDATED", "REFUSED"]).count() == 1
        assert Notice.objects.filter(key__startswith=f"report/{row.pk}/").count() == 2
        if updated:
            return  # its new version has its identity asked about now, and takes no other change


@pytest.mark.usefixtures("as_the_application")
def test_ten_citizens_at_once_are_one_report(citizen: Citizen) -> None:
    file = [lambda n=n: actions.file(filing(citizen), [picture(b"%d" % n)], now=NOW) for n in range(10)]
    receipts = at_once(*file)
    assert len({receipt.number for receipt in receipts}) == 1
    assert sorted(receipt.joined for receipt in receipts) == [False] + [True] * 9
    assert (Report.objects.count(), ReportPhoto.objects.count()) == (1, 10)
    assert sorted(ReportPhoto.objects.values_list("n", flat=True)) == list(range(1, 11))


@pytest.mark.usefixtures("as_the_application")
def test_the_whole_way_as_the_application(citizen: Citizen, people: People) -> None:
    receipt = jobs.file_report(filing(citizen), [picture()], now=NOW)
    jobs.ask_more(people.clerk, receipt.report_id, MoreCode.WHICH_DOSE, now=NOW)
    jobs.answer_more(receipt.number, "Mũi 1", [picture(b"2")], now=NOW)
    jobs.refuse_report(people.clerk, receipt.report_id, BLURRED, now=NOW)
    jobs.object_to(receipt.number, "Không đúng", now=NOW)
    jobs.overturn_report(people.province, receipt.report_id, Decision(), now=NOW)
    assert actions.wipe_photos([receipt.report_id], now=NOW) == 2
    assert queries.get_report(people.clerk, receipt.report_id, now=NOW).status == ReportStatus.UPDATED
    with pytest.raises(Refused, match="REPORT_UNKNOWN"):
        actions.follow("PA-0000-0000-0000-0", address="198.51.100.7", now=NOW)


@pytest.mark.usefixtures("as_the_application")
@pytest.mark.parametrize("change", ["UPDATE reports_reportstep SET at = now()", "DELETE FROM reports_reportstep"])
def test_the_application_may_not_even_try_to_rewrite_steps(citizen: Citizen, change: str) -> None:
    actions.file(filing(citizen), [], now=NOW)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.usefixtures("as_the_application")
def test_killed_anywhere_an_accepted_report_is_done_whole_or_not_at_all(citizen: Citizen, people: People) -> None:
    receipt = jobs.file_report(filing(citizen), [], now=NOW)
    checks = ProcrastinateJob.objects.filter(task_name="identity.check").count()

    def step() -> None:
        with suppress(Refused):  # decided already, where only the answer was lost
            jobs.accept_report(people.clerk, receipt.report_id, Decision(), now=NOW)

    def check() -> None:
        done = Report.objects.get().status == ReportStatus.UPDATED
        live = [one for one in versions_of_people([citizen.person_id]) if one.state not in ENDED]
        assert {one.identity.birth_date for one in live} == {"1990-05-18" if done else "1990-05-17"}
        assert len(live) == 2
        assert version(citizen.first).state == (State.REPLACED if done else State.VERIFIED)
        assert Notice.objects.filter(template="REPORT_UPDATED").count() == (1 if done else 0)
        assert ProcrastinateJob.objects.filter(task_name="identity.check").count() == checks + (1 if done else 0)

    assert kill_everywhere(step, check) > 10
    assert Report.objects.get().status == ReportStatus.UPDATED


@pytest.mark.usefixtures("as_the_application")
def test_killed_anywhere_a_filing_leaves_one_report_with_its_notice(citizen: Citizen) -> None:
    def check() -> None:
        there = Report.objects.count()
        assert there <= 1
        assert (ReportPhoto.objects.count(), Notice.objects.count()) == (there, there)

    assert kill_everywhere(lambda: jobs.file_report(filing(citizen), [picture()], now=NOW), check) > 5
    assert Report.objects.count() == 1


@pytest.mark.usefixtures("as_the_application")
def test_two_jobs_at_once_take_an_overdue_report_up_one_level(citizen: Citizen) -> None:
    jobs.file_report(filing(citizen), [], now=NOW)
    late = NOW.replace(month=5)
    at_once(lambda: jobs.run_on(late), lambda: jobs.run_on(late))
    assert Report.objects.get().level == Level.PROVINCE
    assert ReportStep.objects.filter(kind="ESCALATED").count() == 1
    assert Notice.objects.filter(template="REPORT_ESCALATED").count() == 1
