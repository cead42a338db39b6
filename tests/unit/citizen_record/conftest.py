"""Citizens whose records stand at every step of the way."""

import pytest
from django.test import Client

from tests.factories.citizens import citizen_of, issue
from tests.factories.signing import Key, Ministry, attested_person, make_key, make_ministry
from vaxpass.desks.citizen.guard import SESSION_KEY
from vaxpass.passports.facts import PassportFacts
from vaxpass.records.series import people_of


@pytest.fixture
def ministry(db: None) -> Ministry:
    return make_ministry()


@pytest.fixture
def key() -> Key:
    return make_key()


def person_of(version_id: int) -> int:
    return people_of([version_id])[version_id]


@pytest.fixture
def passport(ministry: Ministry, key: Key) -> PassportFacts:
    attested_person(ministry, 1)
    return issue(ministry, key)[0]


def visit(client: Client, *person_ids: int) -> Client:
    """Let a browser be one of a citizen who showed to be these people."""
    session = client.session
    session[SESSION_KEY] = citizen_of(*person_ids).to_session()
    session.save()
    return client
