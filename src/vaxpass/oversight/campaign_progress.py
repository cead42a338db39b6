"""What directives still miss, unit by unit, from the figures of the last tally: one statement for any number of units.

A facility is measured by its own figures; a province by those of all its offices (where a step is for provincial
facilities, by theirs), a commune by those of the offices in it. Units are the open offices that a directive reaches.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from vaxpass.campaigns.facts import DirectiveFacts
from vaxpass.campaigns.rules import Need
from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.scope import Actor

_SUMS: Final = """
  sum(to_sign)::bigint AS to_sign, sum(attested + certified)::bigint AS signed,
  sum(mismatched + incomplete)::bigint AS to_mend, sum(reports_open)::bigint AS reports_open,
  sum(reports_overdue)::bigint AS reports_overdue, sum(doses)::bigint AS doses, sum(given)::bigint AS given
"""
_COUNTS: Final = "to_sign, signed, to_mend, reports_open, reports_overdue, doses, given"
_NEEDS: Final = f"""
WITH steps AS (
  SELECT s.id AS step_id, s.directive_id, s.target, s.percent, s.facility_class, t.due
  FROM campaigns_step s JOIN unnest(%(steps)s::bigint[], %(dues)s::date[]) AS t(id, due) ON t.id = s.id
), mine AS (
  SELECT a.directive_id, o.id AS office_id, o.kind, o.facility_class, o.code, o.name_vi, o.name_en, o.province_code,
         f.new_province, f.new_commune, f.to_sign, f.attested + f.certified AS signed,
         f.mismatched + f.incomplete AS to_mend, f.reports_open, f.reports_overdue, f.doses, f.given
  FROM campaigns_addressee a JOIN offices_office o ON o.id = a.office_id
    LEFT JOIN oversight_officefigures f ON f.office_id = o.id
  WHERE a.directive_id = ANY(%(directives)s) AND a.until IS NULL AND o.closed_on IS NULL
    AND (%(province)s = '' OR o.province_code = %(province)s)
    AND (%(offices)s::bigint[] IS NULL OR o.id = ANY(%(offices)s))
), areas AS (
  SELECT 'province' AS kind, new_province AS area, c.class, {_SUMS}
  FROM oversight_officefigures CROSS JOIN (VALUES (''), ('provincial')) c(class)
  WHERE c.class = '' OR facility_class IN ('', 'provincial') GROUP BY new_province, c.class
  UNION ALL
  SELECT 'commune', new_commune, c.class, {_SUMS}
  FROM oversight_officefigures CROSS JOIN (VALUES (''), ('provincial')) c(class)
  WHERE (c.class = '' OR facility_class IN ('', 'provincial')) AND new_commune <> '' GROUP BY new_commune, c.class
), pairs AS (
  SELECT m.office_id, s.step_id, s.target, s.percent, s.due, {_COUNTS}
  FROM mine m JOIN steps s ON s.directive_id = m.directive_id AND s.facility_class IN ('', m.facility_class)
  WHERE m.kind = 'facility'
  UNION ALL
  SELECT m.office_id, s.step_id, s.target, s.percent, s.due, z.to_sign, z.signed, z.to_mend, z.reports_open,
         z.reports_overdue, z.doses, z.given
  FROM mine m JOIN steps s ON s.directive_id = m.directive_id AND s.facility_class IN ('', 'provincial')
    LEFT JOIN areas z ON z.kind = m.kind AND z.class = s.facility_class
      AND z.area = CASE m.kind WHEN 'province' THEN m.new_province ELSE m.new_commune END
  WHERE m.kind <> 'facility'
), needs AS (
  SELECT p.office_id, p.step_id, p.due,
    CASE
      WHEN p.target = 'told' THEN CASE WHEN d.id IS NULL THEN 1 ELSE 0 END
      WHEN p.doses IS NULL THEN NULL
      WHEN p.target = 'all_signed' THEN p.to_sign
      WHEN p.target = 'share_signed' THEN greatest(0, ceil((p.to_sign + p.signed) * p.percent / 100.0) - p.signed)
      WHEN p.target = 'identities_mended' THEN p.to_mend
      WHEN p.target = 'reports_answered' THEN p.reports_open
      WHEN p.target = 'no_report_overdue' THEN p.reports_overdue
      WHEN p.target = 'all_entered' AND p.given > 0 THEN greatest(0, p.given - p.doses)
    END::bigint AS missing,
    CASE
      WHEN p.target = 'told' THEN 1
      WHEN p.target IN ('all_signed', 'share_signed') THEN p.to_sign + p.signed
      WHEN p.target = 'identities_mended' THEN p.doses
      WHEN p.target IN ('reports_answered', 'no_report_overdue') THEN p.reports_open
      ELSE p.given
    END::bigint AS of
  FROM pairs p LEFT JOIN campaigns_stepdone d ON d.step_id = p.step_id AND d.office_id = p.office_id
), units AS (
  SELECT office_id, bool_and(coalesce(missing, 1) = 0) AS met, bool_or(missing > 0 AND due < %(today)s) AS behind,
    json_object_agg(step_id, json_build_array(missing, of)) AS needs
  FROM needs GROUP BY office_id
)
"""  # noqa: S608 -- ours, word by word


def needs_of(office_id: int, directives: Collection[DirectiveFacts], today: date) -> dict[int, Need]:
    """Give what an office misses now of each step of some directives, by step; steps of other classes are absent."""
    rows = _rows(_ALL_NEEDS, _parameters(directives, today, offices=[office_id]))
    return {step_id: Need(missing, of or 0) for step_id, missing, of in rows}


def unmet(directive: DirectiveFacts, step_id: int, today: date) -> list[int]:
    """Give the offices that have not reached a step, by id; those that cannot be measured yet are not among them."""
    rows = _rows(_UNMET, _parameters([directive], today) | {"step": step_id})
    return [office_id for (office_id,) in rows]


@dataclass(frozen=True, slots=True)
class ProvinceProgress:
    """How far the units of one province are; `province_code` is empty for units of the ministry."""

    province_code: str
    units: int
    acknowledged: int
    met: int
    behind: int
    without_mailbox: int

    @property
    def unread(self) -> int:
        """How many have not acknowledged."""
        return self.units - self.acknowledged


_ALL_NEEDS: Final = _NEEDS + "SELECT step_id, missing, of FROM needs"  # noqa: S608 -- ours
_UNMET: Final = _NEEDS + "SELECT office_id FROM needs WHERE step_id = %(step)s AND missing > 0 ORDER BY 1"  # noqa: S608 -- ours
_BY_PROVINCE: Final = """
SELECT m.province_code, count(*), count(k.id), count(*) FILTER (WHERE coalesce(u.met, true)),
       count(*) FILTER (WHERE u.behind), count(*) FILTER (WHERE c.id IS NULL)
FROM mine m LEFT JOIN units u USING (office_id)
  LEFT JOIN campaigns_acknowledgement k ON k.directive_id = m.directive_id AND k.office_id = m.office_id
  LEFT JOIN campaigns_officecontact c ON c.office_id = m.office_id
GROUP BY 1 ORDER BY 1
"""


def by_province(actor: Actor, directive: DirectiveFacts, today: date) -> list[ProvinceProgress]:
    """Give how far a directive is, by province, as far as the actor reaches; by code."""
    rows = _rows(_NEEDS + _BY_PROVINCE, _parameters([directive], today, province=_reach(actor)))
    return [ProvinceProgress(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """How far one unit is: when and by whom it acknowledged, what it misses of each step that concerns it."""

    office_id: int
    code: str
    kind: str
    facility_class: str
    name_vi: str
    name_en: str
    province_code: str
    acknowledged_at: datetime | None
    acknowledged_by: int | None
    note: str
    has_mailbox: bool
    reminders: int
    met: bool
    behind: bool
    needs: Mapping[int, Need]

    @property
    def missing(self) -> int:
        """The sum of what is missing, to sort by what is worst."""
        return sum(need.missing or 0 for need in self.needs.values())


_UNITS: Final = """
SELECT m.office_id, m.code, m.kind, m.facility_class, m.name_vi, m.name_en, m.province_code, k.at, k.officer_id,
       coalesce(k.note, ''), c.id IS NOT NULL, coalesce(r.times, 0), coalesce(u.met, true), coalesce(u.behind, false),
       u.needs
FROM mine m LEFT JOIN units u USING (office_id)
  LEFT JOIN campaigns_acknowledgement k ON k.directive_id = m.directive_id AND k.office_id = m.office_id
  LEFT JOIN campaigns_officecontact c ON c.office_id = m.office_id
  LEFT JOIN (
    SELECT office_id, count(*) AS times FROM campaigns_reminder WHERE directive_id = ANY(%(directives)s) GROUP BY 1
  ) r ON r.office_id = m.office_id
WHERE CASE %(what)s
    WHEN 'unread' THEN k.id IS NULL
    WHEN 'behind' THEN u.behind
    WHEN 'open' THEN NOT coalesce(u.met, true)
    WHEN 'met' THEN coalesce(u.met, true)
    ELSE true END
ORDER BY coalesce(u.behind, false) DESC, k.id IS NOT NULL, m.code LIMIT %(most)s
"""
MOST_UNITS: Final = 20_000


def units(  # noqa: PLR0913 -- who asks for which part of which directive
    actor: Actor, directive: DirectiveFacts, today: date, *, province: str = "", what: str = "", most: int = MOST_UNITS
) -> list[UnitProgress]:
    """Give the units of a directive in the actor's reach, those behind first.

    `province` narrows by its code, `what` to `unread`, `behind`, `open` (some step not reached) or `met`.
    """
    reach = _reach(actor)
    parameters = _parameters([directive], today, province=reach or province) | {"what": what, "most": most}
    if reach and province not in ("", reach):
        return []
    return [_unit(row) for row in _rows(_NEEDS + _UNITS, parameters)]


def _unit(row: Sequence[Any]) -> UnitProgress:
    needs = {int(step): Need(missing, of or 0) for step, (missing, of) in (row[-1] or {}).items()}
    columns = (*row[:-1], needs)
    return UnitProgress(*columns)


def _reach(actor: Actor) -> str:
    """Give the province to whose offices the actor's view is narrowed; the ministry sees all."""
    if actor.office_kind == OfficeKind.MINISTRY:
        return ""
    return actor.province_code or "-"


def _parameters(
    directives: Collection[DirectiveFacts], today: date, *, province: str = "", offices: list[int] | None = None
) -> dict[str, Any]:
    steps = [step for one in directives for step in one.steps if step.withdrawn_at is None and step.is_counted]
    return {
        "directives": [one.id for one in directives],
        "steps": [step.id for step in steps],
        "dues": [step.due.counts if step.due else None for step in steps],
        "province": province,
        "offices": offices,
        "today": today,
    }


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement without nested loops: the planner thinks its parts small, and they are every office there is."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = on")
    return rows
