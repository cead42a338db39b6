"""A facility with doses, its officers, two provinces, the ministry's inspectors."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.inspections.rules import QUESTIONS, SUBJECTS, Population, Wish
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records import actions as records
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb

LATER = NOW + timedelta(days=3)


def refusal(call, *arguments, **named):
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    return caught.value.code


def officer(name: str, office: int, *roles: str) -> Actor:
    return get_actor(Officer.objects.get(pk=make_officer(name, office, *roles)))


@dataclass(frozen=True)
class Scene:
    facility: int
    other: int
    elsewhere: int
    province: int
    ministry: int
    clerk: Actor
    head: Actor
    second_head: Actor
    other_head: Actor
    provincial: Actor
    colleague: Actor
    hanoi: Actor
    inspector: Actor
    second: Actor
    versions: list[int]

    def wish(self, **columns) -> Wish:
        """Twelve doses were entered on the day of NOW; the inspection begins three days later."""
        population = columns.get("population", Population.RECORDS)
        first = Wish(
            title="Kiểm tra tháng 4",
            population=population,
            since=date(2022, 4, 14),
            until=date(2022, 4, 16),
            size=5,
            due_on=date(2022, 5, 20),
            office_id=self.facility,
            questions=QUESTIONS[SUBJECTS[population]],
        )
        return replace(first, **columns)


@pytest.fixture
def scene() -> Scene:
    facility, other = make_office("40A01"), make_office("40B02")
    elsewhere = make_office("01A01", province_code="01")
    province, hanoi = make_office("T40", "province"), make_office("T01", "province", province_code="01")
    ministry = make_office("BYT", "ministry")
    clerk = officer("clerk", facility, "facility_clerk")
    for where, first, count in ((facility, 1, 12), (other, 101, 3), (elsewhere, 201, 3)):
        doses = [received(first + n) for n in range(count)]
        ids = list(receive(doses, Origin(where, clerk.officer_id, where, NOW)).version_ids.values())
        records.move(ids, Verb.CONFIRM_IDENTITY, now=NOW)
        if where == facility:
            versions = ids
    return Scene(
        facility,
        other,
        elsewhere,
        province,
        ministry,
        clerk,
        officer("head", facility, "facility_head"),
        officer("head2", facility, "facility_head"),
        officer("otherhead", other, "facility_head"),
        officer("province", province, "provincial_officer"),
        officer("province2", province, "provincial_officer"),
        officer("hanoi", hanoi, "provincial_officer"),
        officer("inspector", ministry, "ministry_inspector"),
        officer("inspector2", ministry, "ministry_inspector"),
        versions,
    )
