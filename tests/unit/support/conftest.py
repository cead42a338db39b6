"""A facility in a province with a branch, another one without; agents, the ministry's IT officers, one record."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.factories import NOW as ENTERED
from tests.factories import make_office, make_officer, received
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.support import actions, queries
from vaxpass.support.rules import Kind, NewDifficulty, Urgency

NOW = datetime(2022, 4, 20, 2, 0, tzinfo=UTC)  # Wednesday, 9 o'clock in Hanoi
NUMBER = "040190000001"


def refusal(call, *arguments, **named) -> str:
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    return caught.value.code


@dataclass(frozen=True)
class Desk:
    clerk: Actor
    colleague: Actor
    stranger: Actor
    far_clerk: Actor
    agent: Actor
    colleague_agent: Actor
    hanoi_agent: Actor
    it: Actor
    it_colleague: Actor
    operator: Actor
    branch: int
    facility: int
    ministry: int
    version_id: int


@pytest.fixture
def desk(db: None) -> Desk:
    facility, far = make_office("40A01"), make_office("52A01", province_code="52")
    branch, hanoi = (
        make_office("CN40", "support", province_code="40"),
        make_office("CN01", "support", province_code="01"),
    )
    ministry = make_office("BYT", "ministry")

    def officer(name: str, office: int, role: str) -> Actor:
        return get_actor_by_id(make_officer(name, office, role))

    clerk = officer("clerk", facility, "facility_clerk")
    origin = Origin(facility, clerk.officer_id, facility, ENTERED)
    (version_id,) = receive([received(1)], origin).version_ids.values()
    return Desk(
        clerk=clerk,
        colleague=officer("colleague", facility, "facility_head"),
        stranger=officer("stranger", make_office("40B02"), "facility_clerk"),
        far_clerk=officer("far", far, "facility_clerk"),
        agent=officer("agent", branch, "support_agent"),
        colleague_agent=officer("agent2", branch, "support_agent"),
        hanoi_agent=officer("hanoi", hanoi, "support_agent"),
        it=officer("it", ministry, "it_officer"),
        it_colleague=officer("it2", ministry, "it_officer"),
        operator=officer("operator", ministry, "ministry_operator"),
        branch=branch,
        facility=facility,
        ministry=ministry,
        version_id=version_id,
    )


def told(**changes) -> NewDifficulty:
    columns = {
        "kind": Kind.SIGNING,
        "urgency": Urgency.HINDERED,
        "subject": "Không ký được lô",
        "text": "Bấm ký thì báo mã PIN sai.",
        "page": "facility:batch",
        "code": "PIN_WRONG",
    }
    return NewDifficulty(**{**columns, **changes})


def opened(actor: Actor, *, now: datetime = NOW, **changes) -> int:
    return actions.open_difficulty(actor, told(**changes), now=now)


def seen(actor: Actor, difficulty_id: int) -> int:
    return queries.read_difficulty(actor, difficulty_id, now=NOW).standing.last_step
