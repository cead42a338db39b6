"""Files that readers never see half-written: temporary name, fsync, rename, fsync of the folder.

A name that begins with a dot is ours alone: nothing of it is ever served or named in the index.
"""

import os
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from vaxpass.offices.scope import Unavailable

UNUSABLE = "PUBLISH_FOLDER_UNUSABLE"
_PIECE = 1 << 20


def write_whole(path: Path, data: bytes) -> None:
    """Put the bytes at the path, readable by all; a reader sees the old file or the new one, also after a crash.

    Raises:
        Unavailable: PUBLISH_FOLDER_UNUSABLE (no right to write, disk full, not there).
    """
    try:
        _write(path, data)
    except OSError:
        raise Unavailable(UNUSABLE) from None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_if_other(path: Path, data: bytes) -> bool:
    """Put the bytes at the path unless they are there; say whether they were written. Raises as `write_whole`."""
    if read_or_none(path) == data:
        return False
    write_whole(path, data)
    return True


def read_or_none(path: Path) -> bytes | None:
    """Give the bytes of a file, or None where there is none. Raises Unavailable PUBLISH_FOLDER_UNUSABLE."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        raise Unavailable(UNUSABLE) from None


def remove(path: Path) -> None:
    """Take a file away, if it is there. Raises Unavailable PUBLISH_FOLDER_UNUSABLE."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        raise Unavailable(UNUSABLE) from None


def public_files(folder: Path) -> Iterator[Path]:
    """Give every file below the folder that readers may have, in order of names; those of the log are not walked."""
    for place, folders, names in os.walk(folder):
        hidden = {name for name in folders if name.startswith(".")}
        folders[:] = sorted(set(folders) - hidden - ({"log"} if Path(place) == folder else set()))
        yield from (Path(place) / name for name in sorted(names) if not name.startswith("."))


def sweep(folder: Path, *, below: bool = True) -> None:
    """Take away what a killed publisher left half-written, and leave the log's folder to the publisher of the log.

    Call it under the publisher's lock alone. `below`: in the folders below too.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if below and (Path(place) / name) != folder / "log"]
        for name in names:
            if name.startswith("."):
                remove(Path(place) / name)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hex; read again when it changed. Raises OSError."""
    stat = path.stat()
    return _sha256_of(path, (stat.st_mtime_ns, stat.st_ino, stat.st_size))


@lru_cache(maxsize=16_384)
def _sha256_of(path: Path, stamp: tuple[int, int, int]) -> str:  # noqa: ARG001 -- the stamp is part of the cache's key
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
