"""What a device keeps: taken whole or refused whole; numbers only grow; a clock that runs backwards is noticed."""

import json
from datetime import timedelta

import pytest
from vaxproof import Answer, Code, Policy, ProofError, RevocationList, TrustList, issue
from vaxproof.device import Device
from vaxproof.trust import documents
from vaxproof.trust.entries import TrustEntry
from vaxproof.trust.publications import Pins, sign_publication
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.trust.revocation_list import hash_of_identifier

from packages.vaxproof.tests.pki import NOW, party

MADE, DUE = NOW - timedelta(hours=2), NOW + timedelta(hours=22)
PUBLISHER, SECOND, STRANGER = (party(name, "VN") for name in ("Publisher", "Second", "Stranger"))
MINISTRY = party("Ministry signer", "VN")


def signed(payload, by=PUBLISHER):
    return sign_publication(payload, by.signer)


def trust(number=1, by=PUBLISHER, due=DUE, made=MADE):
    entries = TrustList.from_der([MINISTRY.der]).entries
    return signed(TrustList(entries, number=number).to_json(made, due), by)


def revocations(number=1, made=MADE, due=DUE, **hashes):
    return RevocationList.of(made, due, countries=["VN"], number=number, **hashes)


def index(number=1, **fields):
    fields = {"files": {}, "publishers": []} | fields
    return documents.encode("vaxproof-index", MADE, DUE, number=number, **fields)


@pytest.fixture
def device():
    return Device(Pins([PUBLISHER.der]))


@pytest.fixture
def text(vaccination):
    return issue.issue(vaccination(), MINISTRY.signer, NOW - timedelta(days=1), NOW + timedelta(days=1))


def refused(device, data, at=NOW):
    with pytest.raises(ProofError) as refusal:
        device.take(data, at=at)
    return refusal.value.code


def test_it_takes_and_checks(device, text):
    assert device.check(text, at=NOW).code is Code.TRUST_LIST_MISSING
    assert device.take(trust(7), at=NOW) == "vaxproof-trust-list"
    assert device.numbers == {"vaxproof-trust-list": 7}
    assert device.check(text, at=NOW).answer is Answer.VALID


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (trust(6), Code.PUBLICATION_ROLLED_BACK),
        (trust(0), Code.PUBLICATION_ROLLED_BACK),
        (trust(8, by=STRANGER), Code.PUBLICATION_SIGNER_UNKNOWN),
        (trust(8)[:-30], Code.PUBLICATION_UNREADABLE),
        (
            signed(documents.encode("vaxproof-trust-list", MADE, DUE, number=8, certificates={})),
            Code.TRUST_LIST_INVALID,
        ),
        (signed(documents.encode("vaxproof-other", MADE, DUE, number=8)), Code.PUBLICATION_UNEXPECTED),
        (TrustList(()).to_json(MADE, DUE), Code.PUBLICATION_UNREADABLE),
    ],
    ids=["older", "oldest", "stranger", "cut off", "damaged", "unknown", "unsigned"],
)
def test_what_is_refused_leaves_all_as_it_was(device, text, data, code):
    device.take(trust(7), at=NOW)
    assert refused(device, data) is code
    assert device.numbers == {"vaxproof-trust-list": 7}
    assert device.check(text, at=NOW).answer is Answer.VALID


def test_the_same_edition_may_be_taken_again_and_a_newer_one_replaces_it(device):
    device.take(trust(7), at=NOW)
    device.take(trust(7), at=NOW)
    device.take(trust(8), at=NOW)
    assert device.trust.number == 8


def test_numbers_outlive_a_restart():
    device = Device(Pins([PUBLISHER.der]), numbers={"vaxproof-trust-list": 9})
    assert refused(device, trust(8)) is Code.PUBLICATION_ROLLED_BACK
    assert device.take(trust(9), at=NOW)


def test_numbers_are_of_each_document(device):
    device.take(trust(7), at=NOW)
    device.take(signed(revocations(1).to_json()), at=NOW)
    assert device.numbers == {"vaxproof-trust-list": 7, "vaxproof-revocation-list": 1}


def test_without_pins_plain_files_count_by_choice_and_signed_ones_do_not(text):
    device = Device(None)
    assert refused(device, trust()) is Code.PUBLICATION_SIGNER_UNKNOWN
    device.take(TrustList.from_der([MINISTRY.der]).to_json(MADE, DUE), at=NOW)
    assert device.check(text, at=NOW).answer is Answer.VALID


class TestIndex:
    def test_it_names_publishers_to_come(self, device):
        assert refused(device, trust(2, by=SECOND)) is Code.PUBLICATION_SIGNER_UNKNOWN
        device.take(signed(index(publishers=[documents.base64_of(SECOND.der)])), at=NOW)
        device.take(trust(2, by=SECOND), at=NOW)
        device.take(trust(3, by=PUBLISHER), at=NOW)

    @pytest.mark.parametrize(
        "fields",
        [
            {"files": []},
            {"publishers": {}},
            {"publishers": ["%"]},
            {"publishers": ["AAAA"]},
            {"log": []},
        ],
    )
    def test_a_damaged_one_is_refused(self, device, fields):
        before = device.pins
        assert refused(device, signed(index(**fields))) is Code.PUBLICATION_UNREADABLE
        assert device.index is None
        assert device.pins is before

    def test_a_strangers_index_names_nobody(self, device):
        data = signed(index(publishers=[documents.base64_of(STRANGER.der)]), by=STRANGER)
        assert refused(device, data) is Code.PUBLICATION_SIGNER_UNKNOWN


@pytest.mark.parametrize(
    "payload",
    [
        documents.encode("vaxproof-value-sets", MADE, DUE, value_sets=[]),
        documents.encode("vaxproof-rules", MADE, DUE, sets={}),
        documents.encode("vaxproof-rules", MADE, DUE, number="1", sets=[]),
        json.dumps({"format": "vaxproof-rules", "version": 1, "sets": []}).encode(),
        json.dumps({"format": "vaxproof-rules", "version": 2, "sets": []}).encode(),
    ],
)
def test_damaged_documents_are_refused(device, payload):
    assert refused(device, signed(payload)) is Code.PUBLICATION_UNREADABLE


def test_rules_and_value_sets_are_kept(device):
    device.take(signed(documents.encode("vaxproof-value-sets", MADE, DUE, value_sets={"v": {}})), at=NOW)
    device.take(signed(documents.encode("vaxproof-rules", MADE, DUE, sets=[])), at=NOW)
    assert device.value_sets["value_sets"] == {"v": {}}
    assert device.rules["sets"] == []


class TestRevocations:
    def test_none_ever_taken_where_the_policy_needs_one(self, text):
        device = Device(Pins([PUBLISHER.der]), policy=Policy(revocations_needed=True))
        device.take(trust(), at=NOW)
        verdict = device.check(text, at=NOW)
        assert (verdict.answer, verdict.code) == (Answer.CANNOT_TELL, Code.REVOCATION_LIST_MISSING)
        device.take(signed(RevocationFilter.of(revocations()).to_json()), at=NOW)
        assert device.check(text, at=NOW).answer is Answer.VALID

    def test_a_hit_of_the_filter_is_no_proof_and_the_list_decides(self, device, text, vaccination):
        device.take(trust(), at=NOW)
        listed = revocations(UCI=[hash_of_identifier(vaccination().uvci)])
        device.take(signed(RevocationFilter.of(listed).to_json()), at=NOW)
        verdict = device.check(text, at=NOW)
        assert (verdict.answer, verdict.code) == (Answer.CANNOT_TELL, Code.POSSIBLY_REVOKED)
        device.take(signed(revocations(number=2).to_json()), at=NOW)
        assert device.check(text, at=NOW).answer is Answer.VALID
        device.take(signed(revocations(number=3, UCI=[hash_of_identifier(vaccination().uvci)]).to_json()), at=NOW)
        assert device.check(text, at=NOW).code is Code.REVOKED


class TestClock:
    def test_it_ran_backwards(self, device, text):
        device.take(trust(), at=NOW)
        verdict = device.check(text, at=NOW - timedelta(minutes=5, seconds=1))
        assert (verdict.answer, verdict.code) == (Answer.CANNOT_TELL, Code.CLOCK_TURNED_BACK)
        assert device.check(text, at=NOW - timedelta(minutes=5)).answer is Answer.VALID

    def test_the_latest_time_is_kept(self, text):
        device = Device(Pins([PUBLISHER.der]), last_seen=NOW - timedelta(days=1))
        device.take(trust(), at=NOW - timedelta(hours=1))
        device.check(text, at=NOW)
        device.check(text, at=NOW - timedelta(minutes=3))
        assert device.last_seen == NOW

    def test_an_answer_without_a_look_moves_nothing(self, device, text):
        device.take(trust(), at=NOW)
        device.check(text, at=NOW - timedelta(days=1))
        assert device.last_seen == NOW


def test_a_list_past_its_time_cannot_tell(device, text):
    device.take(trust(due=NOW - timedelta(hours=49)), at=NOW)
    assert device.check(text, at=NOW).code is Code.TRUST_LIST_EXPIRED


def test_entries_go_there_and_back(device):
    entry = TrustEntry(TrustList.from_der([MINISTRY.der]).certificates[0], accepted_until=DUE, origin={"source": "own"})
    device.take(signed(TrustList([entry], number=1).to_json(MADE, DUE)), at=NOW)
    assert device.trust.entries[0].origin == {"source": "own"}
    assert device.trust.entries[0].accepted_until == DUE

    def test_a_later_edition_tells_that_the_later_time_was_wrong(self, text):
        device = Device(Pins([PUBLISHER.der]), numbers={"vaxproof-trust-list": 6}, last_seen=NOW + timedelta(days=900))
        device.take(trust(6), at=NOW)
        assert device.check(text, at=NOW).code is Code.CLOCK_TURNED_BACK
        device.take(trust(7), at=NOW)
        assert device.check(text, at=NOW).answer is Answer.VALID

    def test_an_edition_made_after_the_clock_tells_nothing(self, text):
        device = Device(Pins([PUBLISHER.der]), numbers={"vaxproof-trust-list": 6}, last_seen=NOW + timedelta(days=900))
        device.take(trust(7, made=NOW + timedelta(hours=1)), at=NOW)
        assert device.check(text, at=NOW).code is Code.CLOCK_TURNED_BACK
