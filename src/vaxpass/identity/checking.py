"""Asking: the loop of a worker. Any number of workers may run it at once; each takes other rows of the queue."""

import random
from collections.abc import Callable
from datetime import datetime

from vaxpass.identity import actions, queries
from vaxpass.identity.actions import Timing
from vaxpass.identity.ports import PopulationDatabase

BATCH = 500  # some 8 connections ask this in about a second; a slow service in some minutes, within the lease


def check_waiting(
    database: PopulationDatabase,
    *,
    clock: Callable[[], datetime],
    timing: Timing | None = None,
    size: int = BATCH,
) -> int:
    """Ask until nothing is due or the line is out; give how many questions were put.

    Call outside any transaction: the questions leave between two of them.
    """
    timing = timing or Timing()
    put = 0
    while True:
        line = queries.get_line()
        if line.is_paused(clock()):
            return put
        batch = actions.prepare(now=clock(), size=timing.patience.probe if line.pauses else size, timing=timing)
        if batch.asked:
            put += len(batch.asked)
            if not ask_and_record(database, batch, clock=clock, timing=timing):
                return put
        elif not batch.taken and not actions.queue_received(now=clock()):
            return put


def ask_and_record(
    database: PopulationDatabase, batch: actions.Batch, *, clock: Callable[[], datetime], timing: Timing
) -> bool:
    """Put the questions of a batch and record what comes back; give whether the line is up."""
    answers = database.compare([asked.question for asked in batch.asked])
    spread = [random.random() for _ in batch.asked]  # noqa: S311 -- spreads waits, protects nothing
    return actions.record(batch, answers, now=clock(), fractions=spread, timing=timing)
