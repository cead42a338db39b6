"""Names of provinces from the table that comes with the code (units of before and after 1/7/2025; see data/)."""

import csv
from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from vaxpass.offices.models import Office

_HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@cache
def _rows() -> list[dict[str, str]]:
    text = resources.files("vaxpass.offices").joinpath("data/provinces.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _table() -> dict[str, dict[str, str]]:
    """Give the rows by code; of several rows of one code the last counts."""
    return {row["code"]: row for row in _rows()}


def list_provinces(on: datetime) -> list[tuple[str, str, str]]:
    """List (code, Vietnamese name, English name) of the provinces in force on a day in Hanoi, by code."""
    day = on.astimezone(_HANOI).date().isoformat()
    in_force = [row for row in _rows() if row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"])]
    return sorted((row["code"], row["name_vi"], row["name_en"]) for row in in_force)


def provinces_to_choose(language: str) -> list[tuple[str, str]]:
    """List (code, name) of the provinces of today, and of earlier ones that still have an open office."""
    offices = Office.objects.filter(closed_on__isnull=True).values_list("province_code", flat=True)
    used = set(offices.distinct())
    column = "name_en" if language == "en" else "name_vi"
    return [(code, row[column]) for code, row in _table().items() if not row["valid_to"] or code in used]
