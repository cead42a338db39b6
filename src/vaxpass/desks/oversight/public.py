"""Progress and times by province, for everybody: a page, JSON, CSV and Excel. Small numbers are hidden."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import open_to_all
from vaxpass.desks._shared.navigation import Desk, Words
from vaxpass.desks.oversight.charts import Chart, Kind, Line, Point, Series, count_point, percent_point
from vaxpass.desks.oversight.exports import chart_sheet, file_response
from vaxpass.desks.oversight.figure_words import SCHEME_WORDS
from vaxpass.desks.oversight.place import Link
from vaxpass.desks.oversight.tiles import tile_of
from vaxpass.desks.oversight.time_words import count_of, length_words, percent_of
from vaxpass.offices.units import Scheme, scheme_on
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight import figures
from vaxpass.oversight.public import SPANS, Column, PublicRow, PublicTable, by_province
from vaxpass.oversight.times import Span, Times

LIGHT: Final = Desk("oversight", _("Progress by province"), style="oversight/public.css")
"""The page is for everybody: small, without script, with print that can be made larger."""
FEW: Final = "…"
"""What is not told: fewer than five, or a number that would tell such a one."""
_COLUMN_WORDS: Final[dict[Column, Words]] = {
    Column.GIVEN: _("Doses given, as provinces state"),
    Column.DOSES: _("Doses entered"),
    Column.PEOPLE: _("People"),
    Column.SIGNED: _("Signed by facilities"),
    Column.PASSPORTS: _("Passports live"),
    Column.REPORTS_ANSWERED: _("Reports answered"),
}
_SIGNED_WORDS: Final = _("Signed, % of the doses entered")
_SHARE_WORDS: Final[dict[Span, Words]] = {
    Span.REPORT_TO_PASSPORT: _("Corrected passports within 48 hours, %"),
    Span.REPORT_TO_ANSWER: _("Reports answered within 48 working hours, %"),
    Span.DOSE_TO_SIGNATURE: _("Doses signed on the same day, %"),
}
_HALF_WORDS: Final[dict[Span, Words]] = {
    Span.REPORT_TO_PASSPORT: _("Half of the corrected passports after at most"),
    Span.REPORT_TO_ANSWER: _("Half of the answers after at most"),
    Span.DOSE_TO_SIGNATURE: _("Half of the doses signed after at most"),
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_KEPT: Final = 120
"""Seconds; the figures change every other minute."""


@open_to_all
@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """Show, or give as a file (`?format=json|csv|xlsx`), the provinces of one of the two lists."""
    now = datetime.now(UTC)
    asked = request.GET.get("units", "")
    scheme = Scheme(asked) if asked in set(Scheme) else scheme_on(day_in_vietnam(now))
    table = _read(scheme)
    answer = _answer(request, scheme, table, now)
    answer.headers.setdefault("Cache-Control", "no-store" if request.user.is_authenticated else "private, max-age=60")
    return answer


def _answer(request: HttpRequest, scheme: Scheme, table: PublicTable | None, now: datetime) -> HttpResponse:
    wanted = request.GET.get("format", "")
    if wanted == "json":
        return JsonResponse(_as_json(scheme, table), json_dumps_params={"ensure_ascii": False})
    if wanted == "csv" and table:
        content = "\ufeff".encode() + _as_csv(table).encode()
        return file_response(content, "text/csv; charset=utf-8", f"provinces-{scheme.value}.csv")
    if wanted == "xlsx" and table:
        return chart_sheet(_chart(table), now)
    context: dict[str, Any] = {
        "desk": LIGHT,
        "desk_nav": [],
        "table": table,
        "charts": [_chart(table), _times_chart(table)] if table else [],
        "schemes": [Link(SCHEME_WORDS[one], _url(one), one is scheme) for one in Scheme],
        "files": [(word, _url(scheme, format=word.lower())) for word in ("JSON", "CSV")],
        "sheet": _url(scheme, format="xlsx"),
    }
    return render(request, "oversight/public.html", context)


def _read(scheme: Scheme) -> PublicTable | None:
    key = f"oversight.public.{scheme.value}"
    kept: PublicTable | None = cache.get(key)  # outside: an entry past its time is deleted, and reading may not write
    with figures.reading():
        latest = figures.as_of(now=datetime.now(UTC))
        if latest is None or (kept and kept.at == latest.at):
            return kept if latest else None
        table = by_province(scheme)
    cache.set(key, table, _KEPT)
    return table


def _url(scheme: Scheme, **query: str) -> str:
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    return f"{reverse('oversight:public')}?units={scheme.value}{rest}"


def _rows(table: PublicTable) -> Iterator[tuple[PublicRow, bool]]:
    yield from ((row, False) for row in table.rows)
    yield table.country, True


def _name(row: PublicRow) -> str:
    return row.name(get_language() or "vi") if row.code else gettext("Without a province")


def _chart(table: PublicTable) -> Chart:
    return Chart(
        name="provinces",
        kind=Kind.TILES,
        title=_("Progress by province"),
        row_label=_("Province"),
        series=[Series(_SIGNED_WORDS, percent=True), *(Series(word) for word in _COLUMN_WORDS.values())],
        lines=[
            _line(row, table.scheme, [_signed(row), *(_count(row, one) for one in Column)], last)
            for row, last in _rows(table)
        ],
        as_of=table.at,
    )


def _count(row: PublicRow, column: Column) -> Point:
    return count_point(FEW if row.is_small(column) else row.counts[column])


def _signed(row: PublicRow) -> Point:
    """Give the share that colours the map; it is told where both of its numbers are."""
    if row.is_small(Column.SIGNED) or row.is_small(Column.DOSES):
        return Point(None, FEW)
    signed, doses = row.counts[Column.SIGNED] or 0, row.counts[Column.DOSES] or 0
    return percent_point(100 * signed // doses if doses else None)


def _times_chart(table: PublicTable) -> Chart:
    words = [(_SHARE_WORDS[span], True) for span in SPANS], [(_HALF_WORDS[span], False) for span in SPANS]
    series = [Series(word, percent=percent) for pair in zip(*words, strict=True) for word, percent in pair]
    return Chart(
        name="times",
        kind=Kind.TILES,
        title=_("How long it takes, by province"),
        row_label=_("Province"),
        series=series,
        lines=[
            _line(row, table.scheme, [point for span in SPANS for point in _lengths(span, row.times[span])], last)
            for row, last in _rows(table)
        ],
        as_of=table.at,
    )


def _lengths(span: Span, one: Times) -> list[Point]:
    if one.count is None:
        return [count_point(FEW), count_point(FEW)]
    return [percent_point(percent_of(one)), Point(one.p50, length_words(span, one.p50))]


def _line(row: PublicRow, scheme: Scheme, points: list[Point], is_total: bool) -> Line:  # noqa: FBT001 -- a fact of the row
    tile = tile_of(row.code, scheme.value)
    place = {"x": tile.x, "y": tile.y, "short": tile.short} if tile else {}
    return Line(_name(row), points, is_total=is_total, **place)  # type: ignore[arg-type]  # of the types of Line


def _facts(row: PublicRow) -> dict[str, Any]:
    spans = {
        span.value: {
            "count": one.count,
            "p50": one.p50,
            "p95": one.p95,
            "in_time_percent": percent_of(one),
        }
        for span, one in row.times.items()
    }
    counts = {column.value: count for column, count in row.counts.items()}
    return {"code": row.code, "name_vi": row.name_vi, "name_en": row.name_en, **counts, "times": spans}


def _as_json(scheme: Scheme, table: PublicTable | None) -> dict[str, Any]:
    """None stands for what is not told: fewer than five, or a number that would tell such a one."""
    if table is None:
        return {"units": scheme.value, "as_of": None, "provinces": [], "country": None}
    return {
        "units": scheme.value,
        "as_of": table.at.isoformat(),
        "times_of_spans_that_ended": [table.since.isoformat(), table.until.isoformat()],
        "provinces": [_facts(row) for row in table.rows],
        "country": _facts(table.country),
    }


def _as_csv(table: PublicTable) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    spans = [f"{span.value}_{what}" for span in SPANS for what in ("count", "p50", "p95", "in_time_percent")]
    writer.writerow(["code", "name_vi", "name_en", *(column.value for column in Column), *spans, "as_of"])
    for row, _last in _rows(table):
        counts = ["" if row.is_small(column) else row.counts[column] for column in Column]
        times = [
            "" if value is None else value
            for span in SPANS
            for value in (_bare(row.times[span]), row.times[span].p50, row.times[span].p95, percent_of(row.times[span]))
        ]
        writer.writerow(
            [row.code, _bare_text(row.name_vi), _bare_text(row.name_en), *counts, *times, table.at.isoformat()]
        )
    return text.getvalue()


def _bare_text(text: str) -> str:
    """Give a name that a spreadsheet does not read as a formula; names are typed by people."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _bare(one: Times) -> int | None:
    count = count_of(one)
    return count if isinstance(count, int) else None
