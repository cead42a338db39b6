"""When something of the system is not well: one thing wrong, one finding; bounds to the second."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW
from vaxpass.oversight.health_facts import (
    Certificate,
    CertificateKind,
    DatabaseFacts,
    Health,
    MessageFacts,
    PopulationFacts,
    ProbeFacts,
    ProbeName,
    PublicationFacts,
    QueueFacts,
    WorkerFacts,
)
from vaxpass.oversight.health_rules import KINDS, findings, troubled

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
WELL = Health(
    at=NOW,
    database=DatabaseFacts(1_000_000, timedelta(0), ()),
    workers=WorkerFacts(2, 2, NOW),
    queues=(QueueFacts("intake", 3, 1, 1, 0, 0, NOW - MINUTE),),
    probes={
        ProbeName.MINISTRY_KEY: ProbeFacts(ProbeName.MINISTRY_KEY, NOW, "", NOW, {}),
        ProbeName.DISK: ProbeFacts(ProbeName.DISK, NOW, "", NOW, {"free_percent": 10}),
    },
    certificates=(Certificate(CertificateKind.DSC, "ab", NOW + 91 * DAY, used=True),),
    credentials_ending={7: 0, 30: 4, 90: 9},
    population=PopulationFacts(5, None, 100, 50, 1_000, 100),
    publications=(PublicationFacts("trust-list", NOW, NOW + DAY, ""),),
    messages=(MessageFacts("sms", 3, NOW - MINUTE, None, "", 90, 5, 5),),
    bounces_open=7,
    tally_at=NOW - 15 * MINUTE,
    tally_took=80 * SECOND,
    monitor_alarms=0,
)
QUEUE, WAY, LINE = WELL.queues[0], WELL.messages[0], WELL.population
PROBE = WELL.probes[ProbeName.MINISTRY_KEY]


def probed(name=ProbeName.MINISTRY_KEY, **changed):
    return {"probes": {name: replace(PROBE, name=name, **changed)}}


def certificate(ends, *, used=True):
    return {"certificates": (Certificate(CertificateKind.DSC, "ab", ends, used=used),)}


WRONG = [
    ({"workers": WorkerFacts(0, 2, NOW - MINUTE)}, "HEALTH_WORKERS_SILENT", ""),
    ({"workers": WorkerFacts(1, 2, NOW)}, "HEALTH_WORKERS_TOO_FEW", ""),
    ({"queues": (replace(QUEUE, oldest_due=NOW - 15 * MINUTE - SECOND),)}, "HEALTH_QUEUE_LATE", "intake"),
    ({"queues": (replace(QUEUE, failed=1),)}, "HEALTH_JOBS_FAILED", "intake"),
    ({"queues": (replace(QUEUE, abandoned=1),)}, "HEALTH_JOBS_ABANDONED", "intake"),
    (probed(code="SIGNING_TOKEN_ABSENT"), "HEALTH_KEY_UNREACHABLE", "ministry_key"),
    (probed(at=NOW - 30 * MINUTE - SECOND), "HEALTH_PROBE_LATE", "ministry_key"),
    (probed(ProbeName.CERTIFICATES, code="HEALTH_PROBE_FAILED"), "HEALTH_CERTIFICATES_UNREADABLE", ""),
    (probed(ProbeName.DISK, facts={"free_percent": 9}), "HEALTH_DISK_LOW", ""),
    (certificate(NOW + 90 * DAY), "HEALTH_CERTIFICATE_ENDS", "DSC/ab/90"),
    (certificate(NOW + 30 * DAY), "HEALTH_CERTIFICATE_ENDS", "DSC/ab/30"),
    (certificate(NOW + 7 * DAY), "HEALTH_CERTIFICATE_ENDS", "DSC/ab/7"),
    (certificate(NOW), "HEALTH_CERTIFICATE_ENDED", "DSC/ab"),
    ({"credentials_ending": {7: 1, 30: 4, 90: 9}}, "HEALTH_CREDENTIALS_END", ""),
    ({"population": replace(LINE, paused_until=NOW + SECOND)}, "HEALTH_POPULATION_PAUSED", ""),
    ({"population": replace(LINE, paused_until=NOW - SECOND, waiting=1)}, "HEALTH_POPULATION_PAUSED", ""),
    ({"population": replace(LINE, silent_hour=51)}, "HEALTH_POPULATION_SILENT", ""),
    (
        {"publications": (PublicationFacts("trust-list", NOW, NOW, "PUBLICATION_OVERDUE"),)},
        "HEALTH_LIST_LATE",
        "trust-list",
    ),
    ({"messages": (replace(WAY, paused_until=NOW + SECOND),)}, "HEALTH_MESSAGES_PAUSED", "sms"),
    ({"messages": (replace(WAY, due_since=NOW - 15 * MINUTE - SECOND),)}, "HEALTH_MESSAGES_LATE", "sms"),
    ({"messages": (replace(WAY, sent=79, failed=20, expired=1),)}, "HEALTH_MESSAGES_FAIL", "sms"),
    ({"tally_at": NOW - 15 * MINUTE - SECOND}, "HEALTH_TALLY_OLD", ""),
    ({"tally_took": 81 * SECOND}, "HEALTH_TALLY_SLOW", ""),
    ({"monitor_alarms": 1}, "HEALTH_MONITOR_ALARMS", ""),
    ({"database": replace(WELL.database, lacking_months=("records_history",))}, "HEALTH_MONTHS_LACKING", ""),
    ({"database": replace(WELL.database, clock_ahead=-3 * SECOND)}, "HEALTH_CLOCK_OFF", ""),
]


def test_at_its_bounds_everything_is_well():
    assert findings(WELL) == []


@pytest.mark.parametrize(("wrong", "kind", "subject"), WRONG)
def test_one_thing_wrong_one_finding(wrong, kind, subject):
    (found,) = findings(replace(WELL, **wrong))
    assert (found.kind, str(found.subject)) == (kind, subject)


def test_every_kind_is_tried_here():
    assert {kind for _, kind, _ in WRONG} == set(KINDS)


@pytest.mark.parametrize(
    "fine",
    [
        certificate(NOW - DAY, used=False),
        {"population": replace(LINE, asked_hour=19, silent_hour=19)},
        {"population": replace(LINE, paused_until=NOW, waiting=0)},
        {"messages": (replace(WAY, sent=0, failed=19, expired=0),)},
        {"messages": (replace(WAY, due_since=None, waiting=10_000),)},
        {"probes": {}},
        {"tally_at": None},
    ],
)
def test_what_says_nothing_raises_nothing(fine):
    assert findings(replace(WELL, **fine)) == []


def test_what_troubles_which_part_that_people_know():
    sick = replace(WELL, population=replace(LINE, paused_until=NOW + SECOND), monitor_alarms=3)
    assert [part for part, is_troubled in troubled(findings(sick)).items() if is_troubled] == ["identity"]
