"""Citizens whose records stand at every step of the way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.factories.signing import Key, Ministry, attested_person, make_key, make_ministry, sign_and_record
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.desks.citizen.guard import SESSION_KEY
from vaxpass.ministry_signing import actions as runs
from vaxpass.ministry_signing import preparing
from vaxpass.ministry_signing.rules import RunScope
from vaxpass.passports import queries
from vaxpass.passports.facts import PassportFacts
from vaxpass.records.series import people_of

TODAY = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def ministry(db: None) -> Ministry:
    return make_ministry()


@pytest.fixture
def key() -> Key:
    return make_key()


def person_of(version_id: int) -> int:
    return people_of([version_id])[version_id]


def issue(ministry: Ministry, key: Key, now: datetime = TODAY) -> list[PassportFacts]:
    """Let the ministry sign what is attested, today: a passport of the factories' time has expired long ago."""
    run_id = runs.ask_for_run(ministry.operator, RunScope(limit=1_000), now=now)
    preparing.fix_key(run_id, key, "Bộ Y tế", now=now)
    while preparing.prepare_chunk(run_id, now=now, size=2_000):
        pass
    sign_and_record(runs.approve(ministry.approver, run_id, now=now), key, now=now)
    return queries.facts_of(list(queries.passports().order_by("pk")))


@pytest.fixture
def passport(ministry: Ministry, key: Key) -> PassportFacts:
    attested_person(ministry, 1)
    return issue(ministry, key)[0]


def citizen_of(*person_ids: int, ago: timedelta = timedelta(minutes=1)) -> Citizen:
    return Citizen(frozenset(person_ids), Proof.PHONE, datetime.now(UTC) - ago)


def visit(client: Client, *person_ids: int) -> Client:
    """Let a browser be one of a citizen who showed to be these people."""
    session = client.session
    session[SESSION_KEY] = citizen_of(*person_ids).to_session()
    session.save()
    return client
