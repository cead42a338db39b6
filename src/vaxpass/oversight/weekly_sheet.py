"""The weekly report as an Excel file: the same facts as the PDF, every part and every cause, numbers as numbers."""

from typing import Final

from django.utils import translation

from vaxpass.oversight import weekly_words as words
from vaxpass.oversight.sheets import Pair, Sheet, Value, write
from vaxpass.oversight.weekly_facts import Part, WeeklyReport

_PART_FIELDS: Final = (
    "given",
    "doses",
    "to_mend",
    "to_sign",
    "attested",
    "certified",
    "passports",
    "reports_open",
    "reports_overdue",
)


def write_sheet(report: WeeklyReport) -> bytes:
    """Write a report's workbook."""
    return write(
        [_summary(report), _parts(report), _causes(report), _times(report), _late(report)],
        report.made_at,
    )


def part_numbers(part: Part) -> list[int]:
    """Give a part's numbers in the order of weekly_words.PART_HEADINGS."""
    return [getattr(part, name) for name in _PART_FIELDS]


def _above(report: WeeklyReport, subject: str) -> list[str]:
    head = words.head_of(report)
    return [
        subject,
        f"{head.issuer} – {report.name}",
        f"T{words.span_of(report.week)[1:]}",
        f"Số liệu đến {words.moment(report.as_of)}",
    ]


def _summary(report: WeeklyReport) -> Sheet:
    flows: list[list[Value]] = [
        [words.FLOW_WORDS[f.measure], f.week, f.before, _difference(f.week, f.before), f.total]
        if f.is_stated
        else [words.FLOW_WORDS[f.measure], None, None, None, None]
        for f in report.flows
    ]
    stands: list[list[Value]] = [
        [words.STANDING_WORDS[s.measure], None, s.before, _difference(s.now, s.before), s.now] for s in report.standings
    ]
    headings = ["Chỉ tiêu", "Trong tuần", "Tuần trước", "Tăng/giảm", "Lũy kế, hiện có"]
    rows: list[list[Value]] = [*flows, *stands, *_difficulties(report)]
    above = [words.SUBJECT, words.span_of(report.week), f"Số liệu đến {words.moment(report.as_of)}"]
    return Sheet("Tổng hợp", above, headings, rows, head=_head(report), foot=_foot(report))


def _head(report: WeeklyReport) -> list[Pair]:
    head = words.head_of(report)
    above = head.above.replace("\n", " ")
    lines = [(above, False), (head.issuer, True)] if above else [(head.issuer, True), ("", False)]
    nation = zip(lines, (words.NATION, words.MOTTO), strict=True)
    to = [Pair(f"Kính gửi: {head.to}", "")] if head.to else []
    return [
        *(Pair(line, right, bold_left=is_bold, bold_right=True) for (line, is_bold), right in nation),
        Pair(f"Số:          {head.sign}", ""),
        Pair("", f"{head.place}, {words.long_day(report.dated)}", italic=True),
        Pair("", ""),
        Pair(words.KIND, "", bold_left=True),
        *to,
    ]


def _foot(report: WeeklyReport) -> list[Pair]:
    """Recipients at the left, the signature at the right, one beside the other."""
    left = ["Nơi nhận:", *(f"- {one}" for one in words.recipients_of(report))]
    signer = report.signatory.name or words.ROOM_FOR_NAME
    right = [*report.signatory.capacity, "", "", "", "", signer]
    height = max(len(left), len(right))
    left, right = (column + [""] * (height - len(column)) for column in (left, right))
    lines = zip(left, right, strict=True)
    return [Pair("", ""), *(Pair(one, other, bold_right=True) for one, other in lines)]


def _difficulties(report: WeeklyReport) -> list[list[Value]]:
    told = report.difficulties
    if told is None:
        return []
    return [
        ["Khó khăn, vướng mắc gửi lên", told.opened, None, None, None],
        ["Khó khăn, vướng mắc đã giải quyết", told.solved, None, None, None],
        ["Khó khăn, vướng mắc đang mở", None, None, None, told.open],
        ["Trong đó quá hạn", None, None, None, told.overdue],
        ["Trong đó đã chuyển Bộ Y tế", None, None, None, told.at_ministry],
    ]


def _parts(report: WeeklyReport) -> Sheet:
    rows: list[list[Value]] = [[p.code, p.name or words.NO_UNIT, *_numbers(p), p.late] for p in report.parts]
    sums = [sum(column) for column in zip(*(part_numbers(p) for p in report.parts), strict=True)]
    total: list[Value] = ["", "Cộng", *(sums or [0] * len(_PART_FIELDS)), sum(p.late for p in report.parts)]
    headings = ["Mã", "Đơn vị", *words.PART_HEADINGS, "Đơn vị chậm"]
    return Sheet("Theo đơn vị", _above(report, "Số liệu theo đơn vị"), headings, [*rows, total], totals=1)


def _numbers(part: Part) -> list[Value]:
    given, *others = part_numbers(part)
    return [given or None, *others]


def _causes(report: WeeklyReport) -> Sheet:
    rows: list[list[Value]] = [
        [words.CAUSE_WORDS[c.state], _reason(c.reason), c.count, c.oldest, c.over_week, c.over_month]
        for c in report.causes
    ]
    total: list[Value] = [
        "Cộng",
        "",
        sum(c.count for c in report.causes),
        None,
        sum(c.over_week for c in report.causes),
        sum(c.over_month for c in report.causes),
    ]
    headings = ["Nguyên nhân", "Lý do", "Số mũi", "Chờ từ", "Quá 7 ngày", "Quá 30 ngày"]
    return Sheet("Tồn đọng", _above(report, "Tồn đọng theo nguyên nhân"), headings, [*rows, total], totals=1)


def _reason(code: str) -> str:
    with translation.override("vi"):
        return translation.gettext(code) if code else ""


def _times(report: WeeklyReport) -> Sheet:
    rows: list[list[Value]] = []
    for one in report.durations:
        what, unit, limit = words.SPAN_WORDS[one.span]
        rows.append([what, unit, one.count, one.p50, one.p95, limit, one.percent])
    headings = ["Khoảng thời gian", "Đơn vị", "Số lượt", "Trung vị (p50)", "p95", "Đúng hạn là", "Tỷ lệ đúng hạn (%)"]
    return Sheet("Thời gian", _above(report, "Thời gian xử lý trong tuần"), headings, rows)


def _late(report: WeeklyReport) -> Sheet:
    rows: list[list[Value]] = [
        [one.code, one.name, one.to_sign, one.to_mend, one.reports_overdue, one.late_since] for one in report.late
    ]
    headings = ["Mã", "Đơn vị", "Chờ ký", "Cần sửa", "Phản ánh quá hạn", "Chậm từ"]
    more = report.offices_late - len(report.late)
    below = [f"và {words.number(more)} đơn vị khác"] if more > 0 else []
    return Sheet("Đơn vị chậm", _above(report, "Đơn vị thực hiện chậm"), headings, rows, below=below)


def _difference(now: int, before: int | None) -> int | None:
    return None if before is None else now - before
