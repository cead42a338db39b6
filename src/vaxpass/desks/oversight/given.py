"""Doses given: a province enters how many were given on each day, and sees what its facilities have entered so far."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.oversight.given_forms import (
    COLUMNS,
    GIVEN_HEADINGS,
    FileForm,
    PasteForm,
    confirmed_rows,
    days_of_month,
    month_of,
    month_rows,
    typed_rows,
)
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight import given
from vaxpass.oversight.given_rules import FIRST_DAY, Refusal, Typed
from vaxpass.oversight.typed_lists import read_file, read_pasted


@dataclass(frozen=True, slots=True)
class DayField:
    """A day of the month with the number that stands and what was typed; `wrong` says what is wrong with it."""

    day: date
    name: str
    value: str
    wrong: str = ""


@needs(Permission.GIVEN_ENTER)
def given_page(request: DeskRequest) -> HttpResponse:
    """Show a month, and take numbers in: by day, pasted, or as a file."""
    forms: dict[str, Any] = {"paste": PasteForm(), "file": FileForm()}
    outcome, rows = None, list[Typed]()
    if request.method == "POST":
        try:
            rows, sure = _rows(request, forms)
            if rows:
                outcome = given.enter(request.actor, rows, now=request.now, sure=sure)
        except Refused as refused:
            forms["refused"] = sentence(refused.code, refused.facts)
    typed_by_day = outcome if request.POST.get("way") == "month" else None
    context = {**_month(request, typed_by_day), **forms, "outcome": _told(outcome)}
    wrong = "refused" in forms or (outcome is not None and (outcome.refused or outcome.doubtful))
    invalid = any(form.errors for form in (forms["paste"], forms["file"]))
    return render(request, "oversight/given.html", context, status=422 if wrong or invalid else 200)


def _rows(request: DeskRequest, forms: dict[str, Any]) -> tuple[list[Typed], Collection[int]]:
    """Read what was sent, by whichever of the four ways; nothing where the form itself is wrong."""
    match request.POST.get("way"):
        case "paste":
            forms["paste"] = form = PasteForm(request.POST)
            pasted = form.cleaned_data["cells"] if form.is_valid() else ""
            return typed_rows(read_pasted(pasted, COLUMNS, GIVEN_HEADINGS)) if pasted else [], ()
        case "file":
            forms["file"] = upload = FileForm(request.POST, request.FILES)
            if not upload.is_valid():
                return [], ()
            return typed_rows(read_file(upload.cleaned_data["file"].read(), GIVEN_HEADINGS, needed=COLUMNS)), ()
        case "sure":
            return confirmed_rows(request.POST.dict())
        case _:
            return month_rows(request.POST.dict(), _days(request)), ()


def _first(request: DeskRequest) -> date:
    return month_of(request.GET.get("month", ""), day_in_vietnam(request.now))


def _days(request: DeskRequest) -> list[date]:
    return days_of_month(_first(request), day_in_vietnam(request.now))


def _month(request: DeskRequest, outcome: given.Outcome | None) -> dict[str, Any]:
    first, today = _first(request), day_in_vietnam(request.now)
    days = days_of_month(first, today)
    standing = given.own_days(request.actor, days[-1], days[0]) if days else {}
    flaws = {} if outcome is None else {one.typed.day: one for one in (*outcome.refused, *outcome.doubtful)}
    before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)
    return {
        "month": first,
        "before": before if before >= FIRST_DAY.replace(day=1) else None,
        "after": after if after <= today else None,
        "days": [_field(day, standing.get(day), flaws.get(f"{day:%d/%m/%Y}")) for day in days],
        "total": sum(standing.values()),
        "missing": sum(day not in standing for day in days),
    }


def _field(day: date, number: int | None, flaw: Refusal | None) -> DayField:
    value = flaw.typed.number if flaw else "" if number is None else str(number)
    return DayField(day, f"day-{day}", value, sentence(flaw.flaw.value, flaw.facts) if flaw else "")


def _told(outcome: given.Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    return {
        "stored": len(outcome.stored),
        "unchanged": outcome.unchanged,
        "doses": sum(one.number for one in outcome.stored),
        "refused": [(one.typed, sentence(one.flaw.value, one.facts)) for one in outcome.refused],
        "doubtful": [(one.typed, sentence(one.flaw.value, one.facts)) for one in outcome.doubtful],
    }
