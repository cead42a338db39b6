"""Names of provinces from the table that comes with the code (units of before and after 1/7/2025; see data/)."""

import csv
from functools import cache
from importlib import resources

from vaxpass.offices.models import Office


@cache
def _table() -> dict[str, dict[str, str]]:
    """Read the table; of several rows of one code the last counts."""
    text = resources.files("vaxpass.offices").joinpath("data/provinces.csv").read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(text.splitlines())}


def provinces_to_choose(language: str) -> list[tuple[str, str]]:
    """List (code, name) of the provinces of today, and of earlier ones that still have an open office."""
    offices = Office.objects.filter(closed_on__isnull=True).values_list("province_code", flat=True)
    used = set(offices.distinct())
    column = "name_en" if language == "en" else "name_vi"
    return [(code, row[column]) for code, row in _table().items() if not row["valid_to"] or code in used]
