"""Resolves the lock files: every package with its hashes, no address of any registry."""

import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / ".venv-lock"
COMMON = [
    "--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header",
    "--no-annotate", "--quiet", "--no-emit-package", "vaxproof", "--no-emit-package", "vaxpass",
]  # fmt: skip
LOCKS = {
    "run": ["pyproject.toml"],
    "test": ["--extra", "test", "-c", "requirements/run.lock", "pyproject.toml"],
    "judge": ["requirements/judge.in"],
}


def main() -> None:
    """Write requirements/*.lock."""
    if not TOOL.exists():
        venv.create(TOOL, with_pip=True)
        subprocess.run([TOOL / "bin/pip", "install", "--quiet", "uv"], check=True)
    for name, sources in LOCKS.items():
        target = f"requirements/{name}.lock"
        subprocess.run([TOOL / "bin/uv", "pip", "compile", *COMMON, *sources, "-o", target], check=True, cwd=ROOT)
        print(target)


main()
