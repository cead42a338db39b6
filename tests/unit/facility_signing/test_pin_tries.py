"""A stolen session must not try a key file's PINs one after the other: a file never locks itself."""

from datetime import timedelta

import pytest

from tests.factories import NOW
from vaxpass.facility_signing.models import Batch
from vaxpass.facility_signing.rules import MOST_WRONG_PINS, PIN_PAUSE
from vaxpass.offices.models import Act
from vaxpass.offices.scope import Refused


@pytest.fixture
def batch(house):
    house.store(3)
    batch = house.prepare()
    house.read_sample(batch)
    return batch


def wrong(house, batch, *, now=NOW):
    with pytest.raises(Refused) as caught:
        house.sign(batch, pin="654321", now=now)
    return caught.value.code


def test_after_five_wrong_pins_the_right_one_is_not_tried_either(house, batch):
    assert [wrong(house, batch) for _ in range(MOST_WRONG_PINS)] == ["SIGNING_PIN_WRONG"] * MOST_WRONG_PINS
    with pytest.raises(Refused, match="SIGNING_PIN_PAUSED"):
        house.sign(batch)
    assert Batch.objects.get().status == "prepared"


def test_the_pause_ends(house, batch):
    for _ in range(MOST_WRONG_PINS):
        wrong(house, batch)
    assert house.sign(batch, now=NOW + PIN_PAUSE + timedelta(seconds=1)).status == "signed"


def test_a_wrong_pin_is_an_act_without_the_pin(house, batch):
    wrong(house, batch)
    act = Act.objects.get(verb="pin_wrong")
    assert (act.officer_id, act.subject, act.facts) == (house.signer, f"credential/{house.credentials['signer']}", {})


def test_the_wrong_pins_of_a_colleague_do_not_count(house, batch):
    house.store(3, first=11)
    others = house.prepare("second")
    house.read_sample(others, "second")
    for _ in range(MOST_WRONG_PINS):
        wrong(house, batch)
    assert house.sign(others, "second").status == "signed"
