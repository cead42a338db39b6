"""One inspection of the demo with a finding, and two complaints, by the very verbs of the pages."""

from datetime import datetime, timedelta

from vaxpass.console.demo_walk import Demo, Say
from vaxpass.inspections import actions, complaints, drawing, findings, queries, risk_tally
from vaxpass.inspections.complaints import NewComplaint
from vaxpass.inspections.facts import SampledFacts
from vaxpass.inspections.rules import QUESTIONS, SUBJECTS, ComplaintKind, Population, Severity, Verdict, Wish
from vaxpass.offices.queries import list_offices
from vaxpass.offices.scope import Actor
from vaxpass.offices.workdays import VIETNAM

_RAILWAY, _HOSPITAL = "01004", "01002"


def open_demo_inspection(demo: Demo, now: datetime, say: Say) -> None:
    """Inspect the reports that a hospital refused in the days that are over, unless it was done."""
    inspector = demo.actor("inspector")
    if queries.inspections_in_scope(inspector).exists():
        return
    say("• The ministry's inspector draws a sample and finds something …")
    offices, today = {office.code: office.id for office in list_offices()}, now.astimezone(VIETNAM).date()
    wish = Wish(
        title="Kiểm tra phản ánh bị từ chối (mẫu)",
        population=Population.REPORTS_REFUSED,
        since=today - timedelta(days=30),
        until=today - timedelta(days=1),
        size=20,
        due_on=today + timedelta(days=30),
        office_id=offices[_RAILWAY],
        questions=QUESTIONS[SUBJECTS[Population.REPORTS_REFUSED]],
        own=("Giấy xác nhận gốc còn được lưu tại cơ sở.",),
    )
    inspection_id = actions.begin(inspector, wish, now=now)
    drawing.draw_sample(inspection_id, now=now)
    for row in queries.sampled_facts(list(queries.sample_of(inspection_id).order_by("place")[:1])):
        _find(inspector, row, now)
    _complain(offices[_HOSPITAL], now)
    risk_tally.count_risks(now=now)


def _find(inspector: Actor, row: SampledFacts, now: datetime) -> None:
    asked = [one.id for one in queries.checklist(row.inspection_id)]
    verdicts = {one: Verdict.WRONG if one == asked[1] else Verdict.RIGHT for one in asked}
    actions.answer_checklist(inspector, row.id, verdicts, now=now)
    text = "Từ chối mà không giải thích cho người dân. Trả lời lại bằng lời dễ hiểu và nhắc nhở bộ phận tiếp nhận."
    due_on = now.astimezone(VIETNAM).date() + timedelta(days=14)
    new = findings.NewFinding(row.inspection_id, row.office_id, Severity.SERIOUS, text, due_on, row.id)
    findings.write(inspector, new, now=now)


def _complain(hospital: int, now: datetime) -> None:
    for kind, text, staff in (
        (ComplaintKind.DEMANDS_MONEY, "Người ở quầy số 3 nói đưa 200.000 đồng thì ký ngay trong ngày.", False),
        (ComplaintKind.PRESSURE, "Tôi bị nhắc nhập thêm mũi tiêm cho người chưa tiêm.", True),
    ):
        new = NewComplaint(kind, text, staff, hospital)
        complaints.file(new, visitor=b"demo", now=now)
