"""Files as other programs read them."""

import zipfile
from datetime import date

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from vaxpass.synth.layouts import DateForm, write_day
from vaxpass.synth.sheets import CsvSheet, XlsxSheet

from .conftest import layout_of


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "one.xlsx"
    sheet = XlsxSheet(path, columns=4)
    sheet.append(["Danh sách <& \"'>", None, None, None])
    sheet.merge(0, 3, 1, 1)
    sheet.append([" hai  dấu cách ", 7, date(2021, 3, 8), "dòng\nmới"])
    for _ in range(600):
        sheet.append([None] * 4)
    sheet.append(["cuối", "", 1, "007"])
    sheet.close()
    return path


def test_two_readers_see_the_same_cells(workbook):
    ours = openpyxl.load_workbook(workbook).active
    assert [cell.value for cell in ours[2]][:2] == [" hai  dấu cách ", 7]
    assert ours["C2"].is_date
    assert ours["C2"].value.date() == date(2021, 3, 8)
    assert ours["D2"].value == "dòng\nmới"
    assert str(next(iter(ours.merged_cells.ranges))) == "A1:D1"
    rows = CalamineWorkbook.from_path(workbook).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[0][0] == "Danh sách <& \"'>"
    assert rows[1] == [" hai  dấu cách ", 7.0, date(2021, 3, 8), "dòng\nmới"]
    assert rows[602] == ["cuối", "", 1.0, "007"]


def test_a_workbook_carries_no_time_of_writing(workbook):
    with zipfile.ZipFile(workbook) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2022, 9, 1, 0, 0, 0)}
        assert parts.testzip() is None


def test_csv_with_and_without_mark(tmp_path):
    for bom in (True, False):
        path = tmp_path / f"{bom}.csv"
        sheet = CsvSheet(path, bom=bom, delimiter=";")
        sheet.merge(0, 1, 1, 1)
        sheet.append(["Họ; tên", 1, None])
        sheet.close()
        expected = '"Họ; tên";1;\r\n'.encode()
        assert path.read_bytes() == (b"\xef\xbb\xbf" if bom else b"") + expected


@pytest.mark.parametrize(
    ("form", "cell"),
    [
        (DateForm.CELL, date(2021, 3, 8)),
        (DateForm.DD_MM_YYYY, "08/03/2021"),
        (DateForm.D_M_YYYY, "8/3/2021"),
        (DateForm.ISO, "2021-03-08"),
        (DateForm.SERIAL, 44263),
    ],
)
def test_forms_of_a_day(form, cell):
    assert write_day("2021-03-08", form) == cell
    assert write_day("1950", form) == "1950"
    assert write_day("31/02/2021", form) == "31/02/2021"


def test_the_demo_files_show_every_form(nation):
    layouts = [layout_of(name) for name in nation.report.files]
    assert {layout.dates for layout in layouts} == set(DateForm)
    assert {layout.suffix for layout in layouts} == {".csv", ".xlsx"}
    csv_forms = {(layout.bom, layout.delimiter) for layout in layouts if layout.suffix == ".csv"}
    assert csv_forms == {(True, ","), (False, ","), (True, ";"), (False, ";")}
    assert any(layout.two_row_header for layout in layouts)
    assert any(layout.title_rows for layout in layouts)
    assert len({layout.order for layout in layouts}) > 1


def test_a_two_row_header_is_merged(nation):
    sheet = openpyxl.load_workbook(nation.folder / "files" / "40003.xlsx").active
    merged = {str(block) for block in sheet.merged_cells.ranges}
    assert {"A3:A4", "B3:H3", "J3:M3"} <= merged
    assert sheet["B3"].value == "Thông tin người được tiêm"
    assert sheet["B4"].value == "Họ tên"


def test_some_numbers_lost_their_zero_in_a_number_cell(nation):
    sheet = openpyxl.load_workbook(nation.folder / "files" / "40001.xlsx").active
    numbers = [row[5] for row in sheet.iter_rows(min_row=6, values_only=True)]
    assert any(isinstance(number, int) and len(str(number)) < 12 for number in numbers)


def test_untidy_and_decomposed_letters_occur(nation):
    text = {name: (nation.folder / "files" / name).read_text(encoding="utf-8-sig")
            for name in nation.report.files if name.endswith(".csv")}  # fmt: skip
    everything = "".join(text.values())
    assert "\u00a0" in everything
    assert "\u3000" in everything
    assert "\u0301" in text["40004.csv"]
