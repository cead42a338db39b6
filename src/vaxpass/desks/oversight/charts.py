"""A table with a chart drawn from it: what a page declares, and parts/chart.html shows.

The table is the truth and stays without JavaScript; static/oversight/charts.js draws what stands in it. A chart never
knows more than its table: a hidden number ("<5") has no value anywhere on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.templatetags.desk import number


class Kind(StrEnum):
    """What is drawn: series over time, units side by side, steps of a way, causes × units, provinces as squares."""

    LINE = "line"
    BAR = "bar"
    FUNNEL = "funnel"
    HEAT = "heat"
    TILES = "tiles"


@dataclass(frozen=True, slots=True)
class Series:
    """A column of numbers. `drawn=False`: it stands in the table only. `percent`: whole percents."""

    label: Words
    drawn: bool = True
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A cell: the number as drawn (None: unknown or hidden) and as read; `url` leads to what is behind it."""

    value: float | None
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its name, its numbers in the order of the series; for tiles also where its square lies."""

    label: Words
    points: Sequence[Point]
    url: str = ""
    x: int | None = None
    y: int | None = None
    short: str = ""
    is_total: bool = False
    """Shown below the others and never drawn."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A table and its picture. `name`: of the part on the page and of the PNG file; `sheet_url`: its Excel file."""

    name: str
    kind: Kind
    title: Words
    row_label: Words
    series: Sequence[Series]
    lines: Sequence[Line]
    unit: str = ""
    as_of: datetime | None = None
    sheet_url: str = ""
    stacked: bool = False
    folded: bool = False
    """The table is folded away below the picture where there is JavaScript; it is always open without, and in print."""
    notes: Sequence[Words] = field(default=())


def count_point(value: int | str | None, url: str = "") -> Point:
    """Give the cell of a count; a text ("<5") is shown as it is and never drawn, None is shown as a dash."""
    if value is None or isinstance(value, str):
        return Point(None, value or "–", url)
    return Point(value, number(value), url)


def percent_point(value: int | None, url: str = "") -> Point:
    """Give the cell of a share in whole percent."""
    return Point(None, "–", url) if value is None else Point(value, f"{value} %", url)
