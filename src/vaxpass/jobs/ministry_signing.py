"""The jobs of the ministry's runs: prepare, sign chunk by chunk, count who is ready, and take up what a crash left."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from vaxpass import wiring
from vaxpass.jobs.defer import defer_carrying_out, defer_once
from vaxpass.jobs.passports import after_recording
from vaxpass.ministry_signing import named, preparing, queries, standing
from vaxpass.ministry_signing.actions import note_trouble
from vaxpass.ministry_signing.rules import STANDING, RunKind, RunState
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.passports.issuing import issue_chunk
from vaxpass.passports.renewal import people_to_reissue

_QUEUE = "ministry"


def _now() -> datetime:
    return datetime.now(UTC)


def defer_preparing(run_id: int) -> None:
    """Have a run prepared; call it in the transaction that asked for the run."""
    defer_once(prepare_run, f"ministry.run.{run_id}", run_id=run_id)


def defer_signing(chunk_ids: list[int]) -> None:
    """Have chunks signed, each by whichever worker is free; call it in the transaction that approved the run."""
    for chunk_id in chunk_ids:
        defer_once(sign_chunk, f"ministry.chunk.{chunk_id}", chunk_id=chunk_id)


def defer_survey(survey_id: int) -> None:
    """Have it counted who is ready; call it in the transaction that began the survey."""
    defer_once(survey, f"ministry.survey.{survey_id}", survey_id=survey_id)


@app.task(name="ministry.prepare_run", queue=_QUEUE)
def prepare_run(run_id: int) -> None:
    """Go through the people of a run to its end; a killed job begins where its last step ended."""
    try:
        preparing.fix_key(run_id, wiring.ministry_key(), settings.ISSUER_NAME, now=_now())
    except (Unavailable, Refused) as trouble:
        note_trouble(run_id, trouble.code, now=_now())
        return
    while preparing.prepare_chunk(run_id, now=_now()):
        pass


@app.task(name="ministry.sign_chunk", queue=_QUEUE)
def sign_chunk(chunk_id: int) -> None:
    """Sign a chunk outside any transaction, then record it in one.

    A key that does not answer is noted at the run; `take_up` tries again. Two jobs on one chunk do no harm.
    """
    try:
        issue_chunk(chunk_id, wiring.ministry_key, _now, after_recording(_now(), defer_carrying_out))
    except (Unavailable, Refused) as trouble:
        note_trouble(queries.run_of_chunk(chunk_id), trouble.code, now=_now())


@app.task(name="ministry.survey", queue=_QUEUE)
def survey(survey_id: int) -> None:
    """Count who is ready and who is not, and why."""
    while preparing.survey_chunk(survey_id, now=_now()):
        pass


@app.periodic(cron="*/2 * * * *")
@app.task(name="ministry.take_up", queue=_QUEUE, lock="ministry.take_up", queueing_lock="ministry.take_up")
def take_up(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Take up runs that stand still: a killed worker, a key that was away."""
    for run_id in queries.runs_in(RunState.PREPARING):
        defer_preparing(run_id)
    for run_id in queries.runs_in(RunState.APPROVED):
        defer_signing(queries.open_chunks(run_id))


# Runs that prepare themselves -----------------------------------------------------------------------------------------


def defer_standing() -> None:
    """Have the standing runs prepared now instead of within a minute: call it where a facility signed."""
    defer_once(prepare_standing, "ministry.standing", timestamp=0)


@app.periodic(cron="* * * * *")
@app.task(name="ministry.standing", queue=_QUEUE, lock="ministry.standing", queueing_lock="ministry.standing")
def prepare_standing(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Begin a run for whoever was corrected, and one for whoever is due again, where an officer's order stands."""
    for kind in STANDING:
        begin_standing_run(kind, _now())


def begin_standing_run(kind: RunKind, now: datetime) -> int | None:
    """Begin a run in the name of who gave the standing order; None: nobody did, nobody is due, or one waits already."""
    with transaction.atomic():
        officer = standing.officer_of(kind, now=now)
        if officer is None or named.waits(kind):
            return None
        people = named.corrected_people(now=now) if kind is RunKind.CORRECTED else people_to_reissue(now=now)
        if not people:
            return None
        run_id = named.begin((officer.officer_id, officer.office_id), kind, people, now=now)
        defer_preparing(run_id)
    return run_id


@app.periodic(cron="5 * * * *")
@app.task(name="ministry.count", queue=_QUEUE, lock="ministry.count", queueing_lock="ministry.count")
def count(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Count once an hour who is ready, unless a count is under way."""
    under_way = queries.survey_under_way()
    with transaction.atomic():
        defer_survey(preparing.begin_survey(now=_now()) if under_way is None else under_way)
