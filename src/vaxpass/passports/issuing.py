"""One chunk of a run from prepared bytes to passports: claim, sign outside any transaction, record in one."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from vaxpass.facility_signing.ports import SigningKey
from vaxpass.ministry_signing import signing
from vaxpass.passports.actions import record_signed


def issue_chunk(chunk_id: int, open_key: Callable[[], SigningKey], clock: Callable[[], datetime]) -> int:
    """Sign and record a chunk; give the number of passports, 0 where another worker has it or had it.

    Refuses and raises as `sign_chunk`; then nothing was recorded and the chunk waits for the next try.
    """
    with signing.claim(chunk_id) as mine, _collecting_later():
        signed = signing.sign_chunk(chunk_id, open_key()) if mine else None
        return 0 if signed is None else record_signed(signed, now=clock()) or 0


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
