import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from vaxproof.log.merkle import leaf_hash

from tests.factories import NOW, make_office, make_officer, received
from tests.factories.signing import DAYS, Key, Ministry, approved_run, attest, attested_person, enter, sign_and_record
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Refused
from vaxpass.passports import queries
from vaxpass.passports.access import access_passport
from vaxpass.passports.actions import revoke_of_versions
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.rules import LeafKind, Revocation, Shown, Status, leaf_bytes, leaf_hash_of, shown_status
from vaxpass.records import actions as records
from vaxpass.records.facts import Origin
from vaxpass.records.queries import get_versions, looks_at
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb

LATER = NOW + timedelta(days=2)


@pytest.fixture
def versions(ministry: Ministry) -> list[int]:
    return attested_person(ministry, 1)


@pytest.fixture
def passport(ministry: Ministry, key: Key, versions: list[int]) -> PassportFacts:
    sign_and_record(approved_run(ministry, key)[1], key)
    (found,) = queries.facts_of(list(queries.passports()))
    return found


# Log ----------------------------------------------------------------------------------------------------------------


def test_the_leaf_is_canonical_json_that_the_holder_can_compute(passport: PassportFacts) -> None:
    (leaf,) = queries.leaves_of(passport.id)
    members = {
        "cose": sha256(passport.cose).hexdigest(),
        "day": NOW.date().isoformat(),
        "kid": passport.kid.hex(),
        "kind": "issue",
    }
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    assert leaf.hash == leaf_hash(canonical)
    assert leaf_bytes(leaf.digest, LeafKind(leaf.kind), leaf.kid, leaf.day) == canonical


def test_a_leaf_differs_in_each_of_its_members() -> None:
    base = (b"\1" * 32, LeafKind.ISSUE, b"\2" * 8, date(2022, 4, 15))
    others = [
        (b"\3" * 32, *base[1:]),
        (base[0], LeafKind.REVOKE, *base[2:]),
        (*base[:2], b"\4" * 8, base[3]),
        (*base[:3], date(2022, 4, 16)),
    ]
    assert len({leaf_hash_of(*members) for members in [base, *others]}) == 5


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE passports_logleaf SET digest = hash", "only ever appended"),
        ("DELETE FROM passports_logleaf", "only ever appended"),
        ("UPDATE passports_logcounter SET size = size - 1", "the log only grows"),
        ("DELETE FROM passports_logcounter", "the log only grows"),
        ("INSERT INTO passports_logcounter (id, size) VALUES (2, 0)", "one_log"),
        ("UPDATE passports_passport SET cose = ''", "a signed passport never changes"),
        ("UPDATE passports_passport SET expires_at = expires_at + interval '1 day'", "a signed passport never changes"),
        ("DELETE FROM passports_passport", "only ever appended"),
        ("UPDATE passports_passport SET status = 4", "passport_status_known"),
    ],
)
def test_the_database_refuses_a_change(passport: PassportFacts, statement: str, message: str) -> None:
    _refused_in_sql(statement, message)


_COPY_WITH = """
CREATE TEMPORARY TABLE another ON COMMIT DROP AS SELECT * FROM passports_passport;
UPDATE another SET id = id + 1, {};
INSERT INTO passports_passport SELECT * FROM another;
"""


@pytest.mark.parametrize(
    ("change", "constraint"), [("uvci = 'X'", "one_live_passport"), ("person_id = 0", "passport_uvci_once")]
)
def test_a_second_live_passport_or_the_same_identifier_is_refused(
    passport: PassportFacts, change: str, constraint: str
) -> None:
    _refused_in_sql(_COPY_WITH.format(change), constraint)


def _refused_in_sql(statement: str, message: str) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# Revoking -----------------------------------------------------------------------------------------------------------


def test_replacing_any_counted_dose_revokes_with_a_leaf(passport: PassportFacts, versions: list[int]) -> None:
    records.move_all(versions[:1], Verb.REPLACE, now=LATER)
    assert revoke_of_versions(versions[:1], reason=Revocation.DOSE_REPLACED, now=LATER) == [passport.id]
    revoked = queries.find_passport(passport.id)
    assert revoked is not None
    assert (revoked.status, revoked.status_reason, revoked.status_since) == (Status.REVOKED, "DOSE_REPLACED", LATER)
    issue, revoke = queries.leaves_of(passport.id)
    assert (revoke.position, revoke.kind, revoke.digest) == (1, LeafKind.REVOKE, issue.digest)
    assert queries.log_size() == 2


def test_revoking_twice_changes_nothing(passport: PassportFacts, versions: list[int]) -> None:
    revoke_of_versions(versions, reason=Revocation.DOSE_REPLACED, now=LATER)
    assert revoke_of_versions(versions, reason=Revocation.REPORT_ACCEPTED, now=LATER) == []
    assert queries.log_size() == 2


def test_a_version_that_no_passport_counts_revokes_nothing(
    ministry: Ministry, passport: PassportFacts, versions: list[int]
) -> None:
    waiting = enter(ministry, 1, date(2022, 2, 10))
    assert revoke_of_versions([waiting], reason=Revocation.DOSE_REPLACED, now=LATER) == []
    assert queries.live_passport_of(passport.person_id) == passport


def test_after_a_mended_dose_the_next_run_gives_the_right_passport(
    ministry: Ministry, key: Key, passport: PassportFacts, versions: list[int]
) -> None:
    records.move_all(versions[:1], Verb.REPLACE, now=LATER)
    revoke_of_versions(versions[:1], reason=Revocation.DOSE_REPLACED, now=LATER)
    assert sign_and_record(_no_chunks(ministry, key), key) == []  # the mended dose still walks: nobody is ready
    attest(enter(ministry, 1, DAYS[0], product="BBIBP-CorV"))
    assert sign_and_record(approved_run(ministry, key)[1], key, now=LATER) == [1]
    new = queries.live_passport_of(passport.person_id)
    assert new is not None
    assert (new.id != passport.id, new.version_id, new.dose_number) == (True, versions[-1], 2)


def _no_chunks(ministry: Ministry, key: Key) -> list[int]:
    with pytest.raises(Refused, match="RUN_EMPTY"):
        approved_run(ministry, key)
    return []


def test_a_passport_expires_by_itself(passport: PassportFacts) -> None:
    assert shown_status(passport.status, passport.expires_at, passport.expires_at - timedelta(seconds=1)) == Shown.LIVE
    assert shown_status(passport.status, passport.expires_at, passport.expires_at) == Shown.EXPIRED
    assert shown_status(Status.REVOKED, passport.expires_at, passport.expires_at) == Shown.REVOKED
    assert shown_status(Status.SUPERSEDED, passport.expires_at, NOW) == Shown.SUPERSEDED


# Access -------------------------------------------------------------------------------------------------------------


def test_the_ministry_and_the_giving_facility_see_it_and_the_look_is_written(
    ministry: Ministry, passport: PassportFacts
) -> None:
    for actor in (ministry.inspector, ministry.clerk):
        assert access_passport(actor, passport.id, purpose="passport", now=LATER) == passport
    looks = looks_at(passport.person_id)
    assert {look.officer_id for look in looks} == {ministry.inspector.officer_id, ministry.clerk.officer_id}
    assert {look.purpose for look in looks} == {"passport"}


def test_another_facility_learns_nothing(passport: PassportFacts) -> None:
    stranger = make_officer("stranger", make_office("79B02", province_code="79"), "facility_clerk")
    actor = get_actor(Officer.objects.get(pk=stranger))
    for number in (passport.id, passport.id + 999):
        with pytest.raises(Refused, match="PASSPORT_UNKNOWN"):
            access_passport(actor, number, purpose="passport", now=LATER)
    assert looks_at(passport.person_id) == []


def test_without_the_right_nobody_sees_it(ministry: Ministry, passport: PassportFacts) -> None:
    officer = make_officer("province", make_office("SYT40", "province"), "provincial_officer")
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        access_passport(get_actor(Officer.objects.get(pk=officer)), passport.id, purpose="passport", now=LATER)


def test_the_text_is_an_hc1_text(passport: PassportFacts) -> None:
    assert queries.hc1_text(passport).startswith("HC1:")
    assert queries.find_by_uvci(passport.uvci) == passport


def test_a_dose_typed_for_somebody_opens_no_passport(passport: PassportFacts) -> None:
    """Who knows a number, a name and a birth year could type a dose; the passport does not count it."""
    office = make_office("40B02")
    curious = get_actor(Officer.objects.get(pk=make_officer("curious", office, "facility_clerk")))
    typed = receive(
        [received(1, given_on=date(2022, 3, 1))], Origin(office, curious.officer_id, office, NOW)
    ).version_ids
    assert get_versions(list(typed.values()))[0].person_id == passport.person_id
    with pytest.raises(Refused, match="PASSPORT_UNKNOWN"):
        access_passport(curious, passport.id, purpose="passport", now=LATER)
