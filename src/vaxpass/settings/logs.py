"""What may be written to a log: never a name, a number, or words that somebody typed.

Errors carry them where one does not look: a database error quotes the row that it refused, a validation error quotes
the field, an address that nobody knows may be a pasted ID number. So an error is told by its kind and its places in the
code, and a request by its method and the pattern of its address. One line a record, to the error stream.
"""

import json
import logging
import os
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any


class WithoutPeople(logging.Formatter):
    """Writes a record as one line of JSON: time (UTC), level, logger, what, and the error without its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "what": _what(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = list(_told(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)


def _what(record: logging.LogRecord) -> str:
    """A request's own address may hold what somebody typed; its pattern does not."""
    request = getattr(record, "request", None)
    if request is None:
        return record.getMessage()
    match = getattr(request, "resolver_match", None)
    route = match.route if match else "(no such address)"
    return f"{getattr(record, 'status_code', '')} {getattr(request, 'method', '')} {route}".strip()


def _told(error: BaseException | None) -> Iterator[str]:
    """Tell an error and what it came from: kind, codes, places."""
    while error is not None:
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        yield " ".join([kind, *_codes(error), *_places(error)])
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _codes(error: BaseException) -> Iterator[str]:
    """Ours have a code; PostgreSQL's a state and the name of the constraint, which say more than enough."""
    diagnosis = getattr(error, "diag", None)
    found = (
        getattr(error, "code", None),
        getattr(error, "sqlstate", None),
        getattr(diagnosis, "constraint_name", None),
        getattr(diagnosis, "table_name", None),
    )
    return (one for one in found if isinstance(one, str) and one)


def _places(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno}:{frame.name}"


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"without_people": {"()": "vaxpass.settings.logs.WithoutPeople"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "without_people"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Without handlers of their own: Django's would mail a report with everything that was posted.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # Names of jobs and ids, which is all that our jobs are given.
        "procrastinate": {"level": os.environ.get("VAXPASS_JOB_LOG", "WARNING")},
    },
}
