"""What directives still miss, unit by unit: counted at the end of each tally, in its snapshot, from its figures.

A facility is measured by its own figures; a province by those of all its offices (where a step is for provincial
facilities, by theirs), a commune by those of the offices in it. What nothing counts (rules.Target.TOLD) is not here:
it is read as it stands, so that who says "done" is not behind until the next tally.
"""

from collections.abc import Sequence
from typing import Any, Final

from vaxpass.campaigns.facts import DirectiveFacts, StepFacts
from vaxpass.campaigns.queries import directives_in_force
from vaxpass.campaigns.rules import Target

_SUMS: Final = """
  sum(to_sign)::bigint AS to_sign, sum(attested + certified)::bigint AS signed,
  sum(mismatched + incomplete)::bigint AS to_mend, sum(reports_open)::bigint AS reports_open,
  sum(reports_overdue)::bigint AS reports_overdue, sum(doses)::bigint AS doses, sum(given)::bigint AS given
"""
_COUNTS: Final = "to_sign, signed, to_mend, reports_open, reports_overdue, doses, given"
_NEEDS: Final = f"""
CREATE TEMPORARY TABLE tally_need AS
WITH steps AS (
  SELECT s.id AS step_id, s.directive_id, s.target, s.percent, s.facility_class, t.due
  FROM campaigns_step s JOIN unnest(%(steps)s::bigint[], %(dues)s::date[]) AS t(id, due) ON t.id = s.id
), mine AS (
  SELECT a.directive_id, o.id AS office_id, o.kind, o.facility_class, f.new_province, f.new_commune,
         f.to_sign, f.attested + f.certified AS signed, f.mismatched + f.incomplete AS to_mend, f.reports_open,
         f.reports_overdue, f.doses, f.given
  FROM campaigns_addressee a JOIN offices_office o ON o.id = a.office_id
    LEFT JOIN oversight_officefigures f ON f.office_id = o.id
  WHERE a.directive_id = ANY(%(directives)s) AND a.until IS NULL AND o.closed_on IS NULL
), areas AS (
  SELECT 'province' AS kind, new_province AS area, c.class, {_SUMS}
  FROM oversight_officefigures CROSS JOIN (VALUES (''), ('provincial')) c(class)
  WHERE c.class = '' OR facility_class IN ('', 'provincial') GROUP BY new_province, c.class
  UNION ALL
  SELECT 'commune', new_commune, c.class, {_SUMS}
  FROM oversight_officefigures CROSS JOIN (VALUES (''), ('provincial')) c(class)
  WHERE (c.class = '' OR facility_class IN ('', 'provincial')) AND new_commune <> '' GROUP BY new_commune, c.class
), pairs AS (
  SELECT m.directive_id, m.office_id, s.step_id, s.target, s.percent, s.due, {_COUNTS}
  FROM mine m JOIN steps s ON s.directive_id = m.directive_id AND s.facility_class IN ('', m.facility_class)
  WHERE m.kind = 'facility'
  UNION ALL
  SELECT m.directive_id, m.office_id, s.step_id, s.target, s.percent, s.due, z.to_sign, z.signed, z.to_mend,
         z.reports_open, z.reports_overdue, z.doses, z.given
  FROM mine m JOIN steps s ON s.directive_id = m.directive_id AND s.facility_class IN ('', 'provincial')
    LEFT JOIN areas z ON z.kind = m.kind AND z.class = s.facility_class
      AND z.area = CASE m.kind WHEN 'province' THEN m.new_province ELSE m.new_commune END
  WHERE m.kind <> 'facility'
), needs AS (
  SELECT directive_id, office_id, step_id, due,
    CASE
      WHEN doses IS NULL THEN NULL
      WHEN target = 'all_signed' THEN to_sign
      WHEN target = 'share_signed' THEN greatest(0, ceil((to_sign + signed) * percent / 100.0) - signed)
      WHEN target = 'identities_mended' THEN to_mend
      WHEN target = 'reports_answered' THEN reports_open
      WHEN target = 'no_report_overdue' THEN reports_overdue
      WHEN target = 'all_entered' AND given > 0 THEN greatest(0, given - doses)
    END::bigint AS missing,
    coalesce(CASE
      WHEN target IN ('all_signed', 'share_signed') THEN to_sign + signed
      WHEN target = 'identities_mended' THEN doses
      WHEN target IN ('reports_answered', 'no_report_overdue') THEN reports_open
      ELSE given
    END, 0)::bigint AS of
  FROM pairs
), units AS (
  SELECT directive_id, office_id, bool_and(coalesce(missing, 1) = 0) AS is_met,
    min(due) FILTER (WHERE missing > 0) AS due,
    coalesce(sum(missing), 0)::bigint AS missing, jsonb_object_agg(step_id, jsonb_build_array(missing, of)) AS needs
  FROM needs GROUP BY directive_id, office_id
)
SELECT m.directive_id, m.office_id, coalesce(u.is_met, true) AS is_met, u.due, coalesce(u.missing, 0) AS missing,
  coalesce(u.needs, '{{}}') AS needs
FROM mine m LEFT JOIN units u ON u.directive_id = m.directive_id AND u.office_id = m.office_id
"""  # noqa: S608 -- ours, word by word

# Most units miss what they missed two minutes ago: only rows that differ are written. Rows of directives that have
# ended are not among `directives`, so they stay as they were counted last.
_WRITE: Final = (
    """
UPDATE oversight_unitneed n SET is_met = t.is_met, due = t.due, missing = t.missing, needs = t.needs
FROM tally_need t WHERE t.directive_id = n.directive_id AND t.office_id = n.office_id
  AND (n.needs <> t.needs OR n.due IS DISTINCT FROM t.due OR n.is_met <> t.is_met OR n.missing <> t.missing)
""",
    """
INSERT INTO oversight_unitneed (directive_id, office_id, is_met, due, missing, needs)
SELECT directive_id, office_id, is_met, due, missing, needs FROM tally_need t
WHERE NOT EXISTS (
  SELECT FROM oversight_unitneed n WHERE n.directive_id = t.directive_id AND n.office_id = t.office_id)
""",
    """
DELETE FROM oversight_unitneed n WHERE n.directive_id = ANY(%(directives)s) AND NOT EXISTS (
  SELECT FROM tally_need t WHERE t.directive_id = n.directive_id AND t.office_id = n.office_id)
""",
    "DROP TABLE tally_need",
)


def count_needs(cursor: Any) -> None:
    """Write what every unit misses of every directive in force, from the figures that stand; set-based.

    The caller holds the transaction. Nested loops are kept away meanwhile: the planner thinks the parts small, and
    they are every office there is.
    """
    parameters = _parameters(directives_in_force())
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute(_NEEDS, parameters)
    cursor.execute("ANALYZE tally_need")
    for statement in _WRITE:
        cursor.execute(statement, parameters)
    cursor.execute("SET LOCAL enable_nestloop = on")


def _parameters(directives: Sequence[DirectiveFacts]) -> dict[str, Any]:
    steps = [step for one in directives for step in one.steps if _is_measured(step)]
    return {
        "directives": [one.id for one in directives],
        "steps": [step.id for step in steps],
        "dues": [step.due.counts if step.due else None for step in steps],
    }


def _is_measured(step: StepFacts) -> bool:
    return step.withdrawn_at is None and step.target is not Target.TOLD
