"""Who is late: offices whose doses wait for them too long, or whose reports are overdue; reads the last tally alone.

A dose is to be signed within a day and mended within a week (rules.SIGN_WITHIN, MEND_WITHIN); what the system or the
ministry has to do makes no facility late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from vaxpass.offices.scope import Actor
from vaxpass.offices.units import Level
from vaxpass.oversight import rules
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.reach import column_of, rows_of


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late the offices of a part are.

    `offices`: those that have doses or open reports; `behind`: of these those that are late. `sign_since`,
    `mend_since`: since when the oldest dose waits to be signed or mended, None where none waits.
    """

    code: str
    offices: int
    behind: int
    sign_since: datetime | None
    mend_since: datetime | None


@dataclass(frozen=True, slots=True)
class LateOffice:
    """An office that is late: what waits there, and since when it should have been done."""

    code: str
    name_vi: str
    name_en: str
    province_code: str
    to_sign: int
    to_mend: int
    reports_overdue: int
    sign_since: datetime | None
    mend_since: datetime | None
    late_since: datetime | None

    def name(self, language: str) -> str:
        """Give the name in `vi` or `en`."""
        return self.name_en if language == "en" else self.name_vi


_OFFICES: Final = """
WITH office AS (
  SELECT *, (sign_since < %(sign_before)s OR mend_since < %(mend_before)s OR reports_overdue > 0) IS TRUE AS late,
    least(CASE WHEN sign_since < %(sign_before)s THEN sign_since + %(sign_within)s END,
      CASE WHEN mend_since < %(mend_before)s THEN mend_since + %(mend_within)s END) AS late_since
  FROM oversight_officefigures WHERE %(everything)s OR office_id = ANY (%(offices)s)
)
"""
_BY_PART: Final = """
SELECT {column}, count(*) FILTER (WHERE doses > 0 OR reports_open > 0), count(*) FILTER (WHERE late),
  min(sign_since), min(mend_since) FROM office GROUP BY 1 ORDER BY 1
"""
_WORST: Final = """
SELECT code, name_vi, name_en, {province}, to_sign,
  mismatched + incomplete, reports_overdue, sign_since, mend_since, late_since
FROM office WHERE late ORDER BY late_since NULLS LAST, reports_overdue DESC, code LIMIT %(limit)s
"""


def late_parts(actor: Actor, unit: Unit, by: Level, *, now: datetime) -> dict[str, Lateness]:
    """Say how late the parts of a unit are, by the part's code. Refuses as reach.check_reach."""
    column = "''" if by is Level.COUNTRY else column_of(by, unit.scheme)
    return {row[0]: Lateness(*row) for row in _read(_BY_PART.format(column=column), _facts(actor, unit, now))}


def lateness(actor: Actor, unit: Unit, *, now: datetime) -> Lateness:
    """Say how late a unit is as a whole. Refuses as reach.check_reach."""
    return late_parts(actor, unit, Level.COUNTRY, now=now).get("", Lateness("", 0, 0, None, None))


def together(parts: Iterable[Lateness]) -> Lateness:
    """Add up the lateness of parts that make a whole."""
    some = list(parts)
    return Lateness(
        "",
        sum(one.offices for one in some),
        sum(one.behind for one in some),
        min((one.sign_since for one in some if one.sign_since), default=None),
        min((one.mend_since for one in some if one.mend_since), default=None),
    )


def late_offices(actor: Actor, unit: Unit, *, now: datetime, limit: int) -> list[LateOffice]:
    """List a unit's late offices, the latest first. Refuses as reach.check_reach."""
    statement = _WORST.format(province=column_of(Level.PROVINCE, unit.scheme))
    return [LateOffice(*row) for row in _read(statement, _facts(actor, unit, now) | {"limit": limit})]


def _facts(actor: Actor, unit: Unit, now: datetime) -> dict[str, Any]:
    rows = rows_of(actor, unit)
    everything = unit.level is Level.COUNTRY and actor.office_kind == "ministry"
    return {
        "everything": everything,
        "offices": [] if everything else list(rows.values_list("office_id", flat=True)),
        "sign_within": rules.SIGN_WITHIN,
        "mend_within": rules.MEND_WITHIN,
        "sign_before": now - rules.SIGN_WITHIN,
        "mend_before": now - rules.MEND_WITHIN,
    }


def _read(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_OFFICES + statement, facts)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
