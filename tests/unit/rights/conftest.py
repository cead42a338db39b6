from dataclasses import dataclass

import pytest

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.scope import Actor
from vaxpass.records.facts import Origin
from vaxpass.records.queries import get_versions
from vaxpass.records.receiving import receive


@dataclass(frozen=True)
class Desk:
    """A data-protection officer, another officer of the ministry, a citizen with one dose, and a stranger."""

    officer: Actor
    operator: Actor
    citizen: Citizen
    stranger: Citizen
    version_id: int
    facility_id: int


@pytest.fixture
def desk(db: None) -> Desk:
    facility, ministry = make_office(), make_office("BYT", "ministry")
    clerk = make_officer("clerk", facility, "facility_clerk")
    people = []
    for serial in (1, 2):
        (version,) = receive([received(serial)], Origin(facility, clerk, facility, NOW)).version_ids.values()
        people.append(get_versions([version])[0])
    return Desk(
        get_actor_by_id(make_officer("dpo", ministry, "data_protection_officer")),
        get_actor_by_id(make_officer("operator", ministry, "ministry_operator")),
        Citizen(frozenset({people[0].person_id}), Proof.PHONE, NOW),
        Citizen(frozenset({people[1].person_id}), Proof.PHONE, NOW),
        people[0].version_id,
        facility,
    )
