"""The sentences and tables of the printed weekly report, as data for its typst template. Pure."""

from typing import Any, Final

from vaxpass.oversight import weekly_words as words
from vaxpass.oversight.measures import DayMeasure, Measure
from vaxpass.oversight.weekly_facts import Flow, Part, WeeklyReport
from vaxpass.oversight.weekly_sheet import part_numbers

MOST_PARTS: Final = 40
"""A printed table of facilities names those with most work left; the Excel file has all."""
MOST_LATE: Final = 20


def document_of(report: WeeklyReport) -> dict[str, Any]:
    """Give everything that the template shows."""
    head = words.head_of(report)
    return {
        "nation": words.NATION,
        "motto": words.MOTTO,
        "head": {"above": head.above, "issuer": head.issuer, "sign": head.sign, "to": head.to},
        "date": f"{head.place}, {words.long_day(report.dated)}",
        "kind": words.KIND,
        "title": words.title_of(report.week),
        "intro": _intro(report),
        "sections": [
            _results(report),
            _standing(report),
            _backlog(report),
            _answers(report),
            _by_part(report),
            _behind(report),
            _asks(report),
        ],
        "closing": _closing(report),
        "recipients": words.recipients_of(report),
        "capacity": list(report.signatory.capacity),
        "signer": report.signatory.name or words.ROOM_FOR_NAME,
    }


def _section(title: str, paragraphs: list[str], tables: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"title": title, "paragraphs": paragraphs, "tables": tables or []}


def _table(  # noqa: PLR0913 -- a table is exactly these
    caption: str,
    headings: list[str],
    rows: list[list[str]],
    *,
    widths: list[str],
    texts: int = 1,
    totals: int = 0,
    small: bool = False,
) -> dict[str, Any]:
    """`texts`: how many of the first columns are text and stand left; `totals`: how many of the last rows are sums."""
    return {
        "caption": caption,
        "headings": headings,
        "rows": rows,
        "widths": widths,
        "texts": texts,
        "totals": totals,
        "small": small,
    }


def _intro(report: WeeklyReport) -> str:
    basis = (
        "Thực hiện Công văn số 1815/BYT-CNTT ngày 08/4/2022, Công văn số 1975/BYT-CNTT ngày 19/4/2022 và Công văn số "
        "9458/BYT-CNTT ngày 08/11/2021 của Bộ Y tế"
    )
    who = "Bộ Y tế tổng hợp" if report.is_country else f"Sở Y tế {_lower(report.name)} báo cáo"
    return f"{basis}, {who} kết quả trong tuần như sau (số liệu trên nền tảng đến {words.moment(report.as_of)}):"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _results(report: WeeklyReport) -> dict[str, Any]:
    entered, signed = report.flow(DayMeasure.ENTERED), report.flow(DayMeasure.ATTESTED)
    issued = report.flow(DayMeasure.PASSPORTS)
    paragraph = (
        f"Trong tuần, các cơ sở tiêm chủng nhập {words.number(entered.week)} mũi tiêm "
        f"({words.compared(entered.week, entered.before)}), ký số {words.number(signed.week)} mũi tiêm "
        f"({words.compared(signed.week, signed.before)}); cấp {words.number(issued.week)} hộ chiếu vắc xin "
        f"({words.compared(issued.week, issued.before)})."
    )
    rows = [_flow(one) for one in report.flows]
    headings = ["Chỉ tiêu", "Trong tuần", "Tuần trước", "Tăng/giảm", "Lũy kế"]
    table = _table("Bảng 1. Kết quả trong tuần và lũy kế", headings, rows, widths=["1fr", *["23mm"] * 4])
    return _section("I. KẾT QUẢ TRONG TUẦN VÀ LŨY KẾ", [paragraph], [table])


def _flow(one: Flow) -> list[str]:
    name = words.FLOW_WORDS[one.measure]
    if not one.is_stated:
        return [name, *["–"] * 4]
    change = words.change(one.week, one.before)
    return [name, words.number(one.week), words.number(one.before), change, words.number(one.total)]


def _standing(report: WeeklyReport) -> dict[str, Any]:
    doses = report.standing(Measure.DOSES)
    signed = report.standing(Measure.ATTESTED).now + report.standing(Measure.CERTIFIED).now
    share = f"{100 * signed // doses.now} %" if doses.now else "chưa có mũi tiêm nào"
    people = report.standing(Measure.PEOPLE)
    paragraph = (
        f"Nền tảng có {words.number(doses.now)} mũi tiêm của {words.number(people.now)} người; "
        f"tỷ lệ mũi tiêm cơ sở đã ký số: {share}. {_given(report)}"
    )
    rows = [
        [words.STANDING_WORDS[one.measure], words.number(one.now), words.change(one.now, one.before)]
        for one in report.standings
    ]
    table = _table(
        "Bảng 2. Hiện trạng dữ liệu",
        ["Chỉ tiêu", "Hiện có", "So với báo cáo trước"],
        rows,
        widths=["1fr", "30mm", "34mm"],
    )
    return _section("II. HIỆN TRẠNG DỮ LIỆU", [paragraph.strip()], [table])


def _given(report: WeeklyReport) -> str:
    given, doses = report.flow(DayMeasure.GIVEN).total, report.standing(Measure.DOSES).now
    if not given:
        return "Chưa có số mũi tiêm đã thực hiện để so sánh."
    if doses < given:
        return f"So với số mũi tiêm đã thực hiện còn {words.number(given - doses)} mũi chưa nhập."
    return "Số mũi tiêm đã nhập không thấp hơn số mũi tiêm đã thực hiện."


def _backlog(report: WeeklyReport) -> dict[str, Any]:
    by_state: dict[Any, list[Any]] = {}
    for one in report.causes:
        by_state.setdefault(one.state, []).append(one)
    total = sum(one.count for one in report.causes)
    if not total:
        return _section("III. TỒN ĐỌNG THEO NGUYÊN NHÂN", ["Không có mũi tiêm nào tồn đọng."])
    rows = [
        [
            words.CAUSE_WORDS[state],
            words.number(sum(one.count for one in found)),
            words.day(min(one.oldest for one in found)),
            words.number(sum(one.over_week for one in found)),
            words.number(sum(one.over_month for one in found)),
        ]
        for state, found in sorted(by_state.items(), key=lambda pair: -sum(one.count for one in pair[1]))
    ]
    week, month = (sum(getattr(one, name) for one in report.causes) for name in ("over_week", "over_month"))
    rows.append(["Cộng", words.number(total), "", words.number(week), words.number(month)])
    headings = ["Nguyên nhân", "Số mũi", "Chờ từ ngày", "Quá 7 ngày", "Quá 30 ngày"]
    table = _table("Bảng 3. Tồn đọng theo nguyên nhân", headings, rows, widths=["1fr", *["24mm"] * 4], totals=1)
    paragraph = f"Còn {words.number(total)} mũi tiêm tồn đọng, trong đó {words.number(month)} mũi quá 30 ngày."
    return _section("III. TỒN ĐỌNG THEO NGUYÊN NHÂN", [paragraph], [table])


def _answers(report: WeeklyReport) -> dict[str, Any]:
    count = {one.measure: one.now for one in report.standings}
    answered = count[Measure.REPORTS_ANSWERED]
    share = f"đúng hạn {100 * count[Measure.REPORTS_IN_TIME] // answered} %" if answered else "chưa có phản ánh nào"
    paragraph = (
        f"Đang xử lý {words.number(count[Measure.REPORTS_OPEN])} phản ánh của người dân, trong đó "
        f"{words.number(count[Measure.REPORTS_OVERDUE])} phản ánh quá hạn. Lũy kế đã trả lời {words.number(answered)} "
        f"phản ánh, {share}."
    )
    rows = []
    for one in report.durations:
        what, unit, limit = words.SPAN_WORDS[one.span]
        percent = "–" if one.percent is None else f"{one.percent} %"
        rows.append([what, words.number(one.count), _with(one.p50, unit), _with(one.p95, unit), limit, percent])
    headings = ["Khoảng thời gian", "Số lượt", "Trung vị", "95 % không quá", "Đúng hạn là", "Tỷ lệ đúng hạn"]
    table = _table("Bảng 4. Thời gian xử lý trong tuần", headings, rows, widths=["1fr", "16mm", *["22mm"] * 4])
    return _section("IV. XỬ LÝ PHẢN ÁNH VÀ THỜI GIAN XỬ LÝ", [paragraph], [table])


def _with(value: int | None, unit: str) -> str:
    return "–" if value is None else f"{words.number(value)} {unit}"


def _by_part(report: WeeklyReport) -> dict[str, Any]:
    title = "V. SỐ LIỆU THEO ĐƠN VỊ"
    if not report.parts:
        return _section(title, ["Chưa có cơ sở tiêm chủng nào trên nền tảng."])
    named, rest = _split(report.parts)
    rows = [_sum(one.name or words.NO_UNIT, [one]) for one in named]
    totals = [_sum("Cộng", report.parts)]
    if rest:
        totals.insert(0, _sum(f"{words.number(len(rest))} đơn vị khác", rest))
    table = _table(
        "Bảng 5. Số liệu theo đơn vị",
        ["Đơn vị", *words.PART_HEADINGS],
        [*rows, *totals],
        widths=["1fr", *["14mm"] * len(words.PART_HEADINGS)],
        totals=len(totals),
        small=True,
    )
    more = f"Bảng nêu {MOST_PARTS} đơn vị còn nhiều việc nhất; tệp Excel kèm theo có đủ các đơn vị."
    return _section(title, [more] if rest else [], [table])


def _split(parts: tuple[Part, ...]) -> tuple[list[Part], list[Part]]:
    if len(parts) <= MOST_PARTS:
        return list(parts), []
    worst = sorted(parts, key=lambda one: (-one.work_left, one.code))
    return worst[:MOST_PARTS], worst[MOST_PARTS:]


def _sum(name: str, parts: tuple[Part, ...] | list[Part]) -> list[str]:
    given, *others = (sum(column) for column in zip(*map(part_numbers, parts), strict=True))
    return [name, words.number(given) if given else "–", *map(words.number, others)]


def _behind(report: WeeklyReport) -> dict[str, Any]:
    title = "VI. ĐƠN VỊ THỰC HIỆN CHẬM"
    if not report.offices_late:
        return _section(title, ["Không có đơn vị nào chậm."])
    paragraph = (
        f"{words.number(report.offices_late)} trong {words.number(report.offices)} đơn vị có số liệu thực hiện chậm: "
        "để mũi tiêm chờ ký quá một ngày, chờ sửa quá bảy ngày, hoặc có phản ánh quá hạn."
    )
    shown = report.late[:MOST_LATE]
    rows = [
        [
            one.name,
            words.number(one.to_sign),
            words.number(one.to_mend),
            words.number(one.reports_overdue),
            words.day(one.late_since) if one.late_since else "–",
        ]
        for one in shown
    ]
    if report.offices_late > len(shown):
        rows.append([f"và {words.number(report.offices_late - len(shown))} đơn vị khác", "", "", "", ""])
    headings = ["Đơn vị", "Chờ ký", "Cần sửa", "Phản ánh quá hạn", "Chậm từ ngày"]
    table = _table("Bảng 6. Đơn vị thực hiện chậm", headings, rows, widths=["1fr", *["24mm"] * 4])
    return _section(title, [paragraph], [table])


def _asks(report: WeeklyReport) -> dict[str, Any]:
    told = report.difficulties
    if told is None:
        return _section("VII. KHÓ KHĂN, VƯỚNG MẮC", ["Chưa có số liệu về khó khăn, vướng mắc."])
    paragraph = (
        f"Trong tuần, các đơn vị gửi {words.number(told.opened)} khó khăn, vướng mắc; đã giải quyết "
        f"{words.number(told.solved)}. Hiện còn {words.number(told.open)} khó khăn, vướng mắc đang mở, trong đó "
        f"{words.number(told.overdue)} quá hạn, {words.number(told.at_ministry)} đã chuyển Bộ Y tế."
    )
    return _section("VII. KHÓ KHĂN, VƯỚNG MẮC", [paragraph])


def _closing(report: WeeklyReport) -> str:
    if report.is_country:
        return "Trên đây là báo cáo tuần của Bộ Y tế"
    return f"Trên đây là báo cáo tuần của Sở Y tế {_lower(report.name)}, kính gửi Bộ Y tế tổng hợp"
