"""Who signs a weekly report, and in which capacity. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Capacity(StrEnum):
    """In which capacity a report is signed. The values are stored; weekly_words has the words of each body."""

    HEAD = "head"
    DEPUTY = "deputy"  # KT.: in place of the head
    ORDER = "order"  # TL.: by the head's order


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: the lines of the capacity ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), the name; "" leaves room for it."""

    capacity: tuple[str, ...]
    name: str = ""
