import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.intake.sheets import HEADERS, csv_file, row, xlsx_file
from vaxpass.intake.columns import Column, find_header, guess_mapping, missing_columns
from vaxpass.intake.parse.isolated import read_file
from vaxpass.intake.parse.refusal import FILE_CODES, FileRefused
from vaxpass.intake.parse.sheet import read_sheet
from vaxpass.intake.workbook import write_workbook

ROWS = [row(1), row(2, name='Lê "Tí", Anh; Bảo')]


def read(content: bytes, most_rows: int = 1000) -> list[tuple[int, list[object]]]:
    return list(read_sheet(content, most_rows=most_rows).rows)  # type: ignore[arg-type]  # cells


def refusal(content: bytes, **limits: int) -> str:
    with pytest.raises(FileRefused) as caught:
        read_file(content, most_bytes=limits.get("most_bytes", 10_000_000), most_rows=limits.get("most_rows", 1000))
    assert caught.value.code in FILE_CODES
    return caught.value.code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_of_every_form(delimiter: str, encoding: str) -> None:
    rows = read(csv_file(ROWS, delimiter=delimiter, encoding=encoding))
    assert [number for number, _ in rows] == [2, 3]
    assert rows[1][1][1] == 'Lê "Tí", Anh; Bảo'


def test_title_rows_blank_rows_and_numbers_as_the_spreadsheet_shows_them() -> None:
    blank: list[object] = [""] * len(HEADERS)
    rows = read(b"SO Y TE,,\r\n\r\n" + csv_file([row(1), blank, row(2), blank, blank]))
    assert [number for number, _ in rows] == [4, 6]
    assert [number for number, _ in read(xlsx_file([row(1), [None], row(2), ["  "]], above=3))] == [5, 7]


def test_an_offset_sheet_keeps_its_row_numbers() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for place, text in enumerate(HEADERS):
        sheet.cell(4, 3 + place, text)
        sheet.cell(6, 3 + place, str(row(1)[place]))
    target = io.BytesIO()
    book.save(target)
    ((number, cells),) = read(target.getvalue())
    assert number == 6
    assert cells[3] == "Nguyễn Thị Hường"


def test_excel_cells_become_one_form() -> None:
    cells = row(1, birth=date(1990, 5, 17), day=date(2021, 9, 1), number=40190000001, lot=12.5, phone=True)
    ((_, read_cells),) = read(xlsx_file([cells]))
    assert read_cells[2] == "17/05/1990"
    assert read_cells[9] == "01/09/2021"
    assert read_cells[5] == 40190000001
    assert read_cells[11] == 12.5
    assert read_cells[6] == "TRUE"


def test_merged_header_rows() -> None:
    upper = ["STT", "Người được tiêm", None, None, "Mũi tiêm", None, None, None]
    lower = [None, "Họ tên", "Ngày sinh", "Giới", "Ngày tiêm", "Tên vắc xin", "Số lô", "Số CCCD"]
    header = find_header([["DANH SÁCH"], upper, lower, ["1", "x", "y"]])
    assert header is not None
    assert header.first_data_row == 3
    assert missing_columns(guess_mapping(header.texts)) == []


def test_columns_are_recognised_in_both_languages_and_the_first_of_two_counts() -> None:
    english = ("No", "Full name", "Date of birth", "Sex", "ID number", "Vaccination date", "Vaccine", "Lot No.", "Lot")
    mapping = guess_mapping(english)
    assert mapping == {
        Column.NAME: 1, Column.BIRTH: 2, Column.SEX: 3, Column.NUMBER: 4, Column.DAY: 5, Column.VACCINE: 6,
        Column.LOT: 7,
    }  # fmt: skip
    assert missing_columns({}) == [
        Column.NAME, Column.BIRTH, Column.SEX, Column.NUMBER, Column.DAY, Column.VACCINE, Column.LOT,
    ]  # fmt: skip


def zip_of(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return target.getvalue()


def changed_workbook(part: str, content: bytes, *, add: bool = False) -> bytes:
    source, target = zipfile.ZipFile(io.BytesIO(xlsx_file(ROWS))), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, content if name == part else source.read(name))
        if add:
            archive.writestr(part, content)
    return target.getvalue()


def locked_zip() -> bytes:
    content = bytearray(xlsx_file(ROWS))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    return bytes(content)


FAR_CELL = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    b"</sheetData></worksheet>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"\xef\xbb\xbf \r\n\r\n", "FILE_EMPTY"),
        (csv_file(ROWS).decode().encode("utf-16"), "FILE_UTF16"),
        (csv_file(ROWS).decode().encode("utf-16-le"), "FILE_UTF16"),
        ("Họ tên\r\n".encode("cp1258", "ignore") + b"Nguy\xea\xdan V\xe3n\xd2", "FILE_WINDOWS_1258"),
        (b"Ho ten\r\n\x81\x8d\x90", "FILE_NOT_UTF8"),
        (OLE + b"\x00" * 600, "FILE_LEGACY_XLS"),
        (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "FILE_ENCRYPTED"),
        (locked_zip(), "FILE_ENCRYPTED"),
        (changed_workbook("xl/vbaProject.bin", b"x", add=True), "FILE_MACRO"),
        (zip_of(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "FILE_OTHER_KIND"),
        (b"%PDF-1.7", "FILE_OTHER_KIND"),
        (b"abc\x00\x01\x02" * 50, "FILE_OTHER_KIND"),
        (b"PK\x03\x04 no zip at all", "FILE_BROKEN"),
        (xlsx_file(ROWS)[:-200], "FILE_BROKEN"),
        (changed_workbook("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), "FILE_BROKEN"),
        (changed_workbook("xl/worksheets/sheet1.xml", FAR_CELL), "FILE_INFLATES"),
        (changed_workbook("xl/bomb.xml", b"0" * 401_000_000, add=True), "FILE_INFLATES"),
        (b"a,b,c\r\n1,2,3\r\n", "FILE_HEADER_NOT_FOUND"),
        (csv_file([]), "FILE_NO_ROWS"),
        (csv_file([row(1)]) + b'"never closed,\r\n' + csv_file([row(2)]), "FILE_CSV_QUOTES"),
        (csv_file([row(1, name="x" * 5000)]), "FILE_CSV_QUOTES"),
        (csv_file([row(1) + ["x"] * 100]), "FILE_TOO_WIDE"),
        (xlsx_file(ROWS, sheets=2), "FILE_SEVERAL_SHEETS"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_code(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_limits_come_first() -> None:
    assert refusal(csv_file(ROWS), most_bytes=10) == "FILE_TOO_LARGE"
    assert refusal(csv_file(ROWS), most_rows=1) == "FILE_TOO_MANY_ROWS"


def test_a_reader_ended_by_its_limits_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert refusal(csv_file(ROWS)) == "FILE_INFLATES"


def test_the_process_reads_what_the_function_reads() -> None:
    read_by_process = read_file(xlsx_file(ROWS), most_bytes=10_000_000, most_rows=1000)
    assert read_by_process.rows == 2
    assert read_by_process.headers == HEADERS


def only_coded_refusals(content: bytes) -> None:
    try:
        read(content)
    except FileRefused as refused:
        assert refused.code in FILE_CODES  # noqa: PT017 -- rows are as good an answer


@given(content=st.binary(max_size=300))
def test_any_bytes_are_rows_or_a_coded_refusal(content: bytes) -> None:
    only_coded_refusals(content)


@given(text=st.text(max_size=200))
def test_any_text_under_a_header_is_rows_or_a_coded_refusal(text: str) -> None:
    only_coded_refusals((",".join(HEADERS) + "\r\n" + text).encode("utf-8", "surrogatepass"))


WORKBOOK = xlsx_file(ROWS[:1])


@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_workbook_is_rows_or_a_coded_refusal(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    only_coded_refusals(bytes(content))


def test_what_we_write_is_text_and_never_a_formula() -> None:
    import openpyxl

    evil = ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "a\x00b\x1fc", "<&>\"'"]
    content = write_workbook([f"h{place}" for place in range(len(evil))], [evil])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = next(iter(sheet.iter_rows(min_row=2, max_row=2)))
    assert [cell.data_type for cell in cells] == ["s"] * len(evil)
    assert all(cell.quotePrefix for cell in cells)
    assert cells[0].value == evil[0]
    assert cells[6].value == "<&>\"'"
