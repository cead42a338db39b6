"""The columns in which units are compared: sets for reading, all of them for a sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.ages import age_words
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.desks.oversight.cells import NOT_COMPARED, SIGNED, TO_MEND, percent, text_of, told
from vaxpass.desks.oversight.figure_words import LEVEL_WORDS, MEASURE_WORDS
from vaxpass.offices.units import Level
from vaxpass.oversight.lateness import Lateness
from vaxpass.oversight.measures import Figures, Measure
from vaxpass.oversight.rules import MEND_WITHIN, SIGN_WITHIN


@dataclass(frozen=True)
class CompareRow:
    """A unit as it is compared."""

    name: str
    code: str
    url: str
    figures: Figures
    late: Lateness
    now: datetime

    @property
    def overdue_by(self) -> timedelta | None:
        """Say by how much the oldest dose is late; None where none is."""
        over = [
            self.now - since - within
            for since, within in ((self.late.sign_since, SIGN_WITHIN), (self.late.mend_since, MEND_WITHIN))
            if since is not None and self.now - since > within
        ]
        return max(over, default=None)

    @property
    def order(self) -> "_Order":
        """Give what each column is sorted by."""
        return _Order(self)


class _Order:
    """What a row is sorted by, by the name of the column, worked out when it is asked for."""

    def __init__(self, row: CompareRow) -> None:
        self._row = row

    @property
    def late(self) -> tuple[float, int]:
        """By how much the oldest dose is late, then by reports that are."""
        over = self._row.overdue_by
        return (over.total_seconds() if over else 0.0, self._row.figures.count(Measure.REPORTS_OVERDUE))

    @property
    def behind(self) -> int:
        """How many units are late."""
        return self._row.late.behind

    def __getattr__(self, name: str) -> int:
        return _COUNTS[name].order(self._row.figures)


@dataclass(frozen=True, slots=True)
class _Count:
    """A column of counts: the sum of some measures, or, with `of`, their share of another in whole percent."""

    label: Words
    measures: tuple[Measure, ...]
    of: Measure | None = None

    def read(self, counts: Figures) -> int | str | None:
        """Give the number; a text where it is hidden, None where there is nothing to divide by."""
        return percent(counts, self.measures, self.of) if self.of else told(counts, *self.measures)

    def order(self, counts: Figures) -> int:
        """Give what it is sorted by: a share that nobody knows stands beyond the best, a hidden count below all."""
        value = self.read(counts)
        if isinstance(value, int):
            return value
        return _BEYOND if self.of else -1

    def text(self, counts: Figures) -> str:
        """Write it as people read it."""
        value = self.read(counts)
        if value is None:
            return "–"
        return f"{value} %" if self.of else text_of(value)


_BEYOND: Final = 101
"""Percent."""
_M = Measure
_COUNTS: Final[dict[str, _Count]] = {
    "people": _Count(MEASURE_WORDS[_M.PEOPLE], (_M.PEOPLE,)),
    "given": _Count(MEASURE_WORDS[_M.GIVEN], (_M.GIVEN,)),
    "doses": _Count(MEASURE_WORDS[_M.DOSES], (_M.DOSES,)),
    "entered": _Count(_("Entered, % of given"), (_M.DOSES,), _M.GIVEN),
    "waiting": _Count(_("Not compared yet"), NOT_COMPARED),
    "unanswered": _Count(MEASURE_WORDS[_M.UNANSWERED], (_M.UNANSWERED,)),
    "mismatched": _Count(MEASURE_WORDS[_M.MISMATCHED], (_M.MISMATCHED,)),
    "incomplete": _Count(MEASURE_WORDS[_M.INCOMPLETE], (_M.INCOMPLETE,)),
    "to_mend": _Count(_("To be mended"), TO_MEND),
    "mended": _Count(MEASURE_WORDS[_M.MENDED], (_M.MENDED,)),
    "confirmed": _Count(MEASURE_WORDS[_M.CONFIRMED], (_M.CONFIRMED,)),
    "confirmed_share": _Count(_("Identity confirmed, %"), (_M.CONFIRMED,), _M.DOSES),
    "exempt": _Count(MEASURE_WORDS[_M.EXEMPT], (_M.EXEMPT,)),
    "to_sign": _Count(MEASURE_WORDS[_M.TO_SIGN], (_M.TO_SIGN,)),
    "attested": _Count(MEASURE_WORDS[_M.ATTESTED], (_M.ATTESTED,)),
    "signed": _Count(_("Signed by facilities"), SIGNED),
    "signed_share": _Count(_("Signed by facilities, %"), SIGNED, _M.DOSES),
    "certified": _Count(_("Signed by the ministry"), (_M.CERTIFIED,)),
    "refused": _Count(MEASURE_WORDS[_M.REFUSED], (_M.REFUSED,)),
    "passports": _Count(MEASURE_WORDS[_M.PASSPORTS], (_M.PASSPORTS,)),
    "reports_open": _Count(MEASURE_WORDS[_M.REPORTS_OPEN], (_M.REPORTS_OPEN,)),
    "reports_overdue": _Count(MEASURE_WORDS[_M.REPORTS_OVERDUE], (_M.REPORTS_OVERDUE,)),
    "reports_answered": _Count(MEASURE_WORDS[_M.REPORTS_ANSWERED], (_M.REPORTS_ANSWERED,)),
    "reports_in_time": _Count(MEASURE_WORDS[_M.REPORTS_IN_TIME], (_M.REPORTS_IN_TIME,)),
    "in_time_share": _Count(_("Answered in time, %"), (_M.REPORTS_IN_TIME,), _M.REPORTS_ANSWERED),
}
SETS: Final[dict[str, Words]] = {
    "late": _("Who is late"),
    "way": _("How far"),
    "identity": _("Identity"),
    "reports": _("Citizens' reports"),
}
_IN_SETS: Final[dict[str, tuple[str, ...]]] = {
    "late": ("to_sign", "to_mend", "waiting", "attested", "reports_overdue", "signed_share"),
    "way": ("people", "given", "doses", "entered", "confirmed", "signed", "signed_share", "certified", "passports"),
    "identity": (
        "doses", "waiting", "unanswered", "mismatched", "incomplete", "mended", "exempt", "confirmed",
        "confirmed_share",
    ),
    "reports": ("reports_open", "reports_overdue", "reports_answered", "reports_in_time", "in_time_share"),
}  # fmt: skip


def table_of(columns: str, by: Level) -> Table[CompareRow]:
    """Give the table of a set of columns: worst first, by how late the oldest dose is or the set's own measure."""
    first: Column[CompareRow] = Column(
        "name", LEVEL_WORDS[by], lambda row: row.name, sort=("name",), link=lambda row: row.url
    )
    late = (*_lateness(by),) if columns == "late" else ()
    sort = {"late": "-late", "way": "signed_share", "identity": "confirmed_share", "reports": "-reports_overdue"}
    return Table(
        "units",
        _("Units compared"),
        (first, *late, *(_column(name) for name in _IN_SETS[columns])),
        default_sort=sort[columns],
        filters=(Filter("waits", _("What waits"), _waits_for, choices=tuple(_WAITS)),),
        empty=_("This unit has no part of that kind."),
        tie="code",
        size=100 if by in {Level.PROVINCE, Level.CLASS} else 25,
    )


def sheet_columns() -> list[tuple[Words, Callable[[CompareRow], int | str | None]]]:
    """Give every column with the number that a sheet holds."""
    counts: list[tuple[Words, Callable[[CompareRow], int | str | None]]] = [
        (count.label, _reader(count)) for count in _COUNTS.values()
    ]
    return [(_("Units with work"), lambda row: row.late.offices), (_("Units behind"), _behind_count), *counts]


def _behind_count(row: CompareRow) -> int:
    return row.late.behind


def _reader(count: _Count) -> Callable[[CompareRow], int | str | None]:
    return lambda row: count.read(row.figures)


def _lateness(by: Level) -> tuple[Column[CompareRow], ...]:
    late: Column[CompareRow] = Column("late", _("Late by"), _late, sort=("order.late",), numeric=True)
    if by is Level.OFFICE:
        return (late,)
    behind: Column[CompareRow] = Column("behind", _("Units behind"), _behind, sort=("order.behind",), numeric=True)
    return (late, behind)


def _late(row: CompareRow) -> str:
    over = row.overdue_by
    return format_html("<strong>{}</strong>", age_words(over)) if over else "–"


def _behind(row: CompareRow) -> str:
    return f"{number(row.late.behind)} / {number(row.late.offices)}"


def _column(name: str) -> Column[CompareRow]:
    count = _COUNTS[name]
    return Column(name, count.label, lambda row: count.text(row.figures), sort=(f"order.{name}",), numeric=True)


_WAITS: Final[tuple[tuple[str, Words], ...]] = (
    ("behind", _("Behind the deadlines")),
    ("mend", _("Doses to be mended")),
    ("sign", _("Doses to be signed")),
    ("unanswered", _("Doses not compared yet")),
    ("overdue", _("Reports overdue")),
)
_WAITING: Final[dict[str, Callable[[CompareRow], bool]]] = {
    "behind": lambda row: row.late.behind > 0,
    "mend": lambda row: told(row.figures, *TO_MEND) != 0,
    "sign": lambda row: told(row.figures, Measure.TO_SIGN) != 0,
    "unanswered": lambda row: told(row.figures, *NOT_COMPARED) != 0,
    "overdue": lambda row: told(row.figures, Measure.REPORTS_OVERDUE) != 0,
}


def _waits_for(rows: Sequence[CompareRow], what: str) -> list[CompareRow]:
    return [row for row in rows if _WAITING[what](row)]
