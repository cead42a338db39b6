"""How far units are with directives: read from what the last tally counted (campaign_tally.py), unit by unit.

Acknowledgements, what units said to be done, mailboxes and whom a directive reaches are read as they stand. A unit and
the sender read the same rows, so both see the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from vaxpass.campaigns.facts import DirectiveFacts, StepFacts
from vaxpass.campaigns.rules import Need, Target, concerns
from vaxpass.offices.kinds import OfficeKind
from vaxpass.offices.scope import Actor
from vaxpass.offices.workdays import day_in_vietnam

PENDING: Final = Need(None, 0, is_pending=True)
_DONE: Final = "ARRAY(SELECT d.step_id FROM campaigns_stepdone d WHERE d.office_id = {0} AND d.step_id = ANY(%(told)s))"
_OWN: Final = f"""
SELECT a.directive_id, o.kind, o.facility_class, n.needs::json, {_DONE.format("a.office_id")}
FROM campaigns_addressee a JOIN offices_office o ON o.id = a.office_id
  LEFT JOIN oversight_unitneed n ON n.directive_id = a.directive_id AND n.office_id = a.office_id
WHERE a.office_id = %(office)s AND a.directive_id = ANY(%(directives)s) AND a.until IS NULL AND o.closed_on IS NULL
"""  # noqa: S608 -- ours, word by word


def needs_of(office_id: int, directives: Collection[DirectiveFacts]) -> dict[int, Need]:
    """Give what an office misses of each step of some directives, by step; steps of other classes are absent.

    Of a directive or step that no tally has counted yet the need is PENDING.
    """
    told = [step.id for one in directives for step in one.steps if step.target is Target.TOLD]
    by_id = {one.id: one for one in directives}
    parameters: dict[str, Any] = {"office": office_id, "directives": list(by_id), "told": told}
    with connection.cursor() as cursor:
        cursor.execute(_OWN, parameters)
        rows = cursor.fetchall()
    found: dict[int, Need] = {}
    for directive_id, kind, facility_class, needs, done in rows:
        found |= _needs(by_id[directive_id], kind, facility_class, needs, done)
    return found


def _needs(
    directive: DirectiveFacts, kind: str, facility_class: str, counted: Any, done: Collection[int]
) -> dict[int, Need]:
    """Give what one unit misses of each step that concerns it; `counted`: the needs of its row, None before any."""
    steps = [one for one in counted_steps(directive) if concerns(one.facility_class, kind, facility_class)]
    return {step.id: _need(step, counted or {}, done) for step in steps}


def counted_steps(directive: DirectiveFacts) -> list[StepFacts]:
    """Give the steps that stand and of which units have something to reach."""
    return [step for step in directive.steps if step.withdrawn_at is None and step.is_counted]


def _need(step: StepFacts, counted: Mapping[str, Sequence[Any]], done: Collection[int]) -> Need:
    if step.target is Target.TOLD:
        return Need(0 if step.id in done else 1, 1)
    said = counted.get(str(step.id))
    return PENDING if said is None else Need(said[0], said[1])


# All units of a directive ---------------------------------------------------------------------------------------------

_UNITS: Final = """
WITH told AS (
  SELECT s.id, s.facility_class, t.due
  FROM unnest(%(told)s::bigint[], %(told_dues)s::date[]) t(id, due) JOIN campaigns_step s ON s.id = t.id
), undone AS (
  SELECT a.office_id, count(*) AS steps, min(t.due) AS due
  FROM campaigns_addressee a JOIN offices_office o ON o.id = a.office_id
    JOIN told t ON t.facility_class IN ('', CASE o.kind WHEN 'facility' THEN o.facility_class ELSE 'provincial' END)
    LEFT JOIN campaigns_stepdone d ON d.step_id = t.id AND d.office_id = a.office_id
  WHERE a.directive_id = %(directive)s AND d.id IS NULL
    AND (%(offices)s::bigint[] IS NULL OR a.office_id = ANY(%(offices)s))
  GROUP BY 1
), units AS (
  SELECT a.office_id, o.code, o.kind, o.facility_class, o.name_vi, o.name_en, o.province_code, k.at AS acknowledged_at,
    k.officer_id AS acknowledged_by, coalesce(k.note, '') AS note, c.id IS NOT NULL AS has_mailbox,
    n.id IS NOT NULL AS is_counted, coalesce(n.is_met AND u.steps IS NULL, false) AS is_met,
    coalesce(least(n.due, u.due) < %(today)s, false) AS is_behind,
    coalesce(n.missing, 0) + coalesce(u.steps, 0) AS missing, n.needs::json AS needs
  FROM campaigns_addressee a JOIN offices_office o ON o.id = a.office_id
    LEFT JOIN oversight_unitneed n ON n.directive_id = a.directive_id AND n.office_id = a.office_id
    LEFT JOIN undone u ON u.office_id = a.office_id
    LEFT JOIN campaigns_acknowledgement k ON k.directive_id = a.directive_id AND k.office_id = a.office_id
    LEFT JOIN campaigns_officecontact c ON c.office_id = a.office_id
  WHERE a.directive_id = %(directive)s AND a.until IS NULL AND o.closed_on IS NULL
    AND (%(province)s = '' OR o.province_code = %(province)s)
    AND (%(offices)s::bigint[] IS NULL OR a.office_id = ANY(%(offices)s))
)
"""
_UNMET: Final = """
SELECT n.office_id FROM oversight_unitneed n JOIN campaigns_addressee a USING (directive_id, office_id)
  JOIN offices_office o ON o.id = n.office_id
WHERE n.directive_id = %(directive)s AND a.until IS NULL AND o.closed_on IS NULL
  AND (n.needs -> %(step)s::text ->> 0)::bigint > 0 ORDER BY 1
"""
_UNTOLD: Final = _UNITS + "SELECT office_id FROM undone JOIN units USING (office_id) ORDER BY 1"  # noqa: S608 -- ours


def unmet(directive: DirectiveFacts, step: StepFacts, today: date) -> list[int]:
    """Give the offices that have not reached a step, by id; those that cannot be measured yet are not among them."""
    if step.target is Target.TOLD:
        parameters = _parameters(directive, today) | {"told": [step.id], "told_dues": [None]}
        return [office_id for (office_id,) in _rows(_UNTOLD, parameters)]
    return [office_id for (office_id,) in _rows(_UNMET, {"directive": directive.id, "step": step.id})]


@dataclass(frozen=True, slots=True)
class ProvinceProgress:
    """How far the units of one province are; `province_code` is empty for units of the ministry.

    `uncounted`: units that no tally has counted yet, neither done nor open.
    """

    province_code: str
    units: int
    acknowledged: int
    met: int
    behind: int
    without_mailbox: int
    uncounted: int

    @property
    def unread(self) -> int:
        """How many have not acknowledged."""
        return self.units - self.acknowledged

    @property
    def open(self) -> int:
        """How many have been counted and have not reached everything."""
        return self.units - self.uncounted - self.met

    @property
    def is_pending(self) -> bool:
        """Whether none of the units has been counted yet."""
        return self.uncounted == self.units > 0


_BY_PROVINCE: Final = """
SELECT province_code, count(*), count(acknowledged_at), count(*) FILTER (WHERE is_met),
  count(*) FILTER (WHERE is_behind), count(*) FILTER (WHERE NOT has_mailbox), count(*) FILTER (WHERE NOT is_counted)
FROM units GROUP BY 1 ORDER BY 1
"""


def by_province(actor: Actor, directive: DirectiveFacts, today: date) -> list[ProvinceProgress]:
    """Give how far a directive is, by province, as far as the actor reaches; by code."""
    rows = _rows(_UNITS + _BY_PROVINCE, _parameters(directive, today, _reach(actor)))
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
    met: bool
    behind: bool
    reminders: int
    needs: Mapping[int, Need]

    @property
    def missing(self) -> int:
        """The sum of what is missing, to sort by what is worst."""
        return sum(need.missing or 0 for need in self.needs.values())

    @property
    def is_pending(self) -> bool:
        """Whether some step has not been counted yet."""
        return any(need.is_pending for need in self.needs.values())


# First which units stand on the page, by few columns; then everything about them alone.
_CHOSEN: Final = """
SELECT office_id FROM units WHERE CASE %(what)s
    WHEN 'unread' THEN acknowledged_at IS NULL
    WHEN 'behind' THEN is_behind
    WHEN 'open' THEN is_counted AND NOT is_met
    WHEN 'met' THEN is_met
    ELSE true END
ORDER BY {order} LIMIT %(most)s OFFSET %(start)s
"""
_LISTED: Final = """
SELECT office_id, code, kind, facility_class, name_vi, name_en, province_code, acknowledged_at, acknowledged_by, note,
  has_mailbox, is_met, is_behind, coalesce(r.times, 0), needs, coalesce(d.steps, '{}')
FROM units JOIN unnest(%(offices)s::bigint[]) WITH ORDINALITY p(office_id, place) USING (office_id)
  LEFT JOIN (
    SELECT office_id, count(*) AS times FROM campaigns_reminder
    WHERE directive_id = %(directive)s AND office_id = ANY(%(offices)s) GROUP BY 1
  ) r USING (office_id)
  LEFT JOIN (
    SELECT office_id, array_agg(step_id) AS steps FROM campaigns_stepdone
    WHERE step_id = ANY(%(told)s) AND office_id = ANY(%(offices)s) GROUP BY 1
  ) d USING (office_id)
ORDER BY place
"""
_FEW: Final = 200
"""Units that are looked up one by one."""
_ORDERS: Final = {
    sign + name: f"{name}{' DESC' if sign else ''}" for name in ("code", "name_vi", "missing") for sign in ("", "-")
}


@dataclass(frozen=True, slots=True)
class UnitList:
    """The units of a directive in the actor's reach; each slice is read by itself, so any number can be paged.

    `province` narrows by its code, `what` to `unread`, `behind`, `open` (some step not reached) or `met`. `found`: how
    many there are, where the caller has counted them.
    """

    directive: DirectiveFacts
    today: date
    province: str
    what: str = ""
    found: int = 0
    order: tuple[str, ...] = ("-missing", "code")

    def order_by(self, *fields: str) -> "UnitList":
        """Give the same units by `code`, `name_vi`, `missing`; with `-` descending."""
        return replace(self, order=fields)

    def count(self) -> int:
        """Give `found`."""
        return self.found

    def __getitem__(self, part: slice) -> list[UnitProgress]:
        """Read a slice of them."""
        start = part.start or 0
        most = None if part.stop is None else part.stop - start
        parameters = _parameters(self.directive, self.today, self.province)
        statement = _UNITS + _CHOSEN.format(order=", ".join(_ORDERS[one] for one in self.order))
        chosen = _rows(statement, parameters | {"what": self.what, "most": most, "start": start})
        parameters["offices"] = [office_id for (office_id,) in chosen]
        rows = _rows(_UNITS + _LISTED, parameters, nested=len(chosen) <= _FEW)
        return [_unit(self.directive, row) for row in rows]


def units(actor: Actor, directive: DirectiveFacts, today: date, *, province: str = "", what: str = "") -> UnitList:
    """Give the units of a directive in the actor's reach, none where the province lies outside of it."""
    reach = _reach(actor)
    outside = reach and province not in ("", reach)
    return UnitList(directive, today, "-" if outside else reach or province, what)


def _unit(directive: DirectiveFacts, row: Sequence[Any]) -> UnitProgress:
    *columns, counted, done = row
    kind, facility_class = columns[2:4]
    columns.append(_needs(directive, kind, facility_class, counted, done))
    return UnitProgress(*columns)


def _reach(actor: Actor) -> str:
    """Give the province to whose offices the actor's view is narrowed; the ministry sees all."""
    if actor.office_kind == OfficeKind.MINISTRY:
        return ""
    return actor.province_code or "-"


def _parameters(directive: DirectiveFacts, today: date, province: str = "") -> dict[str, Any]:
    """Of a directive that has ended, what is behind is what was behind at its end."""
    ended = directive.replaced_at or directive.withdrawn_at
    told = [step for step in counted_steps(directive) if step.target is Target.TOLD]
    return {
        "directive": directive.id,
        "told": [step.id for step in told],
        "told_dues": [step.due.counts if step.due else None for step in told],
        "province": province,
        "offices": None,
        "today": day_in_vietnam(ended) if ended else today,
    }


def _rows(statement: str, parameters: Mapping[str, Any], *, nested: bool = False) -> list[tuple[Any, ...]]:
    """Run a statement; without nested loops where its parts, which the planner thinks small, are every office."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_nestloop = {'on' if nested else 'off'}")
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = on")
    return rows
