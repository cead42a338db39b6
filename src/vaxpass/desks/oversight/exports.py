"""The Excel file of a table: the same rows, rights and hidden numbers as the page, as it asks with `?format=xlsx`.

Use: `if wants_sheet(request): return chart_sheet(chart, request.now)` before the page is rendered, and `sheet_url`
for the link. A table that names people gets no sheet.
"""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext

from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.tables import LIMIT, Source, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.desks.oversight.charts import Chart, Point
from vaxpass.oversight.sheets import MEDIA_TYPE, Sheet, Value, write

FORMAT: Final = "xlsx"
_GROUPED: Final = re.compile(r"-?\d{1,3}(\.\d{3})*")


def wants_sheet(request: HttpRequest) -> bool:
    """Say whether the address asks for the Excel file instead of the page."""
    return request.GET.get("format") == FORMAT


def sheet_url(request: HttpRequest, **query: str) -> str:
    """Give the address of this page's table as Excel file, with what the address chose already."""
    chosen = request.GET.copy()
    chosen["format"] = FORMAT
    for name, value in query.items():
        chosen[name] = value
    return f"{request.path}?{chosen.urlencode()}"


def sheet_response(  # noqa: PLR0913 -- a sheet is exactly these facts
    title: Words,
    as_of: datetime | None,
    columns: Sequence[Words],
    rows: Iterable[Sequence[Value]],
    *,
    unit: str = "",
    now: datetime,
    totals: int = 0,
    notes: Sequence[Words] = (),
) -> HttpResponse:
    """Answer with a table as Excel file. Numbers are numbers; a hidden one is its text; no text becomes a formula."""
    above = [str(title), *([unit] if unit else [])]
    if as_of is not None:
        above.append(f"{gettext('As of')} {moment_vi(as_of)}")
    headings = [str(column) for column in columns]
    below = ["", *map(str, notes), gettext("Source: vaccine passport platform, Ministry of Health")]
    sheet = Sheet(str(title), above, headings, [list(row) for row in rows], totals, below)
    return file_response(write([sheet], now), MEDIA_TYPE, f"{slugify(_ascii(str(title)))[:60]}.xlsx")


def file_response(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Answer with a file to be kept; `name` in ASCII."""
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def chart_sheet(chart: Chart, now: datetime) -> HttpResponse:
    """Answer with a chart's table as Excel file: the numbers as they are, totals below."""
    lines = sorted(chart.lines, key=lambda line: line.is_total)
    rows = [[str(line.label), *map(_bare, line.points)] for line in lines]
    totals = sum(line.is_total for line in lines)
    columns = [chart.row_label, *(one.label for one in chart.series)]
    return sheet_response(
        chart.title, chart.as_of, columns, rows, unit=chart.unit, now=now, totals=totals, notes=chart.notes
    )


def table_sheet(  # noqa: PLR0913 -- a table and what its page knows
    request: HttpRequest,
    table: Table[Any],
    source: Source,
    load: Callable[[list[Any]], Sequence[Any]] | None = None,
    *,
    now: datetime,
    as_of: datetime | None = None,
    unit: str = "",
) -> HttpResponse:
    """Answer with all rows of a table, filtered and sorted as the page is, up to LIMIT of tables."""
    cells = table.all_cells(request, source, load)
    rows = [[plain_value(cell.value, numeric=cell.numeric) for cell in row] for row in cells]
    notes = [gettext("The list is longer: narrow it by a filter.")] if len(rows) >= LIMIT else []
    columns = [column.label for column in table.columns]
    return sheet_response(table.caption, as_of, columns, rows, unit=unit, now=now, notes=notes)


def plain_value(value: object, *, numeric: bool = False) -> Value:
    """Give what a cell shows without its markup; a number that was written for reading becomes a number again."""
    if value is None or isinstance(value, int | float | datetime):
        return value
    text = " ".join(html.unescape(strip_tags(str(value))).split())
    return int(text.replace(".", "")) if numeric and _GROUPED.fullmatch(text) else text


def _bare(point: Point) -> Value:
    return point.text if point.value is None else point.value


def _ascii(text: str) -> str:
    return text.replace("đ", "d").replace("Đ", "D")
