"""The refusal of a whole file."""

from typing import Final

from vaxpass.offices.scope import Refused


class FileRefused(Refused):
    """The file cannot be read as a facility's list; codes below."""


FILE_CODES: Final = frozenset(
    {
        "FILE_EMPTY", "FILE_TOO_LARGE", "FILE_INFLATES", "FILE_TOO_MANY_ROWS", "FILE_TOO_WIDE", "FILE_BROKEN",
        "FILE_MACRO", "FILE_ENCRYPTED", "FILE_LEGACY_XLS", "FILE_OTHER_KIND", "FILE_UTF16", "FILE_WINDOWS_1258",
        "FILE_NOT_UTF8", "FILE_CSV_QUOTES", "FILE_SEVERAL_SHEETS", "FILE_HEADER_NOT_FOUND", "FILE_NO_ROWS",
    }
)  # fmt: skip
"""Every refusal of a file; each has its sentences in the locale files."""
