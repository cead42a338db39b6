"""What an office can be. Free of Django, so that rules and every other room may name it."""

from enum import StrEnum


class OfficeKind(StrEnum):
    """What an office is."""

    FACILITY = "facility"
    COMMUNE = "commune"
    DISTRICT = "district"  # until 30/6/2025
    PROVINCE = "province"
    MINISTRY = "ministry"
    SUPPORT = "support"


class FacilityClass(StrEnum):
    """Whose facility it is: deadlines differ by class (dispatch 1975/BYT-CNTT)."""

    PROVINCIAL = "provincial"
    MINISTRY = "ministry"
    SECTOR = "sector"


def choices_of(kinds: type[StrEnum]) -> list[tuple[str, str]]:
    """Give the values with their English words, as columns take them."""
    return [(kind.value, kind.name.title()) for kind in kinds]
