"""A small set of rules to begin with: entry into Vietnam, written by us, published by two people like any other."""

from importlib import resources
from typing import Final

FILE_NAME: Final = "vn-entry.json"


def starting_rules() -> bytes:
    """The file as it would be imported."""
    return (resources.files("vaxpass.validity_rules") / "data" / FILE_NAME).read_bytes()
