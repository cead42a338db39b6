"""The demo's platform within a test: its offices, officers, keys and files, simulator and worker as processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tests.contract.population.conftest import TOKEN, start_simulator, stop_simulator
from vaxpass.identity.queries import count_waiting
from vaxpass.jobs.identity import defer_checks

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform below one folder, which stands for the demo's `.state`."""

    state: Path
    simulator: str
    messages: str = ""  # the folder of notices, where a journey reads them

    @property
    def spreadsheet(self) -> Path:
        """The file that the demo leaves for the newcomer."""
        return next((self.state / "demo" / "to-upload").iterdir())

    def work(self) -> None:
        """Let a worker process do all that waits, as the platform starts it."""
        at = connection.settings_dict
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT']}",
            "VAXPASS_STATE": str(self.state),
            "VAXPASS_POPULATION_URL": self.simulator,
            "VAXPASS_POPULATION_TOKEN": TOKEN,
            "VAXPASS_POPULATION_OFFICE": "BYT",
            "VAXPASS_POPULATION_OFFICER_KEY": "shared",
            "VAXPASS_MESSAGES_FOLDER": self.messages,
        }
        command = [sys.executable, "-m", "vaxpass.console", "procrastinate", "worker", "--one-shot"]
        ran = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=300)
        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'failed'")
            failed = [name for (name,) in cursor.fetchall()]
        assert (ran.returncode, failed) == (0, []), ran.stderr[-4000:]

    def compare_identities(self) -> None:
        """Let the identities be checked; a question that stayed unanswered is due again at once, not in a minute."""
        for _ in range(5):
            defer_checks()
            self.work()
            if not count_waiting():
                return
            with connection.cursor() as cursor:
                cursor.execute("UPDATE identity_waiting SET next_at = now() WHERE claim IS NULL")
        raise AssertionError("the population database's simulator stayed silent")

    def verify(self, what: Path) -> subprocess.CompletedProcess[str]:
        """Check a file at the command line, by the published trust list alone."""
        trust = self.state / "published" / "trust-list.json"
        command = [str(part) for part in (BIN / "vaxproof", "verify", "--trust", trust, what)]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


@contextmanager
def prepared_platform(state: Path, settings: Any) -> Iterator[Path]:
    """Prepare what `make run` prepares, below `state`."""
    settings.DEMO, settings.STATE_DIR = True, state
    settings.KEY_DIR, settings.PUBLISH_DIR = state / "keys", state / "published"
    _forget_partitioned_rows()  # jobs of other tests above all
    call_command("seed", "prepare", stdout=StringIO())
    try:
        yield state
    finally:
        _forget_partitioned_rows()


@contextmanager
def whole_platform(state: Path, settings: Any) -> Iterator[Platform]:
    """The same with the population database's simulator running."""
    with prepared_platform(state, settings) as prepared:
        process, url = start_simulator(prepared / "demo" / "population.jsonl")
        try:
            yield Platform(prepared, url)
        finally:
            stop_simulator(process)


def _forget_partitioned_rows() -> None:
    """Empty what the flush between tests leaves: it knows managed tables alone."""
    tables = ", ".join(model._meta.db_table for model in apps.get_models() if not model._meta.managed)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables}")
