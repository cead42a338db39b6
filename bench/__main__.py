"""`make bench`: every bench, one after the other, each in a process of its own. `make bench` never fails on speed."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """Run them; give how many could not run."""
    broken = 0
    for bench in sorted(FOLDER.glob("[a-z]*.py")):
        print(f"\n=== {bench.stem}", flush=True)
        broken += subprocess.run([sys.executable, bench, *sys.argv[1:]], check=False).returncode not in {0, 1}
    return broken


if __name__ == "__main__":
    sys.exit(main())
