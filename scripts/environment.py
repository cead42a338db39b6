"""Builds .venv from a lock file: `environment.py run` or `environment.py test`. Needs python3 (3.11 or newer) and venv.

Nothing is downloaded that the lock file does not name with its hash. A second call finds the environment as it left it.
"""

import hashlib
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PIP = VENV / "bin" / "pip"
STAMP = VENV / "locked"


def digest(kind: str) -> str:
    """Name the state that the environment should be in."""
    parts = [ROOT / "requirements" / f"{kind}.lock", ROOT / "pyproject.toml", ROOT / "packages/vaxproof/pyproject.toml"]
    content = b"".join(part.read_bytes() for part in parts) + sys.version.encode() + str(ROOT).encode()
    return f"{kind} {hashlib.sha256(content).hexdigest()}"


def is_ready(kind: str) -> bool:
    """Say whether the environment is as locked; what serves the tests serves the run too."""
    found = STAMP.read_text().split("\n") if STAMP.exists() else []
    return digest(kind) in found or (kind == "run" and digest("test") in found)


def install(*arguments: str) -> None:
    """Run pip quietly; its own words are shown when it fails."""
    answer = subprocess.run(
        [str(PIP), "install", "--quiet", "--disable-pip-version-check", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )
    if answer.returncode:
        sys.exit(answer.stdout + answer.stderr)


def build(kind: str) -> None:
    """Make the environment."""
    begun = time.monotonic()
    print(f"• Building the Python environment from requirements/{kind}.lock (once, about a minute) …", flush=True)
    if not PIP.exists():
        venv.create(VENV, with_pip=True, clear=True)
    install("--require-hashes", "-r", str(ROOT / "requirements" / f"{kind}.lock"))
    install("--no-deps", "--no-build-isolation", "-e", str(ROOT / "packages/vaxproof"), "-e", str(ROOT))
    wanted = [digest(kind)] + ([digest("run")] if kind == "test" else [])
    STAMP.write_text("\n".join(wanted))
    print(f"  done in {time.monotonic() - begun:.0f} s", flush=True)


def main() -> None:
    """Build the environment unless it stands."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- this very line tells those who have an older Python
        sys.exit(f"vaxpass needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    kind = sys.argv[1]
    if not is_ready(kind):
        build(kind)


main()
