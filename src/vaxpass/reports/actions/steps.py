"""Writing steps, and the row of a report with them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.scope import Actor
from vaxpass.records.sealing import seal
from vaxpass.reports.models import Report, ReportStep
from vaxpass.reports.rules import ReportStatus, StepKind, check_step

_NOTHING: Mapping[str, object] = MappingProxyType({})


def take_step(  # noqa: PLR0913 -- a step is these columns
    report: Report,
    kind: StepKind,
    *,
    now: datetime,
    code: str = "",
    text: str = "",
    actor: Actor | None = None,
    columns: Mapping[str, object] = _NOTHING,
) -> None:
    """Take one step: the report's row with `columns` changed, and the step beside it. Refuses as `check_step`."""
    status = check_step(ReportStatus(report.status), kind)
    changed = {"status": status.value, **columns}
    for name, value in changed.items():
        setattr(report, name, value)
    report.save(update_fields=list(changed))
    write_steps([report], kind, now=now, code=code, text=text, actor=actor)


def write_steps(  # noqa: PLR0913 -- a step is these columns
    reports: Iterable[Report],
    kind: StepKind,
    *,
    now: datetime,
    code: str = "",
    text: str = "",
    actor: Actor | None = None,
) -> None:
    """Write the same step of some reports, whose rows say the new status already."""
    ReportStep.objects.bulk_create(
        ReportStep(
            report_id=report.pk,
            at=now,
            kind=kind.value,
            status=report.status,
            code=code,
            text_sealed=seal(text),
            officer_id=actor.officer_id if actor else None,
            office_id=actor.office_id if actor else None,
        )
        for report in reports
    )


def note_answer(actor: Actor, verb: str, report_ids: Sequence[int], *, now: datetime, **facts: object) -> None:
    """Write down what an officer did with one report, or with several at once."""
    one = len(report_ids) == 1
    note_act_of(
        actor,
        verb,
        f"report/{report_ids[0]}" if one else "reports",
        now=now,
        **({} if one else {"reports": list(report_ids)}),
        **facts,
    )
