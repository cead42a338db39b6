"""The weekly reports as they were made: the list, the files, and who signs the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.chips import word_chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import date_vi, moment_vi
from vaxpass.desks.oversight.exports import file_response
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.units import Level, Scheme, unit_names, units_of
from vaxpass.oversight import weekly_files
from vaxpass.oversight.sheets import MEDIA_TYPE
from vaxpass.oversight.signatories import Capacity
from vaxpass.oversight.weekly_facts import week_due
from vaxpass.oversight.weekly_files import LONGEST_NAME, StoredReport
from vaxpass.oversight.weekly_words import CAPACITIES

_LARGEST: Final = 2**63 - 1
_TYPES: Final = {"xlsx": MEDIA_TYPE, "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class WeeklyRow:
    """A report as the list shows it."""

    report: StoredReport
    name: str


class SignatoryForm(forms.Form):
    """In which capacity, and who."""

    capacity = forms.ChoiceField(label=_("Signs as"))
    name = forms.CharField(
        label=_("Name below the signature"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Left empty, the report has room for it."),
        validators=[RegexValidator(r"^[^\d<>@_]*$", _("Write the name alone, without numbers or signs."))],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, is_country: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, ", ".join(lines)) for one, lines in CAPACITIES[is_country].items()]
        self.fields["capacity"].choices = choices  # type: ignore[attr-defined]  # a choice field has them


@needs(Permission.PROGRESS_SEE)
@require_GET
def weekly(request: DeskRequest) -> HttpResponse:
    """List the reports that the officer may read."""
    return _page(request, _form(request.actor))


@needs(Permission.PROGRESS_SEE)
@require_GET
def weekly_file(request: DeskRequest, report_id: int, kind: str) -> HttpResponse:
    """Give a report's file. Refuses WEEKLY_REPORT_UNKNOWN, WEEKLY_REPORT_DAMAGED."""
    if kind not in _TYPES or report_id > _LARGEST:
        raise Refused("WEEKLY_REPORT_UNKNOWN")
    report, content = weekly_files.read_file(request.actor, report_id, kind)
    unit = report.unit.code or "vn"
    name = f"bao-cao-tuan-{report.week.year}-{report.week.number:02}-{unit}.{kind}"
    answer = file_response(content, _TYPES[kind], name)
    answer.headers["ETag"] = f'"{report.pdf_digest if kind == "pdf" else report.sheet_digest}"'
    return answer


@needs(Permission.DIRECTIVE_ISSUE)
@require_POST
def name_signatory(request: DeskRequest) -> HttpResponse:
    """Name who signs the own body's reports from the next one on. Refuses OFFICE_UNKNOWN."""
    unit = weekly_files.signed_unit(request.actor)
    form = SignatoryForm(request.POST, is_country=unit.level is Level.COUNTRY)
    if not form.is_valid():
        return _page(request, form, status=422)
    capacity = Capacity(form.cleaned_data["capacity"])
    weekly_files.name_signatory(request.actor, capacity, form.cleaned_data["name"], now=request.now)
    return redirect("oversight:weekly")


def _page(request: DeskRequest, form: SignatoryForm | None, status: int = 200) -> HttpResponse:
    rows = weekly_files.reports_for(request.actor)
    week = week_due(request.now)
    context = {
        "table": _table(request.actor).show(request, rows, _loaded),
        "form": form,
        "week": week,
        "waits": not rows.filter(week=week.monday).exists(),
        "readable": weekly_files.reads_any(request.actor),
    }
    return render(request, "oversight/weekly.html", context, status=status)


def _form(actor: Actor) -> SignatoryForm | None:
    if not actor.may(Permission.DIRECTIVE_ISSUE):
        return None
    unit = weekly_files.signed_unit(actor)
    named = weekly_files.named_signatory(unit)
    initial = {"capacity": named[0].value, "name": named[1]} if named else {}
    return SignatoryForm(initial=initial, is_country=unit.level is Level.COUNTRY)


def _loaded(rows: Sequence[Any]) -> list[WeeklyRow]:
    reports = weekly_files.stored(rows)
    keys = {(one.unit.level, one.unit.scheme) for one in reports}
    names = {
        (level, scheme, code): name.name(get_language() or "vi")
        for level, scheme in keys
        for code, name in unit_names(
            level, {one.unit.code for one in reports if (one.unit.level, one.unit.scheme) == (level, scheme)}, scheme
        ).items()
    }
    return [WeeklyRow(one, names[one.unit.level, one.unit.scheme, one.unit.code]) for one in reports]


def _table(actor: Actor) -> Table[WeeklyRow]:
    columns: tuple[Column[WeeklyRow], ...] = (
        Column("week", _("Week"), _week, sort=("week",)),
        Column("unit", _("Unit"), lambda row: row.name, sort=("level", "code")),
        Column("made", _("Made"), _made, sort=("made_at",)),
        Column("files", _("Report files"), _files),
    )
    return Table(
        "weekly",
        _("Weekly reports"),
        columns,
        default_sort="-week",
        filters=(_by_unit(),) if actor.office_kind == "ministry" else (),
        empty=_("No weekly report has been made yet."),
        size=50,
    )


def _by_unit() -> Filter:
    return Filter("unit", _("Unit"), lambda rows, value: rows.filter(code=value.removeprefix("country")), _choices())


def _choices() -> tuple[tuple[str, Words], ...]:
    language = get_language() or "vi"
    provinces = ((one.code, one.name(language)) for one in units_of(Level.PROVINCE, Scheme.NEW))
    return ("country", _("Whole country")), *provinces


def _week(row: WeeklyRow) -> str:
    week = row.report.week
    numbered = gettext("Week %(number)s of %(year)s") % {"number": week.number, "year": week.year}
    return f"{numbered} ({date_vi(week.monday)}–{date_vi(week.sunday)})"


def _made(row: WeeklyRow) -> str:
    at = moment_vi(row.report.made_at)
    return format_html("{} {}", at, word_chip(gettext("Later than Monday"), "turn")) if row.report.is_late else at


def _files(row: WeeklyRow) -> str:
    facts = {"unit": row.name, "week": row.report.week.number}
    links = [
        format_html(
            '<a href="{}" download>{}<span class="visually-hidden"> {}</span></a>',
            reverse("oversight:weekly_file", args=[row.report.id, kind]),
            word,
            gettext("%(unit)s, week %(week)s") % facts,
        )
        for kind, word in (("pdf", "PDF"), ("xlsx", "Excel"))
    ]
    return format_html("<span>{} · {}</span>", *links)
