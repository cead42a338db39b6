"""Officers of the ministry, and lists of synthetic countries."""

from dataclasses import dataclass

import pytest

from packages.vaxproof.tests.pki import Party, did_list, did_method, party
from tests.factories import make_office, make_officer
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor


@dataclass(frozen=True)
class Desk:
    """Two who propose, two who accept, one who does both, one who does neither."""

    operator: Actor
    approver: Actor
    both: Actor
    inspector: Actor


@pytest.fixture
def desk(db: None) -> Desk:
    office = make_office("BYT", "ministry")

    def actor(name: str, *roles: str) -> Actor:
        return get_actor(Officer.objects.get(pk=make_officer(name, office, *roles)))

    return Desk(
        actor("operator", "ministry_operator"),
        actor("approver", "ministry_approver"),
        actor("both", "ministry_operator", "ministry_approver"),
        actor("inspector", "ministry_inspector"),
    )


@dataclass(frozen=True)
class Country:
    """An authority and three signers below it, in a list of WHO's form."""

    authority: Party
    signers: tuple[Party, ...]

    def methods(self) -> list[dict[str, object]]:
        return [did_method(signer, self.authority) for signer in self.signers]


@pytest.fixture(scope="session")
def germany() -> Country:
    authority = party("CSCA DE", authority=True)
    return Country(authority, tuple(party(f"DSC {number}", above=authority) for number in range(3)))


@pytest.fixture(scope="session")
def who(germany: Country) -> bytes:
    """The list, with one entry beside that is refused."""
    wrong = did_method(germany.signers[0], germany.authority, participant={"code": "#FRA"})
    return did_list([*germany.methods(), wrong])
