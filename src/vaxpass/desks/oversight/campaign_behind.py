"""Who is behind a directive, and who never acknowledged it: by province, unit by unit, and as an Excel file."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vaxpass.campaigns import queries
from vaxpass.campaigns.facts import DirectiveFacts, StepFacts
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.tables import Column, Table
from vaxpass.desks._shared.templatetags.desk import date_vi, moment_vi, number
from vaxpass.desks.oversight.campaign_words import directive_chip, missing_words, province_names
from vaxpass.desks.oversight.exports import sheet_response, sheet_url, wants_sheet
from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight import figures
from vaxpass.oversight.campaign_progress import ProvinceProgress, UnitProgress, by_province, counted_steps, units
from vaxpass.oversight.figures import AsOf

MOST_UNITS: Final = 100_000
"""More units than any country has: the pages of the list reach every one."""
STATES: Final = (
    ("behind", gettext_lazy("Behind the deadline")),
    ("unread", gettext_lazy("Never acknowledged")),
    ("open", gettext_lazy("Not done yet")),
    ("met", gettext_lazy("Done")),
)


@needs(Permission.DIRECTIVE_ISSUE)
@require_GET
def progress(request: DeskRequest, directive_id: int) -> HttpResponse:
    """Show how far the units are; `?province=` and `?what=` narrow the list of units."""
    found = _watched(request, directive_id)
    today = day_in_vietnam(request.now)
    own = request.actor.province_code if request.actor.office_kind != OfficeKind.MINISTRY else ""
    what = request.GET.get("what", "")
    what = what if what in dict(STATES) else ""
    province = own or request.GET.get("province", "")[:2]
    with figures.reading():
        as_of = figures.as_of(now=request.now)
        if wants_sheet(request):
            every = units(request.actor, found, today, province=province, what=what)[:]
            return _sheet(request, found, every, as_of.at if as_of else None)
        summary = by_province(request.actor, found, today)
        listed = replace(
            units(request.actor, found, today, province=province, what=what), found=_found(summary, province, what)
        )
        shown = _units(found, request.actor).show(request, listed) if province or what else None
    names = province_names({row.province_code for row in summary if row.province_code})
    context = {
        "directive": found,
        "chip": directive_chip(found),
        "as_of": as_of,
        "is_changed": _is_changed(found, as_of),
        "total": _total(summary),
        "provinces": _provinces(found, names).show(request, summary) if not own else None,
        "units": shown,
        "states": [(value, words, _url(found, what=value, province=province)) for value, words in STATES],
        "what": what,
        "province": names.get(province, province),
        "sheet": sheet_url(request),
    }
    return render(request, "oversight/directive_progress.html", context)


def _watched(request: DeskRequest, directive_id: int) -> DirectiveFacts:
    if not queries.watched_by(request.actor).filter(pk=directive_id).exists():
        raise Refused("DIRECTIVE_UNKNOWN")
    return queries.get_facts(directive_id)


def _total(rows: Sequence[ProvinceProgress]) -> ProvinceProgress:
    columns = ("units", "acknowledged", "met", "behind", "without_mailbox", "uncounted")
    return ProvinceProgress("", *(sum(getattr(row, column) for row in rows) for column in columns))


def _found(summary: Sequence[ProvinceProgress], province: str, what: str) -> int:
    """Give how many units the list has, from the sums that the page shows above it."""
    rows = [row for row in summary if province in ("", row.province_code)]
    return sum(getattr(row, what or "units") for row in rows)


def _is_changed(found: DirectiveFacts, as_of: AsOf | None) -> bool:
    """Whether a step was withdrawn after the count, which still has it in its sums."""
    withdrawn = [step.withdrawn_at for step in found.steps if step.withdrawn_at]
    return found.in_force and as_of is not None and any(at > as_of.at for at in withdrawn)


def _url(found: DirectiveFacts, **query: str) -> str:
    chosen = "&".join(f"{name}={value}" for name, value in query.items() if value)
    return f"{reverse('oversight:directive_progress', args=[found.id])}?{chosen}"


def _provinces(found: DirectiveFacts, names: dict[str, str]) -> Table[ProvinceProgress]:
    def count(name: str, label: Any, what: str) -> Column[ProvinceProgress]:
        def pending(row: ProvinceProgress) -> bool:
            return row.is_pending and what != "unread"  # acknowledgements are not counted, they are read

        return Column(
            name,
            label,
            lambda row: _("Is being counted") if pending(row) else number(getattr(row, name)),
            sort=(name,),
            numeric=True,
            link=lambda row: (
                _url(found, province=row.province_code, what=what) if getattr(row, name) and not pending(row) else ""
            ),
        )

    return Table(
        "provinces",
        gettext_lazy("By province"),
        (
            Column(
                "province",
                gettext_lazy("Province"),
                lambda row: names.get(row.province_code) or _("Without a province"),
                sort=("province_code",),
                link=lambda row: _url(found, province=row.province_code),
            ),
            Column("units", gettext_lazy("Units"), lambda row: number(row.units), sort=("units",), numeric=True),
            count("unread", gettext_lazy("Never acknowledged"), "unread"),
            count("behind", gettext_lazy("Behind the deadline"), "behind"),
            count("met", gettext_lazy("Done"), "met"),
            Column(
                "without_mailbox",
                gettext_lazy("Without a mailbox"),
                lambda row: number(row.without_mailbox),
                sort=("without_mailbox",),
                numeric=True,
            ),
        ),
        default_sort="-behind",
        tie="province_code",
        size=50,
    )


def _units(found: DirectiveFacts, actor: Actor) -> Table[UnitProgress]:
    names = actor.may(Permission.DIRECTIVE_FOLLOW)  # a province names the mailboxes of its offices
    steps = counted_steps(found)
    return Table(
        "units",
        gettext_lazy("Units"),
        (
            Column("name", gettext_lazy("Unit"), _name, sort=("name_vi",)),
            Column("code", gettext_lazy("Code"), lambda row: row.code, sort=("code",)),
            Column("read", gettext_lazy("Acknowledged"), _read),
            *(_step_column(step) for step in steps),
            Column("missing", gettext_lazy("Missing"), _sum, sort=("missing",), numeric=True),
            Column(
                "mailbox",
                gettext_lazy("Mailbox"),
                lambda row: _("yes") if row.has_mailbox else _("no"),
                link=lambda row: reverse("oversight:mailbox_of", args=[row.office_id]) if names else "",
            ),
            Column("told", gettext_lazy("Reminders"), lambda r: number(r.reminders), numeric=True),
        ),
        default_sort="-missing",
        empty=gettext_lazy("No unit is in this state."),
        tie="code",
        limit=MOST_UNITS,
    )


def _step_column(step: StepFacts) -> Column[UnitProgress]:
    return Column(f"step-{step.id}", step.title, lambda row: _missing(step, row))


def _missing(step: StepFacts, row: UnitProgress) -> str:
    return missing_words(step, row.needs[step.id]) if step.id in row.needs else "–"


def _name(row: UnitProgress) -> str:
    return row.name_en if get_language() == "en" else row.name_vi


def _sum(row: UnitProgress) -> str:
    return _("Is being counted") if row.is_pending else number(row.missing)


def _read(row: UnitProgress) -> str:
    return moment_vi(row.acknowledged_at) if row.acknowledged_at else _("Never")


def _sheet(request: DeskRequest, found: DirectiveFacts, rows: Sequence[UnitProgress], as_of: Any) -> HttpResponse:
    """Give the table as Excel file, a column for each step with what is missing as a number."""
    steps = counted_steps(found)
    officers = officer_names({row.acknowledged_by for row in rows if row.acknowledged_by})
    columns = [
        _("Code"), _("Unit"), _("Province"), _("Acknowledged"), _("By"), _("Note"), _("Mailbox"), _("Reminders"),
        *(f"{step.title} ({date_vi(step.due.counts)})" if step.due else step.title for step in steps),
    ]  # fmt: skip
    names = province_names({row.province_code for row in rows if row.province_code})
    lines = [
        [
            row.code, _name(row), names.get(row.province_code, ""), moment_vi(row.acknowledged_at),
            officers.get(row.acknowledged_by or 0, ""), row.note, _("yes") if row.has_mailbox else _("no"),
            row.reminders, *(row.needs[step.id].missing if step.id in row.needs else None for step in steps),
        ]
        for row in rows
    ]  # fmt: skip
    title = _("Progress of directive %(number)s") % {"number": found.number}
    return sheet_response(title, as_of, columns, lines, now=request.now)
