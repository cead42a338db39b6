"""Killing a process at every statement and every commit: what the database then holds must be whole."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.backends.utils import CursorWrapper

MOST = 400
"""No step of the way has so many statements; a test that reaches this goes round in circles."""


_PATIENCE = 3_000
"""Hundredths of a second."""


class Killed(Exception):  # noqa: N818 -- an end, not an error
    """The process is gone: the database has lost its connection and undone what was not committed."""


class _Killer:
    """Counts what is sent to the database and dies at the n-th, before it is sent; a commit counts twice."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.died = False
        self.session: int | None = None

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.died = True
            self.session = connection.connection and connection.connection.info.backend_pid
            connection.close()
            raise Killed

    def around_statement(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.count()
        return execute(*statement)

    def around_commit(self, commit: Callable[[], None]) -> Callable[[], None]:
        def counted() -> None:
            self.count()  # before the database heard of it
            commit()
            self.count()  # after it did, but nobody here was told

        return counted

    def around_attributes(self) -> Callable[[CursorWrapper, str], Any]:
        original = CursorWrapper.__getattr__

        def counted(cursor: CursorWrapper, name: str) -> Any:
            if name == "copy":  # a COPY is no execute
                self.count()
            return original(cursor, name)

        return counted


@contextmanager
def _armed(killer: _Killer) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(killer.around_statement))
        commit = connection._commit  # type: ignore[attr-defined]  # inner to Django: the moment itself
        stack.enter_context(patch.object(connection, "_commit", killer.around_commit(commit)))
        stack.enter_context(patch.object(CursorWrapper, "__getattr__", killer.around_attributes()))
        yield


def kill_everywhere(step: Callable[[], object], check: Callable[[], None]) -> int:
    """Run a step killed at its first statement, its second, and so on, until it lives; check after each death.

    The step is the same each time: what a death left must be enough for the next try. Gives the number of deaths.
    """
    for number in range(1, MOST):
        killer = _Killer(number)
        try:
            with _armed(killer):
                step()
        except Killed:
            pass
        connection.close()
        _wait_for_end(killer.session)
        check()
        if not killer.died:
            return number - 1
    raise AssertionError("the step never ends")


def _wait_for_end(session: int | None) -> None:
    """The server undoes a lost session a moment after the line broke; the next worker comes later than that."""
    with connection.cursor() as cursor:
        for _ in range(_PATIENCE):
            cursor.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [session])
            if cursor.fetchone() is None:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("the server keeps a lost session")
