"""The jobs with the key that settings name: what a key that is away leaves behind, and how it goes on."""

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from procrastinate.contrib.django.models import ProcrastinateJob
from vaxproof import Algorithm

from tests.factories import NOW
from tests.factories.signing import Ministry, attested_person, make_key, private_key
from vaxpass.adapters.signing.files import DEMO_PIN
from vaxpass.jobs import ministry_signing as jobs
from vaxpass.ministry_signing import actions, preparing, queries
from vaxpass.ministry_signing.rules import RunScope, RunState
from vaxpass.passports.models import Passport


@pytest.fixture
def key_folder(settings: Any, tmp_path: Path) -> Path:
    settings.KEY_DIR = tmp_path
    return tmp_path


def _bring_key(folder: Path) -> None:
    private = private_key(Algorithm.ES256)
    (folder / "ministry.key.pem").write_bytes(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(DEMO_PIN.encode()))
    )
    certificate = x509.load_der_x509_certificate(make_key().certificates[0])
    (folder / "ministry.crt.pem").write_bytes(certificate.public_bytes(Encoding.PEM))


def _waiting() -> list[tuple[str, dict[str, int]]]:
    found = ProcrastinateJob.objects.filter(status="todo", queue_name="ministry").order_by("id")
    return list(found.values_list("task_name", "args"))


def test_a_run_goes_on_once_the_key_is_back(ministry: Ministry, key_folder: Path) -> None:
    attested_person(ministry, 1)
    run_id = actions.ask_for_run(ministry.operator, RunScope(), now=NOW)
    jobs.prepare_run.func(run_id)
    run = queries.get_run(run_id)
    assert (run.state, run.trouble) == (RunState.PREPARING, "SIGNING_TOKEN_ABSENT")
    jobs.take_up.func(0)
    assert _waiting() == [("ministry.prepare_run", {"run_id": run_id})]
    _bring_key(key_folder)
    jobs.prepare_run.func(run_id)
    run = queries.get_run(run_id)
    assert (run.state, run.trouble, run.ready) == (RunState.PREPARED, "", 1)
    assert run.issued_at is not None
    (chunk,) = actions.approve(ministry.approver, run_id, now=run.issued_at)
    away = (key_folder / "ministry.key.pem").rename(key_folder / "away")
    jobs.sign_chunk.func(chunk)
    assert (queries.get_run(run_id).trouble, Passport.objects.count()) == ("SIGNING_TOKEN_ABSENT", 0)
    jobs.take_up.func(0)
    jobs.take_up.func(0)
    assert _waiting()[1:] == [("ministry.sign_chunk", {"chunk_id": chunk})]  # waiting once, however often taken up
    away.rename(key_folder / "ministry.key.pem")
    jobs.sign_chunk.func(chunk)
    assert (queries.get_run(run_id).state, Passport.objects.count()) == (RunState.DONE, 1)


def test_the_hourly_count_takes_up_one_that_is_under_way(ministry: Ministry) -> None:
    attested_person(ministry, 1)
    survey_id = preparing.begin_survey(now=NOW)
    jobs.count.func(0)
    jobs.count.func(0)
    assert _waiting() == [("ministry.survey", {"survey_id": survey_id})]
    jobs.survey.func(survey_id)
    found = queries.newest_survey()
    assert found is not None
    assert (found.id, found.ready) == (survey_id, 1)
