"""A unit that signs for another facility sees and signs its records; it does not change what they say."""

from dataclasses import replace as changed

import pytest

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.corrections import actions as corrections
from vaxpass.corrections.actions import Wish
from vaxpass.corrections.rules import Cause, Kind, Refusal
from vaxpass.offices import actions as offices
from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import facilities_in_scope, get_actor
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records import access, on_request, queries
from vaxpass.records import actions as records
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.replacing import replace_many
from vaxpass.records.states import State, Verb

pytestmark = pytest.mark.django_db
RIGHT = received(1, birth_date="1990-05-18")


def actor(username: str, office_id: int, *roles: str) -> Actor:
    return get_actor(Officer.objects.get(pk=make_officer(username, office_id, *roles)))


@pytest.fixture
def unit() -> int:
    """A facility that signs for another one."""
    unit, facility = make_office("40A02"), make_office()
    named = actor("officer", make_office("T40", "province"), "provincial_officer")
    offices.delegate_signing(named, facility_id=facility, signer_office_id=unit, now=NOW)
    return unit


@pytest.fixture
def clerk(unit: int) -> Actor:
    return actor("clerk", make_office(), "facility_clerk")


@pytest.fixture
def version_id(clerk: Actor) -> int:
    stored = receive([received()], Origin(clerk.office_id, clerk.officer_id, clerk.office_id, NOW)).version_ids[0]
    records.move([stored], Verb.REPORT_MISMATCH, now=NOW)
    return stored


def refused(code: str, call, *arguments, **named) -> None:
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    assert caught.value.code == code


def test_its_signer_sees_the_record(unit: int, version_id: int) -> None:
    signer = actor("signer", unit, "facility_signer")
    assert access.access_version(signer, version_id, purpose="sample", now=NOW).version_id == version_id


def test_its_clerk_sees_nothing_of_the_other_facility(unit: int, version_id: int) -> None:
    stranger = actor("stranger", unit, "facility_clerk")
    refused("RECORD_UNKNOWN", access.access_version, stranger, version_id, purpose="record", now=NOW)


@pytest.mark.parametrize("roles", [("facility_clerk",), ("facility_clerk", "facility_signer")])
def test_it_mends_nothing_there(unit: int, version_id: int, roles: tuple[str, ...]) -> None:
    stranger = actor("stranger", unit, *roles)
    refused("RECORD_UNKNOWN", records.replace, stranger, version_id, RIGHT, now=NOW)
    assert queries.get_versions([version_id])[0].state == State.MISMATCHED


def test_it_withdraws_nothing_there(unit: int, version_id: int) -> None:
    stranger = actor("stranger", unit, "facility_clerk", "facility_signer")
    refused("RECORD_UNKNOWN", records.withdraw, stranger, version_id, reason="ENTERED_TWICE", now=NOW)


def test_its_spreadsheet_replaces_nothing_there(unit: int, version_id: int) -> None:
    stranger = actor("stranger", unit, "facility_clerk", "facility_signer")
    result = replace_many(stranger, {version_id: RIGHT}, now=NOW, states={State.MISMATCHED})
    assert result.refused == {version_id: "RECORD_UNKNOWN"}


def test_its_signer_decides_no_correction_there(unit: int, clerk: Actor, version_id: int) -> None:
    report_id = corrections.ask(clerk, version_id, Wish(Kind.MEND, Cause.TYPED_WRONG, RIGHT), now=NOW)
    head = actor("head", unit, "facility_head")
    refused("CORRECTION_UNKNOWN", corrections.accept, head, report_id, now=NOW)
    refused("CORRECTION_UNKNOWN", corrections.refuse, head, report_id, Refusal.PROOF_BLURRED, now=NOW)
    asker = on_request.Asker(clerk.officer_id, clerk.office_id)
    refused("RECORD_UNKNOWN", on_request.replace, head, version_id, RIGHT, asker=asker, now=NOW)


def test_the_own_facility_still_mends(clerk: Actor, version_id: int) -> None:
    assert records.replace(clerk, version_id, RIGHT, now=NOW) != version_id


def test_what_was_signed_while_somebody_typed_is_not_mended(clerk: Actor, version_id: int) -> None:
    refused(
        "VERB_NOT_IN_STATE", records.replace, clerk, version_id, RIGHT, now=NOW, states={State.VERIFIED, State.EXEMPT}
    )


@pytest.mark.parametrize("kind", [OfficeKind.COMMUNE, OfficeKind.PROVINCE])
def test_an_office_without_its_code_reaches_nobody(clerk: Actor, kind: str) -> None:
    """Every office without a code would otherwise be its neighbour."""
    make_office("40A09", province_code="")
    office = actor("lost", make_office("LOST", kind, province_code="", commune_code=""))
    assert not facilities_in_scope(office).exists()


def test_a_commune_without_its_code_reaches_nobody(clerk: Actor) -> None:
    assert (
        not facilities_in_scope(changed(clerk, office_kind="commune", commune_code=""))
        .exclude(pk=clerk.office_id)
        .exists()
    )
