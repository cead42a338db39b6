"""The log: append into tiles with a checkpoint, proofs from tiles, and the audit of a million leaves.

Run: `python bench/log.py [LEAVES]`. Everything goes to a folder of its own; writing counts what a publisher does, the
wait for the disk and the signed checkpoint included. The audit runs in a process of its own, so that its peak of memory
is its own; `python -c pass` with the same imports is measured beside it.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from hashlib import sha256
from pathlib import Path

LEAVES, HOURLY, PROOFS = 1_000_000, 5_000, 20_000
ORIGIN = "vaxpass.invalid/bench"


def main() -> int:
    """Measure and print."""
    leaves = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else LEAVES
    with tempfile.TemporaryDirectory(prefix="vaxpass-bench-") as folder:
        rows = {"leaves": float(leaves)} | _write(Path(folder), leaves) | _prove(Path(folder)) | _audit(Path(folder))
    if "--json" in sys.argv:
        print(json.dumps(rows))
    else:
        for name, value in rows.items():
            print(f"{name:36}{value:14,.2f}")
    return 0


def _entries(first: int, count: int) -> list[bytes]:
    from vaxproof.log.leaf import LeafKind, leaf_bytes

    day, kid = date(2026, 11, 22), b"\1" * 8
    return [leaf_bytes(sha256(b"%d" % n).digest(), LeafKind.ISSUE, kid, day) for n in range(first, first + count)]


def _write(folder: Path, leaves: int) -> dict[str, float]:
    """All at once as after a restore, then hour after hour as in operation."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from vaxproof.log.checkpoint import Checkpoint
    from vaxproof.log.folder import FolderStore
    from vaxproof.log.merkle import EMPTY_ROOT
    from vaxproof.log.note import NoteSigner
    from vaxproof.log.tiles import TileWriter

    signer, store = NoteSigner(ORIGIN, Ed25519PrivateKey.generate()), FolderStore(folder)

    def append(entries: list[bytes], size: int, root: bytes) -> tuple[int, bytes]:
        writer = TileWriter(store, size, root)
        writer.append(entries)
        size, root = writer.settle()
        store.write("checkpoint", Checkpoint(ORIGIN, size, root).sign(signer))
        store.settle()
        return size, root

    hours = min(20, leaves // HOURLY // 2)
    bulk, portions = _entries(0, leaves - hours * HOURLY), [
        _entries(leaves - (hours - n) * HOURLY, HOURLY) for n in range(hours)
    ]  # fmt: skip
    began = time.perf_counter()
    size, root = append(bulk, 0, EMPTY_ROOT)
    between = time.perf_counter()
    for portion in portions:
        size, root = append(portion, size, root)
    ended = time.perf_counter()
    return {
        "append_at_once_per_second": len(bulk) / (between - began),
        f"append_by_{HOURLY}_per_second": hours * HOURLY / (ended - between),
        "checkpoint_ms": (ended - between) * 1000 / hours if hours else 0.0,
    }


def _prove(folder: Path) -> dict[str, float]:
    """Inclusion paths of leaves all over the log, and whole proof files."""
    from vaxproof.log.checkpoint import Checkpoint
    from vaxproof.log.folder import FolderStore
    from vaxproof.log.note import read_note
    from vaxproof.log.proof import write_proof
    from vaxproof.log.tiles import TileReader

    note = (folder / "checkpoint").read_bytes()
    size = Checkpoint.decode(read_note(note).text).size
    in_order = range(0, size, max(1, size // PROOFS))
    all_over = [sha256(b"%d" % n).digest() for n in range(PROOFS // 20)]
    rates = {}
    reader = TileReader(FolderStore(folder), size)
    began = time.perf_counter()
    for index in in_order:
        reader.inclusion_path(index)
    rates["paths_in_order_per_second"] = len(in_order) / (time.perf_counter() - began)
    reader = TileReader(FolderStore(folder), size)
    began = time.perf_counter()
    for digest in all_over:
        write_proof(reader, int.from_bytes(digest[:8]) % size, note)
    rates["proof_files_anywhere_per_second"] = len(all_over) / (time.perf_counter() - began)
    return rates


AUDIT = """
import sys, time
from pathlib import Path
from vaxproof.log.audit import audit_log
from vaxproof.log.checkpoint import Checkpoint
from vaxproof.log.folder import FolderStore
from vaxproof.log.note import read_note
folder, seconds = Path(sys.argv[1]), 0.0
if sys.argv[2] == "audit":
    began = time.perf_counter()
    checkpoint = Checkpoint.decode(read_note((folder / "checkpoint").read_bytes()).text)
    audit = audit_log(FolderStore(folder), checkpoint)
    seconds = time.perf_counter() - began
    assert audit.is_clean and audit.audited == checkpoint.size
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]  # rusage would count the parent too
print(seconds, peak)
"""


def _audit(folder: Path) -> dict[str, float]:
    def run(what: str) -> tuple[float, float]:
        done = subprocess.run(
            [sys.executable, "-c", AUDIT, str(folder), what], check=True, capture_output=True, text=True
        )
        seconds, kilobytes = done.stdout.split()
        return float(seconds), float(kilobytes) / 1024

    seconds, peak = run("audit")
    return {"audit_seconds": seconds, "audit_peak_mb": peak, "audit_peak_above_imports_mb": peak - run("imports")[1]}


if __name__ == "__main__":
    sys.exit(main())
