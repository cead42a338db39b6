"""One publisher at a time, on any number of machines: a lock in the database that ends with its session."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

DOCUMENTS = 0x7661_7870_0001
"""Held while documents are numbered and written."""

LOG = 0x7661_7870_0002
"""Held while tiles and the checkpoint are written."""

MONITOR = 0x7661_7870_0003
"""Held while the monitor looks, so that one thing gives one alarm."""


@contextmanager
def only_one(lock: int) -> Iterator[None]:
    """Hold the lock; whoever comes second waits for the first, then finds nothing left to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
