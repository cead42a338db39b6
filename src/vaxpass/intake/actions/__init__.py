"""The verbs of intake: staging, checking, storing a file; entering and mending a single dose."""

from vaxpass.intake.actions.checking import check, map_columns
from vaxpass.intake.actions.single import RowRefused, enter, mend
from vaxpass.intake.actions.staging import discard, expire, note_download, stage
from vaxpass.intake.actions.storing import confirm, store

__all__ = [
    "RowRefused",
    "check",
    "confirm",
    "discard",
    "enter",
    "expire",
    "map_columns",
    "mend",
    "note_download",
    "stage",
    "store",
]
