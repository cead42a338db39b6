"""`make test`: the checks, then every test; in CI once more the tests of the database on Debian's PostgreSQL 15."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv/bin"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql/15/bin")
ON_ONE_DATABASE = {
    "administration", "campaigns", "citizen_record", "inspections", "integrators", "oversight_pages",
    "oversight_weekly", "passports_face", "report_desks", "support", "verifier",
}  # fmt: skip
"""Pages, which send no statements of their own, and rooms of plain rows: left out for the sake of time."""
ON_BOTH_DATABASES = [
    "tests/contract",
    *sorted(
        f"tests/unit/{one.name}"
        for one in (ROOT / "tests/unit").iterdir()
        if one.is_dir() and not one.name.startswith(("desks_", "_")) and one.name not in ON_ONE_DATABASE
    ),
]


def step(title: str, *command: str | Path, **environment: str) -> None:
    """Run one part; stop at the first that fails."""
    begun = time.monotonic()
    print(f"\n=== {title}", flush=True)
    answer = subprocess.run([str(word) for word in command], cwd=ROOT, check=False, env={**os.environ, **environment})
    print(f"=== {title}: {time.monotonic() - begun:.0f} s", flush=True)
    if answer.returncode:
        sys.exit(answer.returncode)


def as_database_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package brings the user `postgres`."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def on_debian_postgres() -> None:
    """Run the tests of the database on a throw-away cluster of Debian's PostgreSQL 15."""
    folder = Path(tempfile.mkdtemp(prefix="vaxpass-pg15-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, socket = folder / "data", folder
    init = [str(DEBIAN_POSTGRES / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--locale=C.UTF-8"]
    control = [str(DEBIAN_POSTGRES / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-k {socket} -c listen_addresses= -c fsync=off"
    subprocess.run(as_database_user(init), check=True, stdout=subprocess.DEVNULL)
    start = [*control, "-l", str(folder / "log"), "-o", options, "start"]
    subprocess.run(as_database_user(start), check=True, stdout=subprocess.DEVNULL)
    try:
        step(
            "the tests of the database on Debian's PostgreSQL 15",
            BIN / "pytest", "-q", "-n", "2", *ON_BOTH_DATABASES,
            DATABASE_URL=f"postgresql://postgres@/postgres?host={socket}",
            VAXPASS_TESTS="database",
        )  # fmt: skip
    finally:
        subprocess.run(as_database_user([*control, "-m", "immediate", "stop"]), check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Run everything."""
    step("checks", BIN / "python", "scripts/check.py")
    try:
        step("tests", BIN / "pytest", "-q", "-n", "2", "--dist", "loadfile")
    finally:
        stop = "from vaxpass.console.postgres_for_tests import stop; stop()"
        subprocess.run([str(BIN / "python"), "-c", stop], cwd=ROOT, check=False)
    if os.environ.get("CI"):
        on_debian_postgres()


main()
