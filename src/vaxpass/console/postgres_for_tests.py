"""A pytest plugin: compiles the locale files and, unless DATABASE_URL names a server, starts the embedded PostgreSQL.

Both must be done before Django reads its settings.
"""

import os
import tempfile
from pathlib import Path

import pytest

from vaxpass.console.embedded import start_postgres
from vaxpass.console.locales import compile_locales


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start PostgreSQL in a folder short enough for its socket; a second run finds it running and shares it."""
    compile_locales(Path(__file__).resolve().parents[3] / "locale")
    if not os.environ.get("DATABASE_URL"):
        folder = Path(tempfile.gettempdir()) / f"vaxpass-tests-{os.getuid()}"
        os.environ["DATABASE_URL"] = start_postgres(folder, keep_running=True).get_uri()
