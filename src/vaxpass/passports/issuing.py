"""One chunk of a run from prepared bytes to passports: claim, sign outside any transaction, record in one."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from vaxpass.facility_signing.ports import SigningKey
from vaxpass.ministry_signing import signing
from vaxpass.passports.actions import Recorded, record_signed


def _tell_nobody(recorded: Recorded) -> None:
    """Where nothing follows from a recording."""


def issue_chunk(
    chunk_id: int,
    open_key: Callable[[], SigningKey],
    clock: Callable[[], datetime],
    tell: Callable[[Recorded], None] = _tell_nobody,
) -> int:
    """Sign and record a chunk; give the number of passports, 0 where another worker has it or had it.

    Refuses and raises as `sign_chunk`; then nothing was recorded and the chunk waits for the next try.
    `tell` runs in the recording transaction.
    """
    with signing.claim(chunk_id) as mine, _collecting_later():
        signed = signing.sign_chunk(chunk_id, open_key()) if mine else None
        return 0 if signed is None else record_signed(signed, now=clock(), tell=tell) or 0


@contextmanager
def _collecting_later() -> Iterator[None]:
    """A chunk makes tens of thousands of small things and no cycles; searching the heap for cycles costs a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
