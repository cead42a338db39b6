"""The pages of signing without a browser: what they refuse, and what they never tell."""

import json
import logging
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.factories import make_office, make_officer
from vaxpass.facility_signing import actions, queries
from vaxpass.facility_signing.facts import Verdict
from vaxpass.facility_signing.models import Batch
from vaxpass.facility_signing.rules import MOST_WRONG_PINS
from vaxpass.offices.models import Act, Officer
from vaxpass.records.models import Look
from vaxpass.records.queries import get_versions

PIN = "654321"


@pytest.fixture(scope="module")
def key_time():
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def demo_keys(tmp_path_factory, key_time):
    from vaxpass.console.demo_keys import make_demo_keys

    from .conftest import SIGNERS

    return make_demo_keys(tmp_path_factory.mktemp("keys-of-today"), key_time, SIGNERS)


@pytest.fixture
def as_officer(client):
    def sign_in(officer_id):
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(Officer.objects.get(pk=officer_id), backend=backend)
        return client

    return sign_in


@pytest.fixture
def ready_batch(house):
    house.store(3)
    batch = house.prepare()
    house.read_sample(batch)
    return batch


def sign_url(batch):
    return reverse("facility:sign_batch", args=[batch.id])


def post_pin(client, house, batch, pin):
    return client.post(sign_url(batch), {"credential": house.credentials["signer"], "pin": pin})


def test_a_wrong_pin_is_told_and_never_echoed_or_logged(house, ready_batch, as_officer, caplog):
    caplog.set_level(logging.DEBUG)
    answer = post_pin(as_officer(house.signer), house, ready_batch, PIN)
    assert answer.status_code == 422
    assert "SIGNING_PIN_WRONG" not in answer.content.decode()
    assert "Mã PIN không đúng" in answer.content.decode()
    acts = json.dumps(list(Act.objects.values("verb", "subject", "facts")), default=str)
    assert PIN not in answer.content.decode() + caplog.text + acts


def test_too_many_wrong_pins_pause_and_the_page_says_for_how_long(house, ready_batch, as_officer):
    client = as_officer(house.signer)
    for _ in range(MOST_WRONG_PINS):
        post_pin(client, house, ready_batch, PIN)
    answer = post_pin(client, house, ready_batch, "123456")
    assert answer.status_code == 422
    assert "15 phút" in answer.content.decode()
    assert Batch.objects.get().status == "prepared"


def test_the_sign_page_is_never_cached(house, ready_batch, as_officer):
    answer = as_officer(house.signer).get(sign_url(ready_batch))
    assert "no-store" in answer["Cache-Control"]


def test_the_right_pin_signs(house, ready_batch, as_officer):
    answer = post_pin(as_officer(house.signer), house, ready_batch, "123456")
    assert answer.status_code == 302
    assert Batch.objects.get().status == "signed"


def test_an_absent_device_is_unavailable_and_the_batch_stays(house, ready_batch, as_officer, settings, tmp_path):
    anchors = settings.KEY_DIR / "facility-anchors"
    settings.FACILITY_ANCHOR_DIR, settings.KEY_DIR = str(anchors), tmp_path
    answer = post_pin(as_officer(house.signer), house, ready_batch, "123456")
    assert answer.status_code == 503
    assert Batch.objects.get().status == "prepared"


def test_signing_before_reading_is_refused(house, as_officer):
    house.store(3)
    batch = house.prepare()
    client = as_officer(house.signer)
    assert client.get(sign_url(batch)).status_code == 422
    assert post_pin(client, house, batch, "123456").status_code == 422
    assert Batch.objects.get().status == "prepared"


def test_another_signers_certificate_cannot_be_chosen(house, ready_batch, as_officer):
    answer = as_officer(house.signer).post(
        sign_url(ready_batch), {"credential": house.credentials["second"], "pin": "123456"}
    )
    assert answer.status_code == 422
    assert Batch.objects.get().status == "prepared"


def test_another_signer_may_look_and_drop_but_not_sign(house, ready_batch, as_officer):
    client = as_officer(house.second)
    assert client.get(reverse("facility:batch", args=[ready_batch.id])).status_code == 200
    assert client.get(sign_url(ready_batch)).status_code == 422
    client.post(reverse("facility:abandon_batch", args=[ready_batch.id]), {"confirmed": "yes"})
    assert Batch.objects.get().status == "abandoned"


def test_dropping_asks_first(house, ready_batch, as_officer):
    answer = as_officer(house.signer).post(reverse("facility:abandon_batch", args=[ready_batch.id]))
    assert answer.status_code == 200
    assert Batch.objects.get().status == "prepared"


PAGES = ["batch", "check_batch", "sign_batch", "batch_proof"]


@pytest.mark.parametrize("name", PAGES)
def test_a_strangers_batch_is_unknown(house, ready_batch, as_officer, name):
    stranger = make_officer("stranger", make_office("40A02"), "facility_signer")
    assert as_officer(stranger).get(reverse(f"facility:{name}", args=[ready_batch.id])).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, "draw_more", "abandon_batch"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_clerk_stays_out(house, ready_batch, as_officer, name, method):
    answer = getattr(as_officer(house.clerk), method)(reverse(f"facility:{name}", args=[ready_batch.id]))
    assert answer.status_code == 403


def test_a_record_is_shown_to_its_reader_alone_and_the_look_written_down(house, as_officer):
    ids = house.store(9)
    batch = house.prepare()
    drawn = [one.version_id for one in queries.sample_of(batch.id)]
    other = next(iter(set(ids) - set(drawn)))
    client = as_officer(house.signer)
    assert client.get(reverse("facility:sampled", args=[batch.id, other])).status_code == 404
    assert not Look.objects.exists()
    assert client.get(reverse("facility:sampled", args=[batch.id, drawn[0]])).status_code == 200
    assert Look.objects.get().purpose == "sample"


def test_the_proof_of_a_dose_is_a_look(house, as_officer):
    batch = house.signed_batch(3)
    version_id = queries.version_ids_of(batch.id)[1]
    answer = as_officer(house.clerk).get(reverse("facility:dose_proof", args=[version_id]))
    assert json.loads(answer.content)["leafIndex"] == 1
    assert "no-store" in answer["Cache-Control"]
    assert get_versions([version_id])[0].identity.full_name not in answer["Content-Disposition"]
    assert Look.objects.get(purpose="dose_proof").officer_id == house.clerk


def test_there_is_no_proof_before_the_signature(house, ready_batch, as_officer):
    client = as_officer(house.signer)
    version_id = queries.version_ids_of(ready_batch.id)[0]
    assert client.get(reverse("facility:dose_proof", args=[version_id])).status_code == 422
    assert client.get(reverse("facility:batch_proof", args=[ready_batch.id])).status_code == 422


def test_the_proof_of_a_batch_names_nobody(house, as_officer):
    batch = house.signed_batch(2)
    content = as_officer(house.signer).get(reverse("facility:batch_proof", args=[batch.id])).content.decode()
    names = {version.identity.full_name for version in get_versions(queries.version_ids_of(batch.id))}
    assert set(json.loads(content)) == {"schema", "batch", "leafHashes", "jws"}
    assert not [name for name in names if name in content]


def test_pages_take_few_questions_however_much_waits(house, as_officer, django_assert_max_num_queries):
    house.store(40)
    client = as_officer(house.signer)
    with django_assert_max_num_queries(30):
        client.get(reverse("facility:ready"))


def test_the_batch_that_a_wrong_record_dropped_says_why(house, as_officer):
    house.store(2)
    batch = house.prepare()
    wrong = queries.sample_of(batch.id)[0].version_id
    actions.judge_sampled(house.actor(), batch.id, wrong, Verdict.WRONG, now=batch.prepared_at)
    content = as_officer(house.signer).get(reverse("facility:batch", args=[batch.id])).content.decode()
    assert "Người ký thấy một hồ sơ trong mẫu bị sai" in content


def test_a_signed_record_offers_its_proof(house, as_officer):
    (waiting,) = house.store(1, by="signer", first=70)
    batch = house.signed_batch(1)
    client = as_officer(house.signer)
    for version_id, offered in ((waiting, False), (queries.version_ids_of(batch.id)[0], True)):
        content = client.get(reverse("facility:record", args=[version_id])).content.decode()
        assert (reverse("facility:dose_proof", args=[version_id]) in content) is offered
