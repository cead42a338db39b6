"""A log's files in a folder: written beside and renamed, so that no reader sees half of one."""

import os
from pathlib import Path

from vaxproof.log.tiles import MAX_FILE_BYTES

_UNFINISHED = ".unfinished"


def write_whole(path: Path, data: bytes) -> None:
    """Put the bytes at the path, durably; a reader sees the old file or the new one, also after a crash."""
    store = FolderStore(path.parent)
    store.write(path.name, data)
    store.settle()


class FolderStore:
    """A `Store`. One writer at a time; any number of readers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unsettled: list[Path] = []

    def read(self, path: str) -> bytes:
        """The file's bytes.

        Raises:
            FileNotFoundError: there is none.
        """
        try:
            with (self.folder / path).open("rb") as file:
                return file.read(MAX_FILE_BYTES + 1)
        except (NotADirectoryError, IsADirectoryError):
            raise FileNotFoundError(path) from None

    def write(self, path: str, data: bytes) -> None:
        """Put the file there; `settle` makes it outlive a crash."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(target.name + _UNFINISHED)
        beside.write_bytes(data)
        beside.replace(target)
        self._unsettled.append(target)

    def settle(self) -> None:
        """Have the system write down all files and folders of this store's work."""
        folders = {parent for target in self._unsettled for parent in target.parents if self.holds(parent)}
        for place in (*self._unsettled, *sorted(folders)):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._unsettled = []

    def holds(self, place: Path) -> bool:
        """Whether a place is the folder or lies below it."""
        return place == self.folder or self.folder in place.parents
