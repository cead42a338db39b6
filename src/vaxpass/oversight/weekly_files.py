"""Weekly reports made and kept: the only writer of their rows, and who may read them.

The ministry reads all, a province's department its own and those of the provinces that it was made of. The files hold
exact numbers, so they are for those who may see the records.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.units import Level, Scheme, predecessors, scheme_on, units_of
from vaxpass.oversight import figures, weekly_pdf
from vaxpass.oversight.measures import Measure, Unit
from vaxpass.oversight.models import WeeklyFile, WeeklySignatory
from vaxpass.oversight.signatories import Capacity, Signatory
from vaxpass.oversight.weekly import compose, country
from vaxpass.oversight.weekly_facts import Difficulties, Week, WeeklyReport, week_due
from vaxpass.oversight.weekly_sheet import write_sheet
from vaxpass.oversight.weekly_words import signatory_of

LONGEST_NAME: Final = 60
_REST_OF_MONDAY: Final = timedelta(hours=18)
Ask = Callable[[Unit, Week], Difficulties]


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One stored report without its files."""

    id: int
    week: Week
    unit: Unit
    made_at: datetime
    as_of: datetime
    sheet_digest: str
    pdf_digest: str

    @property
    def is_late(self) -> bool:
        """Say whether it was made after its Monday: the platform was down, or nothing had been counted."""
        return self.made_at >= self.week.due_at + _REST_OF_MONDAY


def make_due(now: datetime, ask: Ask | None = None, *, only: Collection[str] | None = None) -> int:
    """Make the reports of the last week that is due, where they are missing; give how many were made.

    All are composed in one snapshot, so that the country's is the sum of the provinces'. Two workers may do so at once:
    each report is kept once. Makes none before a tally has been made after the week's end. `only`: codes of the units
    to make now, "" for the country; the others follow at the next turn.
    """
    week = week_due(now)
    missing = [unit for unit in missing_units(week) if only is None or unit.code in only]
    if not missing:
        return 0
    with figures.reading():
        composed = [_composed(unit, week, now, ask) for unit in missing]
    return sum(_keep(report) for report in composed if report is not None)


def missing_units(week: Week) -> list[Unit]:
    """List the units whose report of a week has not been made: the country, and each province of that week."""
    scheme = scheme_on(week.sunday)
    made = set(WeeklyFile.objects.filter(week=week.monday).values_list("level", "code"))
    provinces = (Unit(Level.PROVINCE, one.code, scheme) for one in units_of(Level.PROVINCE, scheme))
    return [unit for unit in (country(scheme), *provinces) if (unit.level.value, unit.code) not in made]


def _composed(unit: Unit, week: Week, now: datetime, ask: Ask | None) -> WeeklyReport | None:
    return compose(
        unit,
        week,
        now=now,
        signatory=signatory_now(unit),
        before=_stood(unit, week.before),
        difficulties=ask(unit, week) if ask else None,
    )


def _stood(unit: Unit, week: Week) -> dict[Measure, int] | None:
    """Give what stood in a week's report of the same unit; a province of another list is another province."""
    rows = WeeklyFile.objects.filter(week=week.monday, level=unit.level.value, code=unit.code, scheme=unit.scheme.value)
    found = rows.values_list("standings", flat=True).first()
    return None if found is None else {Measure(name): count for name, count in found.items() if name in set(Measure)}


def _keep(report: WeeklyReport) -> bool:
    sheet, pdf = write_sheet(report), weekly_pdf.render(report)
    row = WeeklyFile(
        week=report.week.monday,
        level=report.unit.level.value,
        scheme=report.unit.scheme.value,
        code=report.unit.code,
        made_at=report.made_at,
        as_of=report.as_of,
        standings={one.measure.value: one.now for one in report.standings},
        sheet=sheet,
        sheet_digest=hashlib.sha256(sheet).hexdigest(),
        pdf=pdf,
        pdf_digest=hashlib.sha256(pdf).hexdigest(),
    )
    WeeklyFile.objects.bulk_create([row], ignore_conflicts=True)  # another worker may have kept it meanwhile
    kept = WeeklyFile.objects.filter(week=row.week, level=row.level, code=row.code, pdf_digest=row.pdf_digest)
    return kept.exists()


def reads_any(actor: Actor) -> bool:
    """Say whether weekly reports are for this officer: of the ministry or a province, with a right to the records."""
    may = actor.may(Permission.PROGRESS_SEE) and actor.may(Permission.RECORD_SEE)
    return may and actor.office_kind in ("ministry", "province")


def reports_for(actor: Actor) -> QuerySet[WeeklyFile]:
    """Give the reports that an officer may read, as rows to filter, without their files."""
    rows = WeeklyFile.objects.defer("sheet", "pdf", "standings")
    if not reads_any(actor):
        return rows.none()
    if actor.office_kind == "ministry":
        return rows
    own = Q(scheme=Scheme.NEW.value, code=actor.province_code)
    before = Q(scheme=Scheme.OLD.value, code__in=predecessors(actor.province_code))
    return rows.filter(own | before, level=Level.PROVINCE.value)


def stored(rows: Iterable[WeeklyFile]) -> list[StoredReport]:
    """Give rows as facts."""
    return [
        StoredReport(
            row.pk,
            Week(row.week),
            Unit(Level(row.level), row.code, Scheme(row.scheme)),
            row.made_at,
            row.as_of,
            row.sheet_digest,
            row.pdf_digest,
        )
        for row in rows
    ]


def read_file(actor: Actor, report_id: int, kind: str) -> tuple[StoredReport, bytes]:
    """Give a report's file, "xlsx" or "pdf". Refuses WEEKLY_REPORT_UNKNOWN, WEEKLY_REPORT_DAMAGED."""
    row = reports_for(actor).defer(None).filter(pk=report_id).first()
    if row is None:
        raise Refused("WEEKLY_REPORT_UNKNOWN")
    content, digest = (row.pdf, row.pdf_digest) if kind == "pdf" else (row.sheet, row.sheet_digest)
    if hashlib.sha256(content).hexdigest() != digest:
        raise Refused("WEEKLY_REPORT_DAMAGED")
    return stored([row])[0], bytes(content)


def signed_unit(actor: Actor) -> Unit:
    """Give the unit whose reports an officer's body signs. Refuses RIGHT_MISSING, OFFICE_UNKNOWN."""
    check_may(actor, Permission.DIRECTIVE_ISSUE)
    if actor.office_kind == "ministry":
        return country(Scheme.NEW)
    if actor.office_kind != "province" or not actor.province_code:
        raise Refused("OFFICE_UNKNOWN")
    return Unit(Level.PROVINCE, actor.province_code, Scheme.NEW)


def signatory_now(unit: Unit) -> Signatory:
    """Give who signs a unit's reports."""
    named = named_signatory(unit)
    is_country = unit.level is Level.COUNTRY
    return (
        signatory_of(named[0], named[1], is_country=is_country) if named else signatory_of(None, is_country=is_country)
    )


def named_signatory(unit: Unit) -> tuple[Capacity, str] | None:
    """Give the capacity and name that were entered last; None where nobody was named."""
    rows = WeeklySignatory.objects.filter(level=unit.level.value, code=unit.code).order_by("-since", "-pk")
    found = rows.values_list("capacity", "name").first()
    return None if found is None else (Capacity(found[0]), found[1])


def name_signatory(actor: Actor, capacity: Capacity, name: str, *, now: datetime) -> None:
    """Name who signs the own body's reports from now on; what was made stays. Refuses as signed_unit."""
    unit = signed_unit(actor)
    WeeklySignatory.objects.create(
        level=unit.level.value,
        code=unit.code,
        capacity=capacity.value,
        name=" ".join(name.split())[:LONGEST_NAME],
        since=now,
        officer_id=actor.officer_id,
    )
    note_act_of(actor, "name_signatory", now=now, capacity=capacity.value)
