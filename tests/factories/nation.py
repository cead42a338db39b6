"""A small nation straight in rows: offices of both lists of units, and doses anywhere on their way."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection

from tests.factories import NOW, make_office
from vaxpass.passports.models import Passport
from vaxpass.records.models import DoseVersion, History, Identity, Person, VersionState
from vaxpass.records.states import State

REASONS = {State.MISMATCHED: ("NAME_DIFFERS", "BIRTH_DATE_DIFFERS"), State.INCOMPLETE: ("NO_NUMBER",)}


@dataclass(frozen=True)
class Nation:
    """Ids of facilities by code, and the offices above them."""

    facilities: dict[str, int]
    ministry: int
    department: int


def make_nation(random: Random) -> Nation:
    """Offices in provinces that merged on 1/7/2025 and others, one closed, one without a place, one of the ministry."""
    facilities = {}
    for province in ("02", "08", "10", "15", "40"):
        for number in range(random.randint(1, 3)):
            code = f"{province}A{number:02d}"
            places = {"district_code": f"{province}{number % 2}", "commune_code": f"{province}00{number % 2}"}
            where = {} if random.random() < 0.2 else places
            facilities[code] = make_office(code, province_code=province, **where)
    facilities["BM01"] = make_office("BM01", facility_class="ministry", province_code="40")
    facilities["XX01"] = make_office("XX01", facility_class="sector", province_code="")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE offices_office SET closed_on = '2022-01-01' WHERE code = 'XX01'")
        cursor.execute("DELETE FROM offices_placement WHERE office_id = %s", [facilities["BM01"]])
    return Nation(facilities, make_office("BYT", "ministry"), make_office("T40", "province"))


def add_doses(nation: Nation, random: Random, *, people: int = 30, now: datetime = NOW) -> None:
    """Give each person one to three doses at any facility, each in any state, some mended, some with passports."""
    first = (Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    made = Person.objects.bulk_create(
        Person(key=f"synthetic {number}".encode(), created_at=now) for number in range(first, first + people)
    )
    identities = Identity.objects.bulk_create(_identity(person, now) for person in made)
    for identity in identities:
        for number in range(random.randint(1, 3)):
            _add_dose(nation, random, identity, date(2021, 9, 1) + timedelta(days=30 * number), now)


def _identity(person: Person, now: datetime) -> Identity:
    return Identity(
        person=person, digest=b"d", full_name="Nguyễn Thị Hường", name_folded="nguyen thi huong", sex=2,
        birth_date="1990", nationality="VN", number_kind=1, number_sealed=b"", number_key=b"", phone_sealed=b"",
        phone_key=b"", address_sealed=b"", created_at=now,
    )  # fmt: skip


def _add_dose(nation: Nation, random: Random, identity: Identity, day: date, now: datetime) -> None:
    facility = random.choice(list(nation.facilities.values()))
    entered = now - timedelta(hours=random.randint(1, 4000))
    old = None
    if random.random() < 0.2:
        old = _add_version(identity, facility, day, State.REPLACED, entered)
    state = random.choice(list(State))
    version = _add_version(identity, facility, day, state, entered, replaces=old, random=random)
    if state is State.CERTIFIED and not Passport.objects.filter(person_id=identity.person_id).exists():
        _add_passport(version, identity.person_id, facility, now)


def _add_version(
    identity: Identity,
    facility: int,
    day: date,
    state: State,
    entered: datetime,
    *,
    replaces: int | None = None,
    random: Random | None = None,
) -> int:
    version = DoseVersion.objects.create(
        dose_id=0, person_id=identity.person_id, identity=identity, facility_id=facility, product="EU/1/20/1528",
        given_on=day, entered_by_id=1, entered_at=entered, replaces_id=replaces,
    )  # fmt: skip
    reason = random.choice(REASONS.get(state, ("",))) if random else ""
    VersionState.objects.create(
        version_id=version.pk, person_id=identity.person_id, facility_id=facility, given_on=day, state=state,
        reason=reason, since=entered + timedelta(minutes=30),
    )  # fmt: skip
    if state in (State.ATTESTED, State.CERTIFIED):
        _add_step(version.pk, "attest", State.ATTESTED, entered + timedelta(hours=2))
    if state is State.CERTIFIED:
        _add_step(version.pk, "certify", State.CERTIFIED, entered + timedelta(hours=3))
    return version.pk


def _add_step(version_id: int, verb: str, to: State, at: datetime) -> None:
    serial = version_id * 100 + int(to)
    History.objects.create(id=serial, at=at, version_id=version_id, verb=verb, to_state=to)


def _add_passport(version_id: int, person_id: int, facility: int, now: datetime) -> None:
    Passport.objects.create(
        id=version_id, uvci=f"URN:UVCI:01:VN:T{version_id}", person_id=person_id, disease="840539006",
        version_id=version_id, facility_id=facility, dose_number=1, series_size=1, kid=b"k", algorithm="ES256",
        cose=b"c", issued_at=now, expires_at=now + timedelta(days=364),
        recorded_at=now - timedelta(days=version_id % 5), status=1, status_since=now,
    )  # fmt: skip
