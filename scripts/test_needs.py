"""What the tests need beside the environment: Debian's packages, the independent verifiers, the data of others.

As root it installs what is missing; otherwise it says exactly what is missing, and fails.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JUDGE = ROOT / ".venv-judge"
NODE_JUDGE = ROOT / "packages/vaxproof/tests/judges/node"

# What must be there, and the Debian package that brings it.
NEEDED = {
    "chromium": "chromium",
    "softhsm2-util": "softhsm2",
    "node": "nodejs",
    "npm": "npm",
    "openssl": "openssl",
    "go": "golang-go",
    "/usr/lib/postgresql/15/bin/postgres": "postgresql-15",
}
# Go's own log code judges ours; Debian carries its source, so nothing else is fetched.
NEEDED_FILES = {"/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog/tile.go": "golang-golang-x-mod-dev"}
# The browser's driver comes in a wheel, but not with this library of the compiler.
NEEDED_LIBRARIES = {"libatomic.so.1": "libatomic1"}


def is_there(library: str) -> bool:
    """Say whether the system finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing() -> list[str]:
    """List the Debian packages of the programs, files and libraries that are not there."""
    files = {package for file, package in NEEDED_FILES.items() if not Path(file).exists()}
    programs = {package for program, package in NEEDED.items() if not shutil.which(program)}
    libraries = {package for library, package in NEEDED_LIBRARIES.items() if not is_there(library)}
    return sorted(programs | files | libraries)


def install_debian_packages() -> None:
    """Install them as root, or say what is missing."""
    packages = missing()
    if not packages:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("The tests need these Debian packages:\n  sudo " + " ".join(command))
    print("• Installing Debian's " + ", ".join(packages) + " …", flush=True)
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update"], check=True, **quiet)  # type: ignore[call-overload]  # one set of options for both
    subprocess.run(command, check=True, **quiet)  # type: ignore[call-overload]  # the same
    if still := missing():
        sys.exit("Installed, yet not found: " + ", ".join(still))


def build_judges() -> None:
    """Build the environments of the verifiers that we did not write."""
    lock = ROOT / "requirements/judge.lock"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = JUDGE / "locked"
    if not stamp.exists() or stamp.read_text() != wanted:
        print("• Building the independent verifiers' environment …", flush=True)
        venv.create(JUDGE, with_pip=True, clear=True)
        pip = [str(JUDGE / "bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
        stamp.write_text(wanted)
    node_lock = NODE_JUDGE / "package-lock.json"
    node_wanted = hashlib.sha256(node_lock.read_bytes()).hexdigest()
    node_stamp = NODE_JUDGE / "node_modules/locked"
    if not node_stamp.exists() or node_stamp.read_text() != node_wanted:
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], check=True, cwd=NODE_JUDGE)
        node_stamp.write_text(node_wanted)


def main() -> None:
    """Bring everything."""
    install_debian_packages()
    build_judges()
    vectors = Path(os.environ.get("VAXPASS_VECTORS", ROOT.parent / "shared/vectors"))
    if not vectors.exists():
        word = "failing, as CI must run them" if os.environ.get("CI") else "their tests are skipped"
        print(f"• The test data of others are not beside this checkout: {word}.", flush=True)


main()
