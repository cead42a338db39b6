"""The way of a batch: prepared, sampled, signed; refused, dropped, resumed."""

import json

import pytest

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.facility_signing import actions, queries
from vaxpass.facility_signing.facts import BatchStatus, Verdict
from vaxpass.facility_signing.models import Attestation, Batch
from vaxpass.offices.actions import delegate_signing
from vaxpass.offices.models import Act
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.records import actions as records
from vaxpass.records.queries import get_versions, history_of
from vaxpass.records.states import State, Verb

from .conftest import actor_of


def states(ids):
    return {State(version.state) for version in get_versions(ids)}


def test_what_waits_is_signed_with_one_pin(house):
    ids = house.store(8) + house.store(2, first=100, verb=Verb.EXEMPT)
    batch = house.prepare()
    house.read_sample(batch)
    signed = house.sign(batch)
    assert (signed.status, signed.count, signed.number) == (BatchStatus.SIGNED, 10, batch.number)
    assert states(ids) == {State.ATTESTED}
    assert {step.officer_id for step in history_of(ids) if step.verb == "attest"} == {house.signer}


def test_manifest_says_what_is_signed(house):
    house.store(3)
    batch = house.prepare()
    says = json.loads(batch.manifest)
    assert says["batch"] == batch.number
    assert (says["facility"], says["count"], says["merkleRoot"]) == ("40A01", 3, batch.root.hex())


def test_preparing_moves_nothing(house):
    ids = house.store(3)
    house.prepare()
    assert states(ids) == {State.VERIFIED}


def test_doses_of_the_signer_stay_out_and_are_counted(house):
    others, own = house.store(3), house.store(2, by="signer", first=50)
    batch = house.prepare()
    assert (batch.count, batch.left_out) == (3, 2)
    house.read_sample(batch)
    house.sign(batch)
    assert (states(others), states(own)) == ({State.ATTESTED}, {State.VERIFIED})


def test_a_signer_alone_with_own_doses_has_nothing_to_sign(house):
    house.store(2, by="signer")
    with pytest.raises(Refused, match="NOTHING_TO_SIGN"):
        house.prepare()


def test_another_signer_signs_what_the_first_entered(house):
    ids = house.store(2, by="signer")
    batch = house.prepare("second")
    house.read_sample(batch, "second")
    house.sign(batch, "second")
    assert states(ids) == {State.ATTESTED}


def test_a_clerk_may_not_prepare(house):
    house.store(1)
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        house.prepare("clerk")


def test_a_unit_signs_only_where_it_was_named(house):
    house.store(2)
    with pytest.raises(Refused, match="SIGNS_NOT_FOR_FACILITY"):
        house.prepare("central")
    named_by = actor_of(make_officer("officer", house.province, "provincial_officer"))
    delegate_signing(named_by, facility_id=house.facility, signer_office_id=house.province, now=NOW)
    with pytest.raises(Refused, match="SIGNS_NOT_FOR_FACILITY"):
        house.prepare("signer")
    batch = house.prepare("central")
    house.read_sample(batch, "central")
    assert house.sign(batch, "central").office_id == house.province


def test_unread_sample_is_refused(house):
    house.store(9)
    batch = house.prepare()
    assert len(queries.sample_of(batch.id)) == 5
    with pytest.raises(Refused, match="SAMPLE_NOT_READ") as caught:
        house.sign(batch)
    assert caught.value.facts == {"missing": 5}


def test_a_small_batch_is_read_whole(house):
    house.store(2)
    assert len(queries.sample_of(house.prepare().id)) == 2


def test_drawing_more_means_reading_more(house):
    house.store(8)
    batch = house.prepare()
    house.read_sample(batch)
    actions.draw_more(house.actor(), batch.id)
    assert len(queries.sample_of(batch.id)) == 8
    with pytest.raises(Refused, match="SAMPLE_NOT_READ"):
        house.sign(batch)


def test_a_wrong_record_ends_the_batch_and_is_held_back(house):
    ids = house.store(4)
    batch = house.prepare()
    wrong = queries.sample_of(batch.id)[0].version_id
    ended = actions.judge_sampled(house.actor(), batch.id, wrong, Verdict.WRONG, now=NOW)
    assert (ended.status, ended.ended_reason) == (BatchStatus.ABANDONED, "SAMPLE_WRONG")
    again = house.prepare()
    assert again.count == 3
    assert wrong not in queries.version_ids_of(again.id)
    assert queries.list_held_back(house.actor()) == [wrong]
    actions.abandon_batch(house.actor(), again.id, now=NOW)
    actions.let_through(house.actor(), wrong, now=NOW)
    assert house.prepare().count == len(ids)


def test_a_record_outside_the_sample_cannot_be_judged(house):
    ids = house.store(9)
    batch = house.prepare()
    other = next(iter(set(ids) - {one.version_id for one in queries.sample_of(batch.id)}))
    with pytest.raises(Refused, match="RECORD_UNKNOWN"):
        actions.judge_sampled(house.actor(), batch.id, other, Verdict.RIGHT, now=NOW)


class DeadKey:
    """Opens like the real one and then fails."""

    def __init__(self, key):
        self.key_id, self.algorithm, self.certificates = key.key_id, key.algorithm, key.certificates

    def sign(self, _):
        raise Unavailable("SIGNING_DEVICE_FAILED")


def dead(place):
    from vaxpass import wiring

    return DeadKey(wiring.open_facility_key(place, "123456"))


def test_a_dead_key_leaves_a_prepared_batch_that_is_signed_later(house):
    ids = house.store(4)
    batch = house.prepare()
    house.read_sample(batch)
    with pytest.raises(Unavailable, match="SIGNING_DEVICE_FAILED"):
        house.sign(batch, open_key=dead)
    assert queries.get_batch(house.actor(), batch.id) == batch
    assert states(ids) == {State.VERIFIED}
    signed = house.sign(batch)
    assert (signed.number, signed.manifest) == (batch.number, batch.manifest)
    assert states(ids) == {State.ATTESTED}


def test_a_wrong_pin_leaves_a_prepared_batch(house):
    house.store(2)
    batch = house.prepare()
    house.read_sample(batch)
    with pytest.raises(Refused, match="SIGNING_PIN_WRONG"):
        house.sign(batch, pin="000000")
    assert house.sign(batch).status is BatchStatus.SIGNED


def test_a_signed_batch_is_not_signed_again(house):
    batch = house.signed_batch()
    with pytest.raises(Refused, match="BATCH_NOT_PREPARED"):
        house.sign(batch)


def test_a_signed_batch_is_not_abandoned(house):
    batch = house.signed_batch()
    with pytest.raises(Refused, match="BATCH_NOT_PREPARED"):
        actions.abandon_batch(house.actor(), batch.id, now=NOW)


def test_an_abandoned_batch_sets_its_doses_free(house):
    house.store(3)
    batch = house.prepare()
    with pytest.raises(Refused, match="NOTHING_TO_SIGN"):
        house.prepare("second")
    ended = actions.abandon_batch(house.actor("second"), batch.id, now=NOW)
    assert ended.status is BatchStatus.ABANDONED
    assert not Attestation.objects.exists()
    assert house.prepare("second").number != batch.number


def test_who_prepared_is_who_signs(house):
    house.store(2)
    batch = house.prepare()
    house.read_sample(batch)
    with pytest.raises(Refused, match="BATCH_OF_ANOTHER_SIGNER"):
        house.sign(batch, "second")


def test_a_dose_replaced_meanwhile_fails_the_batch_whole(house):
    ids = house.store(3)
    batch = house.prepare()
    house.read_sample(batch)
    mended = received(1, lot="NEW1")
    records.replace(house.actor("clerk"), ids[0], mended, now=NOW)
    with pytest.raises(Refused, match="BATCH_OVERTAKEN"):
        house.sign(batch)
    row = Batch.objects.get(pk=batch.id)
    assert (row.status, row.ended_reason, row.jws) == ("abandoned", "RECORD_CHANGED_MEANWHILE", "")
    assert states(ids[1:]) == {State.VERIFIED}
    assert house.prepare().count == 2


def test_a_dose_replaced_while_the_key_signs_fails_the_batch_whole(house):
    ids = house.store(3)
    batch = house.prepare()
    house.read_sample(batch)

    def slow_key(place):
        from vaxpass import wiring

        records.replace(house.actor("clerk"), ids[0], received(1, lot="NEW1"), now=NOW)
        return wiring.open_facility_key(place, "123456")

    with pytest.raises(Refused, match="BATCH_OVERTAKEN"):
        house.sign(batch, open_key=slow_key)
    assert Batch.objects.get(pk=batch.id).jws == ""
    assert states(ids[1:]) == {State.VERIFIED}


def test_acts_tell_who_did_what(house):
    batch = house.signed_batch()
    told = Act.objects.filter(subject=f"batch/{batch.number}").values_list("verb", "officer_id")
    assert set(told) == {("prepare_batch", house.signer), ("sign_batch", house.signer)}


def test_what_waits_is_told_by_product(house):
    house.store(3)
    house.store(2, by="signer", first=60)
    (waits,) = queries.list_signable(house.actor())
    assert (waits.by_product, waits.ready, waits.entered_by_signer) == ({"EU/1/20/1528": 3}, 3, 2)
    assert waits.oldest == NOW
    house.prepare()
    (waits,) = queries.list_signable(house.actor())
    assert (waits.ready, waits.in_batches) == (0, 3)


def test_batches_out_of_reach_are_unknown(house):
    batch = house.signed_batch()
    stranger = actor_of(make_officer("stranger", make_office("40A02"), "facility_signer"))
    with pytest.raises(Refused, match="BATCH_UNKNOWN"):
        queries.get_batch(stranger, batch.id)
