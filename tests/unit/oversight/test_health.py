"""Reading the system's health, alarms to who is on duty: told once, again each day, ended when gone."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.factories import NOW, make_office, make_officer
from vaxpass.identity.ports import Outcome
from vaxpass.notices.facts import Recipient
from vaxpass.notices.models import Notice
from vaxpass.offices.models import Act, Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Refused
from vaxpass.oversight import alarms, health
from vaxpass.oversight.health_facts import Finding, ProbeName
from vaxpass.oversight.models import HealthAlarm

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DUTY = [Recipient(phone="0900000001"), Recipient(email="duty@moh.invalid")]
DEAD_KEY = Finding("HEALTH_KEY_UNREACHABLE", ProbeName.MINISTRY_KEY, {"key": "ministry_key", "code": "X_Y"})


def execute(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def job(status, *, queue="intake", at=NOW, scheduled_at=None):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at) VALUES (%s, 't', %s, %s) "
            "RETURNING id",
            [queue, status, scheduled_at],
        )
        (job_id,) = cursor.fetchone()
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job_id])
        kind = "failed" if status == "failed" else "deferred"
        cursor.execute("INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, %s, %s)", [job_id, kind, at])


def read(tmp_path, now=NOW):
    return health.read(now, published=tmp_path)


def report(*findings, now=NOW):
    return alarms.report(findings, DUTY, now=now)


@pytest.fixture
def it_officer():
    return get_actor(Officer.objects.get(pk=make_officer("it", make_office("BYT", "ministry"), "it_officer")))


def test_queues_are_counted_with_the_oldest_job_that_could_run(tmp_path):
    job("todo", at=NOW - 2 * HOUR)
    job("todo", at=NOW - HOUR)
    job("todo", at=NOW - 3 * HOUR, scheduled_at=NOW + HOUR)
    job("doing")
    job("succeeded")
    job("failed", at=NOW - HOUR)
    job("failed", at=NOW - 25 * HOUR)
    job("failed", queue="publication")
    intake, publication = read(tmp_path).queues
    assert (intake.due, intake.later, intake.doing, intake.abandoned, intake.failed) == (2, 1, 1, 1, 1)
    assert intake.oldest_due == NOW - 2 * HOUR
    assert (publication.name, publication.due, publication.failed, publication.oldest_due) == (
        "publication",
        0,
        1,
        None,
    )


def test_a_worker_that_beats_no_more_is_not_alive(tmp_path):
    execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s), (%s)", NOW, NOW - HOUR)
    workers = read(tmp_path).workers
    assert (workers.alive, workers.wanted, workers.last_beat) == (1, 1, NOW)
    assert read(tmp_path, NOW + HOUR).workers.alive == 0


def test_silence_of_the_population_database_is_counted(tmp_path):
    for minutes, outcome in (
        (5, Outcome.NO_ANSWER),
        (10, Outcome.MATCH),
        (70, Outcome.NO_ANSWER),
        (1500, Outcome.MATCH),
    ):
        execute(
            "INSERT INTO identity_check (identity_id, request_id, asked_at, answered_at, outcome, officer_code, "
            "office_id) VALUES (1, gen_random_uuid(), %s, %s, %s, '', 1)",
            NOW - timedelta(minutes=minutes),
            NOW - timedelta(minutes=minutes),
            outcome,
        )
    line = read(tmp_path).population
    assert (line.asked_hour, line.silent_hour, line.asked_day, line.silent_day) == (2, 1, 3, 2)


def test_lists_that_were_never_published_are_late(tmp_path):
    assert {one.document for one in read(tmp_path).publications if one.lateness} >= {"trust-list", "index"}


def test_tables_without_a_partition_for_next_month_are_named(tmp_path):
    assert "records_history" in read(tmp_path).database.lacking_months
    execute("SELECT vaxpass_make_partitions('records_history', '2022-05-01', 1)")
    assert "records_history" not in read(tmp_path).database.lacking_months


def test_a_probe_keeps_since_when_it_finds_the_same():
    health.note_probe(ProbeName.MINISTRY_KEY, "SIGNING_TOKEN_ABSENT", {}, now=NOW)
    health.note_probe(ProbeName.MINISTRY_KEY, "SIGNING_TOKEN_ABSENT", {}, now=NOW + HOUR)
    health.note_probe(ProbeName.MINISTRY_KEY, "", {}, now=NOW - HOUR)  # a slow worker comes too late
    probe = health.read_probes()[ProbeName.MINISTRY_KEY]
    assert (probe.at, probe.since, probe.code) == (NOW + HOUR, NOW, "SIGNING_TOKEN_ABSENT")
    health.note_probe(ProbeName.MINISTRY_KEY, "", {"key": "ab"}, now=NOW + 2 * HOUR)
    assert health.read_probes()[ProbeName.MINISTRY_KEY].since == NOW + 2 * HOUR


def test_an_alarm_is_told_once_to_each_contact_and_again_a_day_later():
    assert report(DEAD_KEY) == 2
    assert report(DEAD_KEY, now=NOW + HOUR) == 0
    assert report(DEAD_KEY, now=NOW + 24 * HOUR) == 2
    assert set(Notice.objects.values_list("template", "urgent", "person_id")) == {("HEALTH_ALARM", True, None)}


def test_an_alarm_ends_by_itself_and_comes_back_as_a_new_one():
    report(DEAD_KEY)
    report(now=NOW + HOUR)
    assert alarms.standing() == []
    assert [one.ended_at for one in alarms.ended(now=NOW + HOUR)] == [NOW + HOUR]
    assert report(DEAD_KEY, now=NOW + 2 * HOUR) == 2
    assert HealthAlarm.objects.count() == 2


def test_an_alarm_that_somebody_took_on_is_not_told_again(it_officer):
    report(DEAD_KEY)
    (alarm,) = alarms.standing()
    alarms.see(it_officer, alarm.id, now=NOW + HOUR)
    alarms.see(it_officer, alarm.id, now=NOW + 2 * HOUR)
    assert report(DEAD_KEY, now=NOW + 48 * HOUR) == 0
    assert alarms.standing()[0][-3:] == (it_officer.officer_id, NOW + HOUR, None)
    assert Act.objects.filter(verb="health_alarm.seen").count() == 1


def test_when_everything_fails_few_messages_go_out_at_once():
    many = [Finding("HEALTH_QUEUE_LATE", f"queue{n}") for n in range(12)]
    assert [report(*many, now=NOW + n * timedelta(minutes=1)) for n in range(4)] == [10, 10, 4, 0]


def test_nobody_on_duty_nobody_told_but_the_alarm_stands():
    assert alarms.report([DEAD_KEY], [], now=NOW) == 0
    assert [(one.kind, one.told) for one in alarms.standing()] == [("HEALTH_KEY_UNREACHABLE", 0)]


def test_taking_on_needs_the_right_and_an_alarm(it_officer):
    report(DEAD_KEY)
    clerk = get_actor(Officer.objects.get(pk=make_officer("clerk", make_office(), "facility_clerk")))
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        alarms.see(clerk, alarms.standing()[0].id, now=NOW)
    with pytest.raises(Refused, match="ALARM_UNKNOWN"):
        alarms.see(it_officer, 999_999, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM oversight_healthalarm",
        "UPDATE oversight_healthalarm SET kind = 'HEALTH_OTHER'",
        "UPDATE oversight_healthalarm SET raised_at = raised_at - interval '1 hour'",
        "UPDATE oversight_healthalarm SET told = 0, told_at = NULL",
        """INSERT INTO oversight_healthalarm (kind, subject, facts, raised_at, told)
        SELECT kind, subject, '{}', raised_at, 0 FROM oversight_healthalarm""",
    ],
)
def test_the_database_keeps_alarms_as_they_were_raised(change):
    report(DEAD_KEY)
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(change)


def test_what_has_ended_stays_ended():
    report(DEAD_KEY)
    report(now=NOW + HOUR)
    with pytest.raises(DatabaseError), transaction.atomic():
        HealthAlarm.objects.update(ended_at=None)


def test_all_of_it_as_the_applications_role(tmp_path, it_officer):
    call_command("grant_app_role", "vaxpass_app_tested")
    execute("SET LOCAL ROLE vaxpass_app_tested")
    health.note_probe(ProbeName.DISK, "", {"free_percent": 50}, now=NOW)
    read(tmp_path)
    assert report(DEAD_KEY) == 2
    alarms.see(it_officer, alarms.standing()[0].id, now=NOW)
    report(now=NOW + HOUR)
    execute("RESET ROLE")
