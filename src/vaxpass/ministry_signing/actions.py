"""The verbs of runs: ask, decide, and keep the books while the key signs. One transaction each."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from vaxpass.campaigns.openings import check_open
from vaxpass.campaigns.rules import Function
from vaxpass.ministry_signing.models import Run, RunChunk, RunHold, Survey
from vaxpass.ministry_signing.rules import (
    Drop,
    RunKind,
    RunRefusal,
    RunScope,
    RunState,
    check_may_approve,
    check_may_decide,
    check_scope,
)
from vaxpass.offices.actions import note_act, note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.copying import copy_rows

_DROP = {"item_id": "int8", "run_id": "int8", "version_id": "int8", "code": "varchar", "at": "timestamptz"}
DropRow = tuple[int, int, Drop]
"""Item, its latest version, and why it left."""


def ask_for_run(actor: Actor, scope: RunScope, *, now: datetime) -> int:
    """Begin a run that a job will prepare; give its id. Refuses RIGHT_MISSING, RUN_SIZE_ILLEGAL, FUNCTION_*."""
    check_may(actor, Permission.RUN_PREPARE)
    check_open(Function.MINISTRY_SIGNING, now=now)
    check_scope(scope)
    with transaction.atomic():
        run = Run.objects.create(
            survey=Survey.objects.create(begun_at=now, for_run=True),
            province_code=scope.province_code,
            facility_id=scope.facility_id,
            size_limit=scope.limit,
            prepared_by_id=actor.officer_id,
            asked_at=now,
        )
        _note(actor, "ask_for_run", run.pk, now)
    return run.pk


# Deciding -----------------------------------------------------------------------------------------------------------


def decide_holds(actor: Actor, run_id: int, item_ids: Sequence[int], *, release: bool, now: datetime) -> int:
    """Release held items into the run or keep them back; give how many.

    Refuses RIGHT_MISSING, RUN_OWN, RUN_NOT_WAITING.
    """
    with transaction.atomic():
        _lock_to_decide(actor, run_id)
        decision = "RELEASED" if release else "KEPT"
        number = RunHold.objects.filter(run_id=run_id, item_id__in=list(item_ids)).update(
            decision=decision, decided_by_id=actor.officer_id, decided_at=now
        )
        _note(actor, "decide_holds", run_id, now, decision=decision, items=number)
    return number


def approve(actor: Actor, run_id: int, *, now: datetime) -> list[int]:
    """Approve a run that somebody else prepared; give the chunks to sign, for which the caller defers jobs.

    Held items that nobody released stay out. Refuses RIGHT_MISSING, RUN_OWN, RUN_NOT_WAITING, RUN_EMPTY, RUN_STALE,
    FUNCTION_CLOSED and FUNCTION_ENDED by a directive; what was approved before is signed to its end.
    """
    with transaction.atomic():
        run = _lock_to_decide(actor, run_id)
        released = RunHold.objects.filter(run=run, decision="RELEASED").count()
        if run.issued_at is None:
            raise Refused("RUN_NOT_WAITING")
        check_open(Function.MINISTRY_SIGNING, now=now)
        check_may_approve(run.survey.ready + released, run.issued_at, now)
        kept = _keep_the_rest(run, actor, now)
        chunks = list(RunChunk.objects.filter(run=run).order_by("number").values_list("pk", flat=True))
        _decide(run, actor, RunState.APPROVED, now)
        Run.objects.filter(pk=run_id).update(chunks_open=len(chunks), dropped=kept)
        _note(actor, "approve_run", run_id, now, released=released, kept=kept)
    return chunks


def refuse(actor: Actor, run_id: int, reason: str, *, now: datetime) -> None:
    """Refuse a run with a coded reason; its people are free for the next one.

    Refuses as `approve`, and RUN_REASON_UNKNOWN.
    """
    if reason not in {code.value for code in RunRefusal}:
        raise Refused("RUN_REASON_UNKNOWN")
    with transaction.atomic():
        run = _lock_to_decide(actor, run_id)
        run.decision_reason = reason
        run.finished_at = now
        _decide(run, actor, RunState.REFUSED, now)
        _note(actor, "refuse_run", run_id, now, reason=reason)


def approve_of_order(run_id: int, decided_by: tuple[int, int], *, now: datetime) -> list[int]:
    """Approve a revocation order's run in the name of the officer (with the office) who approved the order.

    The order's officers looked at each of these people and found them honest, so no brake holds anybody back. A run in
    which nobody is ready ends refused. Gives the chunks to sign; none where the run was decided before.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update(of=("self",)).select_related("survey").get(pk=run_id)
        if run.kind != RunKind.ORDER or run.state != RunState.PREPARED:
            return []
        run.decided_by_id, run.decided_at = decided_by[0], now
        RunHold.objects.filter(run=run, decision="").update(
            decision="RELEASED", decided_by_id=decided_by[0], decided_at=now
        )
        chunks = list(RunChunk.objects.filter(run=run).order_by("number").values_list("pk", flat=True))
        run.state = RunState.APPROVED.value if chunks else RunState.REFUSED.value
        run.chunks_open, run.decision_reason = len(chunks), "" if chunks else "RUN_EMPTY"
        run.finished_at = None if chunks else now
        run.save()
        officer_id, office_id = decided_by
        verb = "approve_run" if chunks else "refuse_run"
        note_act(
            officer_id=officer_id, office_id=office_id, now=now, verb=verb, subject=f"run/{run_id}",
            order=run.order_id,
        )  # fmt: skip
    return chunks


def _lock_to_decide(actor: Actor, run_id: int) -> Run:
    check_may(actor, Permission.RUN_APPROVE)
    run = Run.objects.select_for_update(of=("self",)).select_related("survey").filter(pk=run_id).first()
    if run is None:
        raise Refused("RUN_UNKNOWN")
    if run.kind == RunKind.ORDER:
        raise Refused("RUN_OF_ORDER")
    check_may_decide(run.state, run.prepared_by_id, actor.officer_id)
    return run


def _keep_the_rest(run: Run, actor: Actor, now: datetime) -> int:
    undecided = RunHold.objects.filter(run=run, decision="")
    undecided.update(decision="KEPT", decided_by_id=actor.officer_id, decided_at=now)
    kept = RunHold.objects.filter(run=run, decision="KEPT").values_list("item_id", "version_id")
    rows = ((item_id, run.pk, version_id, Drop.KEPT_BACK.value, now) for item_id, version_id in kept)
    return write_drops(rows)


def _decide(run: Run, actor: Actor, state: RunState, now: datetime) -> None:
    run.state, run.decided_by_id, run.decided_at = state.value, actor.officer_id, now
    run.save(update_fields=["state", "decided_by_id", "decided_at", "decision_reason", "finished_at"])


def _note(actor: Actor, verb: str, run_id: int, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"run/{run_id}", now=now, **facts)


# The books of signing -----------------------------------------------------------------------------------------------


def lock_chunk(chunk_id: int) -> bool:
    """Lock a chunk until the transaction ends; say whether it still waits to be recorded."""
    chunk = RunChunk.objects.select_for_update().filter(pk=chunk_id).first()
    return chunk is not None and chunk.recorded_at is None


def close_chunk(chunk_id: int, run_id: int, *, recorded: int, drops: Sequence[DropRow], now: datetime) -> None:
    """Write that a chunk is recorded, and who left it; the run is DONE with its last chunk.

    Belongs at the end of the transaction that recorded the passports: from here on others wait for the run.
    """
    write_drops((item_id, run_id, version_id, drop.value, now) for item_id, version_id, drop in drops)
    RunChunk.objects.filter(pk=chunk_id).update(recorded_at=now)
    run = Run.objects.filter(pk=run_id)
    run.update(
        recorded=F("recorded") + recorded,
        dropped=F("dropped") + len(drops),
        chunks_open=F("chunks_open") - 1,
        trouble="",
        trouble_at=None,
    )
    run.filter(chunks_open=0).update(state=RunState.DONE.value, finished_at=now)


def write_drops(rows: Iterable[tuple[int, int, int, str, datetime]]) -> int:
    """Write who left a run and why; give how many."""
    drops = list(rows)
    copy_rows("ministry_signing_rundrop", _DROP, drops)
    return len(drops)


def note_trouble(run_id: int, code: str, *, now: datetime) -> None:
    """Write that a run stands still and why; the next recorded chunk takes the note away."""
    Run.objects.filter(pk=run_id).update(trouble=code, trouble_at=now)
