"""A facility with a clerk, two signers who may also enter doses, registered certificates, and doses that wait."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.factories import NOW, make_office, make_officer, received
from vaxpass import wiring
from vaxpass.adapters.signing.files import DEMO_PIN
from vaxpass.console.demo_keys import make_demo_keys
from vaxpass.console.demo_offices import DemoOfficer
from vaxpass.facility_signing import actions, queries
from vaxpass.facility_signing.credentials import Registration, register_credential
from vaxpass.facility_signing.facts import Verdict
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.records.actions import move
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb

SIGNERS = (
    DemoOfficer("signer", "Người ký", "40A01", "facility_signer"),
    DemoOfficer("second", "Người ký hai", "40A01", "facility_signer"),
    DemoOfficer("central", "Người ký tỉnh", "T40", "provincial_signer"),
)


@pytest.fixture(scope="session")
def key_time():
    """When the certificates were made and registered; the journeys, which live today, say otherwise."""
    return NOW


@pytest.fixture(scope="session")
def demo_keys(tmp_path_factory, key_time):
    return make_demo_keys(tmp_path_factory.mktemp("keys"), key_time, SIGNERS)


def actor_of(officer_id):
    return get_actor(Officer.objects.get(pk=officer_id))


def store(facility, officer, count, *, first=1, verb=Verb.CONFIRM_IDENTITY):
    """Store doses that an officer entered and that wait for a signer; give their version ids."""
    origin = Origin(facility, officer, facility, NOW)
    ids = sorted(receive([received(n) for n in range(first, first + count)], origin).version_ids.values())
    move(ids, verb, now=NOW)
    return ids


@dataclass
class House:
    """The facility and its people."""

    facility: int
    province: int
    clerk: int
    signer: int
    second: int
    central: int
    admin: int
    keys: object
    credentials: dict[str, int]
    at: datetime = NOW

    def actor(self, name="signer"):
        return actor_of(getattr(self, name))

    def store(self, count, *, by="clerk", first=1, verb=Verb.CONFIRM_IDENTITY):
        return store(self.facility, getattr(self, by), count, first=first, verb=verb)

    def prepare(self, name="signer"):
        return actions.prepare_batch(self.actor(name), self.facility, now=NOW)

    def read_sample(self, batch, name="signer"):
        for one in queries.sample_of(batch.id):
            actions.judge_sampled(self.actor(name), batch.id, one.version_id, Verdict.RIGHT, now=NOW)

    def sign(self, batch, name="signer", *, pin=DEMO_PIN, open_key=None, credential=None, now=None):
        return actions.sign_batch(
            self.actor(name),
            batch.id,
            credential_id=credential or self.credentials[name],
            open_key=open_key or (lambda place: wiring.open_facility_key(place, pin)),
            anchors=wiring.facility_anchors(),
            now=now or self.at,
        )

    def signed_batch(self, count=3, **stored):
        self.store(count, **stored)
        batch = self.prepare()
        self.read_sample(batch)
        return self.sign(batch)


def register(house_keys, registrar, officers, now):
    return {
        signer.username: register_credential(
            actor_of(registrar),
            Registration(officers[signer.username], "pkcs12", signer.reference, signer.certificates_pem),
            wiring.facility_anchors(),
            now=now,
        )
        for signer in house_keys.signers
    }


@pytest.fixture
def house(db, demo_keys, key_time, settings):
    settings.KEY_DIR = Path(demo_keys.folder)
    facility = make_office()
    province = make_office("T40", "province")
    ministry = make_office("BYT", "ministry")
    people = {
        "clerk": make_officer("clerk", facility, "facility_clerk"),
        "signer": make_officer("signer", facility, "facility_signer", "facility_clerk"),
        "second": make_officer("second", facility, "facility_signer"),
        "central": make_officer("central", province, "provincial_signer"),
        "admin": make_officer("admin", ministry, "system_administrator"),
    }
    credentials = register(demo_keys, people["admin"], people, key_time)
    return House(facility=facility, province=province, keys=demo_keys, credentials=credentials, at=key_time, **people)
