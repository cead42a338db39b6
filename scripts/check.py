"""`make check`: lock files, format, lint, types, import laws, generated documents. Names all faults, then fails."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv/bin"
CHECKS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
    "types": [str(BIN / "mypy"), "src", "packages/vaxproof/src", "scripts", "bench", "tests"],
    "import laws": [str(BIN / "lint-imports"), "--no-cache"],
    "generated documents": [str(BIN / "python"), "scripts/generate_docs.py", "--check"],
}


def lock_faults() -> list[str]:
    """Lock files carry hashes and no addresses."""
    faults = []
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        text = lock.read_text()
        pinned = len(re.findall(r"^[a-zA-Z0-9].*==", text, re.MULTILINE))
        if re.search(r"https?://", text):
            faults.append(f"{lock.name} names an address")
        if pinned == 0 or text.count("--hash=") < pinned:
            faults.append(f"{lock.name} has a package without a hash")
    return faults


def main() -> None:
    """Run every check."""
    failed = lock_faults()
    for name, command in CHECKS.items():
        print(f"--- {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit("failed: " + ", ".join(failed))
    print("all checks passed")


main()
