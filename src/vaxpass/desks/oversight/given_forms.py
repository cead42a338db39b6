"""What a province types about doses given: a month day by day, cells pasted out of a sheet, or a file."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vaxpass.oversight.given_rules import FIRST_DAY, Typed
from vaxpass.oversight.typed_lists import ListRow

GIVEN_HEADINGS: Final = {
    "day": ("ngay", "ngay tiem", "day", "date"),
    "number": ("so mui", "so mui tiem", "so mui da tiem", "number", "doses"),
}
COLUMNS: Final = ("day", "number")
_MOST_SURE: Final = 5_000


class PasteForm(forms.Form):
    """Cells of a spreadsheet, pasted."""

    cells = forms.CharField(
        label=_("Days and numbers"),
        help_text=_("Copy two columns out of a spreadsheet, day and number of doses, and paste them here."),
        max_length=200_000,
        widget=forms.Textarea({"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )


class FileForm(forms.Form):
    """A spreadsheet."""

    file = forms.FileField(
        label=_("Spreadsheet of doses given"),
        help_text=_("An .xlsx file, or .csv saved as UTF-8, with the columns Ngày and Số mũi."),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
    )


def typed_rows(rows: list[ListRow]) -> list[Typed]:
    """Give the rows of a list as typed; lines without a number say so when they are read."""
    return [Typed(one.row, one.texts.get("day", ""), one.texts.get("number", "")) for one in rows]


def month_of(text: str, today: date) -> date:
    """Give the first day of the month that an address asks for (yyyy-mm), within what can have been; else today's."""
    year, _, month = text.partition("-")
    if year.isascii() and year.isdigit() and month.isascii() and month.isdigit():
        try:
            asked = date(int(year), int(month), 1)
        except (ValueError, OverflowError):  # OverflowError: a year of twenty digits
            return today.replace(day=1)
        if FIRST_DAY.replace(day=1) <= asked <= today:
            return asked
    return today.replace(day=1)


def days_of_month(first: date, today: date) -> list[date]:
    """List the days of a month on which doses can have been given, the newest first."""
    last = min((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), today)
    return [last - timedelta(days=n) for n in range((last - first).days + 1) if last - timedelta(days=n) >= FIRST_DAY]


def month_rows(post: Mapping[str, str], days: list[date]) -> list[Typed]:
    """Give what was typed for the days of a month; a field left empty says nothing about its day."""
    typed = ((place, day, post.get(f"day-{day}", "").strip()) for place, day in enumerate(days, start=1))
    return [Typed(place, f"{day:%d/%m/%Y}", text[:30]) for place, day, text in typed if text]


def confirmed_rows(post: Mapping[str, str]) -> tuple[list[Typed], set[int]]:
    """Give the rows that were asked about once more and are ticked, and their numbers."""
    rows = [Typed(row, day, number) for row, day, number in _asked(post) if post.get(f"sure-{row}") == "yes"]
    return rows, {one.row for one in rows}


def _asked(post: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    for name in list(post)[: 3 * _MOST_SURE]:
        row = name.removeprefix("asked-day-")
        if row != name and row.isascii() and row.isdigit() and len(row) < 7:  # noqa: PLR2004 -- a list is shorter
            yield int(row), post.get(name, "")[:30], post.get(f"asked-number-{row}", "")[:30]
