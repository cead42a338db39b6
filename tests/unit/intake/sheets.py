"""Files for the tests of intake: synthetic people, in CSV and .xlsx."""

import csv
import io
from collections.abc import Sequence

import openpyxl

HEADERS = (
    "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Quốc tịch", "Số CCCD/CMND/Hộ chiếu", "Số điện thoại", "Địa chỉ",
    "Mũi số", "Ngày tiêm", "Loại vắc xin", "Số lô", "Cơ sở/điểm tiêm", "Đối tượng ưu tiên",
)  # fmt: skip


def row(serial: int = 1, **changes: object) -> list[object]:
    """One good row of somebody invented; any header's cell can be changed by its folded first word."""
    cells: dict[str, object] = {
        "no": serial, "name": "Nguyễn Thị Hường", "birth": "17/05/1990", "sex": "Nữ", "nationality": "Việt Nam",
        "number": f"040190{serial:06d}", "phone": "0300123456", "address": "Số 1 Lê Lợi", "dose": 1,
        "day": "01/09/2021", "vaccine": "Pfizer", "lot": "FK0112", "place": "Trạm y tế", "group": "13",
    }  # fmt: skip
    return list((cells | changes).values())


def csv_file(
    rows: Sequence[Sequence[object]], *, delimiter: str = ",", encoding: str = "utf-8", headers: Sequence[str] = HEADERS
) -> bytes:
    """A CSV file as Excel saves it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows([headers, *rows])
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Sequence[Sequence[object]], *, above: int = 0, sheets: int = 1) -> bytes:
    """A workbook as openpyxl saves it, with title rows above."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number in range(sheets):
        sheet = book.create_sheet(f"Sheet{number}")
        for title in range(above):
            sheet.append([f"DANH SÁCH {title}"])
        for cells in [HEADERS, *rows]:
            sheet.append(list(cells))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
