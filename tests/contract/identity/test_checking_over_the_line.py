"""The whole walk over HTTP against the simulator process: faults, an outage, two workers, the jobs."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.contract.identity.conftest import KNOWN
from tests.factories import received
from vaxpass import wiring
from vaxpass.identity import actions
from vaxpass.identity.checking import check_waiting
from vaxpass.identity.queries import count_waiting, get_line, outcomes_per_day
from vaxpass.jobs import identity as jobs
from vaxpass.records import queries
from vaxpass.records.receiving import receive
from vaxpass.records.states import State

pytestmark = pytest.mark.django_db


class Later:
    """A clock that runs, moved ahead by hand."""

    def __init__(self):
        self.ahead = timedelta()

    def __call__(self):
        return datetime.now(UTC) + self.ahead


def store(origin, serials, **columns):
    return list(receive([received(serial, **columns) for serial in serials], origin).version_ids.values())


def states(ids):
    return Counter(State(version.state) for version in queries.get_versions(ids))


def asked(service):
    return service.counters().get("requests", 0)


def test_yes_no_and_nobody_over_the_line(database, service, origin):
    ids = store(origin, range(10)) + store(origin, range(10, 15), birth_date="1990-05-18") + store(origin, [999_999])
    check_waiting(database, clock=Later())
    assert states(ids) == {State.VERIFIED: 10, State.MISMATCHED: 6}


def test_faults_of_the_line_never_become_a_mismatch_and_all_are_matched_in_the_end(database, service, origin):
    ids = store(origin, range(KNOWN))
    service.set_faults(no_answer=0.3, wrong=0.2)
    clock = Later()
    for _ in range(40):
        check_waiting(database, clock=clock, size=20)
        assert states(ids)[State.MISMATCHED] == 0
        clock.ahead += timedelta(hours=6)
    assert states(ids) == {State.VERIFIED: KNOWN}
    assert count_waiting() == 0


def test_an_outage_stops_the_sending_and_its_end_brings_every_answer(database, service, origin):
    ids = store(origin, range(KNOWN))
    service.switch_outage(on=True)
    clock = Later()
    before = asked(service)
    check_waiting(database, clock=clock, size=20)
    check_waiting(database, clock=clock, size=20)
    assert asked(service) - before == 20
    assert states(ids) == {State.UNANSWERED: 20, State.RECEIVED: KNOWN - 20}
    service.switch_outage(on=False)
    clock.ahead += timedelta(minutes=2)
    check_waiting(database, clock=clock, size=20)
    assert states(ids) == {State.VERIFIED: KNOWN}
    assert get_line().pauses == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_and_record_everything_once(database, service, origin):
    ids = store(origin, range(KNOWN))
    before = asked(service)
    start = threading.Barrier(2)

    def work():
        start.wait()
        check_waiting(database, clock=Later(), size=7)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert states(ids) == {State.VERIFIED: KNOWN}
    assert asked(service) - before == KNOWN
    assert sum(n for *_, n in outcomes_per_day(datetime(2020, 1, 1, tzinfo=UTC), [origin.office_id])) == KNOWN


@pytest.fixture
def wired(service, settings):
    settings.POPULATION_DATABASE = {
        "url": service.url,
        "token": "token-of-the-tests",
        "office": "G12.01",
        "procedure": "1.000001",
        "integration": "037",
        "officer_key": "shared",
    }
    wiring.population_database.cache_clear()
    yield
    wiring.population_database().close()  # type: ignore[attr-defined]  # the HTTP client's own
    wiring.population_database.cache_clear()


@pytest.mark.usefixtures("wired")
def test_the_job_asks_through_the_wired_line(origin):
    ids = store(origin, range(3))
    jobs.check_identities()
    assert states(ids) == {State.VERIFIED: 3}


@pytest.mark.usefixtures("wired")
def test_the_periodic_job_takes_what_no_other_took(origin):
    ids = store(origin, range(3))
    jobs.ask_again(timestamp=0)
    assert states(ids) == {State.VERIFIED: 3}


def test_a_job_is_deferred_only_if_its_doses_are_stored():
    with transaction.atomic():
        jobs.defer_checks()
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.filter(task_name="identity.check").exists()
    jobs.defer_checks()
    jobs.defer_checks()
    assert ProcrastinateJob.objects.filter(task_name="identity.check").count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("wired")
def test_a_worker_takes_the_job_and_the_doses_are_compared(origin, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the worker's thread outlives the test
    with transaction.atomic():
        ids = store(origin, range(3))
        jobs.defer_checks()
    worker = threading.Thread(target=_work_until_empty)  # the browser tests have a loop running in this one
    worker.start()
    worker.join()
    assert states(ids) == {State.VERIFIED: 3}


def _work_until_empty():
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
    with app.replace_connector(connector) as working:
        working.run_worker(
            queues=["identity"], wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="always"
        )


def test_a_batch_is_never_larger_than_asked_for_whatever_the_planner_chooses(origin):
    now = datetime.now(UTC) + timedelta(seconds=1)
    store(origin, [0])
    actions.queue_received(now=now)
    with connection.cursor() as cursor:  # statistics of one row make a loop over the whole queue look cheap
        cursor.execute("ANALYZE identity_waiting")
        cursor.execute("SET LOCAL enable_hashjoin = off")
        cursor.execute("SET LOCAL enable_mergejoin = off")
    store(origin, range(1, KNOWN))
    actions.queue_received(now=now)
    assert actions.prepare(now=now, size=20, timing=actions.Timing()).taken == 20
