"""Tables as Excel files: numbers stay numbers, texts stay texts, hidden numbers stay hidden."""

import io
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation
from openpyxl import load_workbook

from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks.oversight.charts import Chart, Kind, Line, Series, count_point, percent_point
from vaxpass.desks.oversight.exports import (
    chart_sheet,
    plain_value,
    sheet_response,
    sheet_url,
    table_sheet,
    wants_sheet,
)
from vaxpass.oversight.sheets import Sheet, write

NOW = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


def read(answer: HttpResponse) -> list[list[object]]:
    page = load_workbook(io.BytesIO(answer.content)).active
    return [[cell.value for cell in row] for row in page.iter_rows()]


@pytest.fixture(autouse=True)
def _vietnamese():
    with translation.override("vi"):
        yield


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "<5"])
def test_no_text_ever_becomes_a_formula(text):
    page = load_workbook(io.BytesIO(write([Sheet("s", ["t"], ["h"], [[text]])], NOW))).active
    cell = page["A4"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_what_a_cell_cannot_hold_is_left_out():
    page = load_workbook(io.BytesIO(write([Sheet("a/b:c*" * 9, [], ["h"], [["a\x00\x0bb"]])], NOW))).active
    assert page["A3"].value == "ab"
    assert len(page.title) <= 31


def test_two_sheets_of_one_name_are_told_apart():
    book = load_workbook(io.BytesIO(write([Sheet("Đơn vị", [], ["h"], [])] * 2, NOW)))
    assert len(set(book.sheetnames)) == 2


def test_a_sheet_says_what_it_is_of_and_when():
    answer = sheet_response("Tồn đọng", NOW, ["Đơn vị", "Số"], [["Nghệ An", 1234567]], unit="Cả nước", now=NOW)
    rows = read(answer)
    assert [row[0] for row in rows[:3]] == ["Tồn đọng", "Cả nước", "Số liệu lúc 11:30 23/11/2026"]
    assert rows[4][:2] == ["Đơn vị", "Số"]
    assert rows[5][:2] == ["Nghệ An", 1234567]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ton-dong.xlsx"'


def test_a_chart_and_its_sheet_hide_the_same():
    lines = [
        Line("Cộng", [count_point(100), percent_point(None)], is_total=True),
        Line("A", [count_point("<5"), percent_point(12)]),
    ]
    chart = Chart("c", Kind.BAR, "Biểu đồ", "Đơn vị", [Series("Số"), Series("%", percent=True)], lines, as_of=NOW)
    rows = read(chart_sheet(chart, NOW))
    assert ["A", "<5", 12] in rows
    assert rows.index(["Cộng", 100, "–"]) > rows.index(["A", "<5", 12]), "totals stand last"


class Row:
    def __init__(self, code, count):
        self.code, self.count = code, count


TABLE: Table[Row] = Table(
    "t",
    "Đơn vị",
    (
        Column("code", "Mã", lambda row: row.code, sort=("code",)),
        Column("count", "Số", lambda row: f"{row.count:,}".replace(",", "."), sort=("count",), numeric=True),
    ),
    default_sort="-count",
    filters=(Filter("code", "Mã", lambda rows, value: [row for row in rows if row.code != value]),),
)


def test_a_table_becomes_a_sheet_filtered_and_sorted_as_the_page_is():
    request = RequestFactory().get("/x", {"code": "B", "format": "xlsx", "page": "7"})
    rows = read(table_sheet(request, TABLE, [Row("A", 5), Row("B", 9), Row("C", 12345)], now=NOW))
    assert rows[3:5] == [["C", 12345], ["A", 5]]


def test_the_address_of_a_sheet_keeps_what_was_chosen():
    request = RequestFactory().get("/x/", {"units": "old"})
    assert not wants_sheet(request)
    assert sheet_url(request, chart="map") == "/x/?units=old&format=xlsx&chart=map"


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("1.234.567", 1234567),
        ("<5", "<5"),
        ("12 %", "12 %"),
        ("–", "–"),
        ("<a href='/x'>7</a>", 7),
        (3, 3),
        (None, None),
    ],
)
def test_a_cell_loses_its_markup_and_nothing_else(value, plain):
    assert plain_value(value, numeric=True) == plain


def test_a_code_is_no_number():
    assert plain_value("40") == "40"
