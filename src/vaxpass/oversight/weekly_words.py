"""The words of the weekly report. An official document of Vietnam is written in Vietnamese alone.

Form: Nghị định 30/2020/NĐ-CP, annex I (parts of a document and where they stand) and annex III (a named document).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from vaxpass.offices.workdays import VIETNAM
from vaxpass.oversight.measures import DayMeasure, Measure
from vaxpass.oversight.signatories import Capacity, Signatory
from vaxpass.oversight.times import Span
from vaxpass.oversight.weekly_facts import Week, WeeklyReport
from vaxpass.records.states import State

NATION: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
KIND: Final = "BÁO CÁO"
SUBJECT: Final = "Kết quả nhập, làm sạch, ký số dữ liệu tiêm chủng và cấp hộ chiếu vắc xin"
ROOM_FOR_NAME: Final = "…………………………………"
FLOW_WORDS: Final[dict[DayMeasure, str]] = {
    DayMeasure.GIVEN: "Mũi tiêm đã thực hiện",
    DayMeasure.ENTERED: "Mũi tiêm nhập lên nền tảng",
    DayMeasure.MENDED: "Mũi tiêm đã sửa, bổ sung",
    DayMeasure.ATTESTED: "Mũi tiêm cơ sở đã ký số",
    DayMeasure.CERTIFIED: "Mũi tiêm Bộ Y tế đã ký số",
    DayMeasure.PASSPORTS: "Hộ chiếu vắc xin đã cấp",
    DayMeasure.REPORTS: "Phản ánh tiếp nhận",
    DayMeasure.ANSWERED: "Phản ánh đã trả lời",
}
STANDING_WORDS: Final[dict[Measure, str]] = {
    Measure.PEOPLE: "Người có mũi tiêm",
    Measure.DOSES: "Mũi tiêm trên nền tảng",
    Measure.CONFIRMED: "Đã xác thực nhân thân",
    Measure.MENDED: "Đã sửa, bổ sung",
    Measure.MISMATCHED: "Sai lệch thông tin nhân thân",
    Measure.INCOMPLETE: "Thiếu thông tin nhân thân",
    Measure.RECEIVED: "Chưa đối chiếu",
    Measure.UNANSWERED: "CSDL quốc gia về dân cư chưa trả lời",
    Measure.TO_SIGN: "Chờ cơ sở ký số",
    Measure.ATTESTED: "Chờ Bộ Y tế ký số",
    Measure.CERTIFIED: "Bộ Y tế đã ký số",
    Measure.REFUSED: "Bộ Y tế từ chối",
    Measure.PASSPORTS: "Hộ chiếu vắc xin còn giá trị",
    Measure.REPORTS_OPEN: "Phản ánh đang xử lý",
    Measure.REPORTS_OVERDUE: "Phản ánh quá hạn",
    Measure.REPORTS_ANSWERED: "Phản ánh đã trả lời",
    Measure.REPORTS_IN_TIME: "Phản ánh trả lời đúng hạn",
}
CAUSE_WORDS: Final[dict[State, str]] = {
    State.RECEIVED: "Chưa đối chiếu với CSDL quốc gia về dân cư",
    State.UNANSWERED: "CSDL quốc gia về dân cư chưa trả lời",
    State.MISMATCHED: "Sai lệch thông tin nhân thân",
    State.INCOMPLETE: "Thiếu thông tin nhân thân",
    State.VERIFIED: "Đã xác thực, chờ cơ sở ký số",
    State.EXEMPT: "Người nước ngoài, chờ cơ sở ký số",
    State.ATTESTED: "Cơ sở đã ký, chờ Bộ Y tế ký số",
    State.REFUSED: "Bộ Y tế từ chối",
}
SPAN_WORDS: Final[dict[Span, tuple[str, str, str]]] = {
    Span.REPORT_TO_PASSPORT: ("Từ phản ánh đến hộ chiếu đã sửa", "giờ", "48 giờ"),
    Span.REPORT_TO_ANSWER: ("Từ phản ánh đến trả lời (giờ làm việc)", "giờ", "48 giờ"),
    Span.DOSE_TO_SIGNATURE: ("Từ ngày tiêm đến khi cơ sở ký", "ngày", "trong ngày"),
    Span.ENTRY_TO_SIGNATURE: ("Từ khi nhập đến khi cơ sở ký", "giờ", "24 giờ"),
}
"""What is measured, its unit, and what is in time."""
PART_HEADINGS: Final = (
    "Mũi đã tiêm",
    "Mũi đã nhập",
    "Cần sửa",
    "Chờ cơ sở ký",
    "Chờ Bộ ký",
    "Bộ đã ký",
    "Hộ chiếu",
    "Phản ánh đang xử lý",
    "Phản ánh quá hạn",
)
NO_UNIT: Final = "Không thuộc đơn vị nào trong danh mục"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the document: who is above, who issues, the sign after the number, where, to whom."""

    above: str
    issuer: str
    sign: str
    place: str
    to: str


def head_of(report: WeeklyReport) -> Head:
    """Give the head of a report; the number itself is given by the office's clerk when it is issued."""
    if report.is_country:
        return Head("", "BỘ Y TẾ", "/BC-BYT", "Hà Nội", "")
    return Head(f"ỦY BAN NHÂN DÂN\n{report.name.upper()}", "SỞ Y TẾ", "/BC-SYT", place_of(report.name), "Bộ Y tế")


def place_of(name: str) -> str:
    """Give the place as documents name it: a province by its name alone, Hồ Chí Minh as a person with the word city."""
    short = name.removeprefix("Tỉnh ").removeprefix("Thành phố ")
    return name if short in ("Hồ Chí Minh", "Huế") and name != f"Tỉnh {short}" else short


def title_of(week: Week) -> str:
    """Give the subject of the report."""
    return f"{SUBJECT} {span_of(week)}"


def span_of(week: Week) -> str:
    """Name a week with its days."""
    return f"tuần {week.number} năm {week.year} (từ ngày {day(week.monday)} đến ngày {day(week.sunday)})"


CAPACITIES: Final[dict[bool, dict[Capacity, tuple[str, ...]]]] = {
    True: {
        Capacity.HEAD: ("BỘ TRƯỞNG",),
        Capacity.DEPUTY: ("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"),
        Capacity.ORDER: ("TL. BỘ TRƯỞNG", "CỤC TRƯỞNG"),
    },
    False: {
        Capacity.HEAD: ("GIÁM ĐỐC",),
        Capacity.DEPUTY: ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        Capacity.ORDER: ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"),
    },
}
"""By whether it is the ministry's own report: the lines above the name."""


def signatory_of(capacity: Capacity | None, name: str = "", *, is_country: bool) -> Signatory:
    """Give who signs; without a word from the body its head does at a province, a deputy minister at the ministry."""
    usual = Capacity.DEPUTY if is_country else Capacity.HEAD
    return Signatory(CAPACITIES[is_country][capacity or usual], name)


def recipients_of(report: WeeklyReport) -> list[str]:
    """List the recipients as they stand below “Nơi nhận”."""
    if report.is_country:
        return [
            "Bộ trưởng (để báo cáo);",
            "Các Thứ trưởng (để phối hợp chỉ đạo);",
            "Sở Y tế các tỉnh, thành phố (để thực hiện);",
            "Lưu: VT, CNTT.",
        ]
    people = "UBND thành phố" if report.name.startswith("Thành phố") else "UBND tỉnh"
    return [
        "Bộ Y tế (để báo cáo);",
        f"{people} (để báo cáo);",
        "Các cơ sở tiêm chủng trên địa bàn (để thực hiện);",
        "Lưu: VT, NVY.",
    ]


def day(one: date) -> str:
    """Write a day as dd/mm/yyyy."""
    return f"{one:%d/%m/%Y}"


def long_day(one: date) -> str:
    """Write a day as documents are dated: days below 10 and months below 3 with a zero before (annex I, part II.4)."""
    month = f"{one.month:02}" if one.month < 3 else str(one.month)  # noqa: PLR2004 -- February, says the decree
    return f"ngày {one.day:02} tháng {month} năm {one.year}"


def moment(at: datetime) -> str:
    """Write a moment in Vietnam's time."""
    return f"{at.astimezone(VIETNAM):%H giờ %M ngày %d/%m/%Y}"


def number(value: int | None) -> str:
    """Write a number with dots between thousands; unknown as a dash."""
    return "–" if value is None else f"{value:,}".replace(",", ".")


def change(now: int, before: int | None) -> str:
    """Write a change with its sign; unknown as a dash."""
    if before is None:
        return "–"
    return "0" if now == before else f"{'+' if now > before else '−'}{number(abs(now - before))}"


def compared(now: int, before: int | None) -> str:
    """Say how a number of the week compares with that of the week before."""
    if before is None:
        return "chưa có số liệu tuần trước để so sánh"
    if now == before:
        return "bằng tuần trước"
    how = "tăng" if now > before else "giảm"
    return f"{how} {number(abs(now - before))} so với tuần trước"
