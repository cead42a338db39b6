"""A pytest plugin: compiles the locale files and, unless DATABASE_URL names a server, starts the embedded PostgreSQL.

Both must be done before Django reads its settings.
"""

import os
import tempfile
from pathlib import Path

import pytest

from vaxpass.console.embedded import start_postgres
from vaxpass.console.locales import compile_locales


def folder() -> Path:
    """Name the folder of this user's test server; short enough for a socket."""
    return Path(tempfile.gettempdir()) / f"vaxpass-tests-{os.getuid()}"


def stop() -> None:
    """Stop the test server, unless somebody else still uses it."""
    if folder().exists():
        start_postgres(folder()).cleanup()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start PostgreSQL in a folder short enough for its socket; a second run finds it running and shares it."""
    compile_locales(Path(__file__).resolve().parents[3] / "locale")
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start_postgres(folder(), keep_running=True).get_uri()
