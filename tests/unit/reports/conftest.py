"""Offices of two provinces, their officers, a citizen with two doses at two facilities, and reports about them."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records import actions as records
from vaxpass.records import queries as record_queries
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb
from vaxpass.reports.evidence import Evidence, SourceType
from vaxpass.reports.rules import Claimed, Filing, ReporterProof, Wrong

PHONE = "0900000001"


def refusal(call, *arguments, **named):
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    return caught.value.code


def officer(name: str, office: int, *roles: str) -> Actor:
    return get_actor(Officer.objects.get(pk=make_officer(name, office, *roles)))


def picture(content: bytes = b"jpeg") -> Evidence:
    return Evidence(content, 640, 480, SourceType.JPEG)


@dataclass(frozen=True)
class Offices:
    facility: int
    other: int
    commune: int
    district: int
    province: int
    elsewhere: int
    ministry: int


@dataclass(frozen=True)
class People:
    clerk: Actor
    colleague: Actor
    head: Actor
    other_clerk: Actor
    commune: Actor
    district: Actor
    province: Actor
    province_colleague: Actor
    elsewhere: Actor
    operator: Actor
    inspector: Actor
    support: Actor


@pytest.fixture
def offices() -> Offices:
    return Offices(
        facility=make_office("40A01", district_code="401", commune_code="00001"),
        other=make_office("40B02", district_code="402"),
        commune=make_office("40X01", "commune", commune_code="00009", district_code="401"),
        district=make_office("H401", "district", district_code="401"),
        province=make_office("T40", "province"),
        elsewhere=make_office("T01", "province", province_code="01"),
        ministry=make_office("BYT", "ministry"),
    )


@pytest.fixture
def people(offices: Offices) -> People:
    return People(
        clerk=officer("clerk", offices.facility, "facility_clerk"),
        colleague=officer("colleague", offices.facility, "facility_clerk"),
        head=officer("head", offices.facility, "facility_head"),
        other_clerk=officer("other", offices.other, "facility_clerk"),
        commune=officer("commune", offices.commune, "commune_officer"),
        district=officer("district", offices.district, "district_officer"),
        province=officer("province", offices.province, "provincial_officer"),
        province_colleague=officer("province2", offices.province, "provincial_officer"),
        elsewhere=officer("elsewhere", offices.elsewhere, "provincial_officer"),
        operator=officer("operator", offices.ministry, "ministry_operator"),
        inspector=officer("inspector", offices.ministry, "ministry_inspector"),
        support=officer("support", make_office("CN40", "support"), "support_agent"),
    )


def enter(actor: Actor, facility: int, *doses, verb: Verb | None = Verb.CONFIRM_IDENTITY) -> list[int]:
    ids = list(receive(doses, Origin(facility, actor.officer_id, facility, NOW)).version_ids.values())
    if verb is not None:
        records.move(ids, verb, now=NOW)
    return ids


@dataclass(frozen=True)
class Citizen:
    person_id: int
    first: int
    second: int

    def filing(self, *wrongs: Wrong, **columns) -> Filing:
        claimed = Claimed(**{name: columns.pop(name) for name in [*columns] if name in Claimed.__slots__})
        base = Filing(
            wrongs, claimed, ReporterProof.PHONE, "Nguyễn Thị Hường", PHONE, version_id=self.first,
            person_ids=(self.person_id,), province_code="40",
        )  # fmt: skip
        return replace(base, **columns)


@pytest.fixture
def citizen(offices: Offices, people: People) -> Citizen:
    """The first dose at the facility, the second at the other one."""
    (first,) = enter(people.clerk, offices.facility, received(1, phone=PHONE))
    second_dose = received(1, phone=PHONE, given_on=date(2021, 10, 1), dose_number=2)
    (second,) = enter(people.other_clerk, offices.other, second_dose)
    return Citizen(version(first).person_id, first, second)


def version(version_id: int):
    return record_queries.get_versions([version_id])[0]


def stranger(*wrongs: Wrong, **columns) -> Filing:
    named = {"full_name": "Nguyễn Thị Hường", "birth_date": "17/05/1990"}
    visitor = columns.pop("visitor", "")
    named |= {name: columns.pop(name) for name in [*columns] if name in Claimed.__slots__}
    base = Filing(
        wrongs, Claimed(**named), ReporterProof.NEW_PHONE, "Người lạ", "0911111111", province_code="40", address=visitor
    )
    return replace(base, **columns)
