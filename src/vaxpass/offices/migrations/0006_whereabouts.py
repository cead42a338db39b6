"""Placements of one office never overlap; successions are only appended; and where every office stands in both schemes."""

from django.db import migrations

# Ranges of one number stand for equality: PostgreSQL's own GiST classes know ranges, so no extension is needed.
APART = """
ALTER TABLE offices_placement ADD CONSTRAINT placements_apart EXCLUDE USING gist (
  int8range(office_id, office_id, '[]') WITH &&, daterange(since, until) WITH &&
);
CREATE TRIGGER offices_unitsuccession_append_only BEFORE UPDATE OR DELETE ON offices_unitsuccession
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""
TOGETHER = """
DROP TRIGGER offices_unitsuccession_append_only ON offices_unitsuccession;
ALTER TABLE offices_placement DROP CONSTRAINT placements_apart;
"""

# A placement for every office that there is, from the day it opened.
BACKFILL = """
INSERT INTO offices_placement (office_id, since, province_code, district_code, commune_code, facility_class)
SELECT id, opened_on, province_code, district_code, commune_code, facility_class FROM offices_office;
"""

# Old: the placement on 30/6/2025, or the last before. New: the present one, each code carried on to the unit that it
# became; a unit that was split carries nobody on, its offices are assigned. An office without any placement stands
# where its own row says.
WHEREABOUTS = """
CREATE VIEW offices_whereabouts AS
WITH RECURSIVE latest AS (
  SELECT s.level, s.old_code, s.new_code FROM offices_unitsuccession s
  WHERE s."on" = (
    SELECT max(o."on") FROM offices_unitsuccession o WHERE o.level = s.level AND o.old_code = s.old_code)
), step AS (
  SELECT level, old_code, min(new_code) AS new_code FROM latest
  GROUP BY level, old_code HAVING count(*) = 1 AND min(new_code) <> old_code
), walk (level, code, became) AS (
  SELECT level, old_code, new_code FROM step
  UNION
  SELECT w.level, w.code, s.new_code FROM walk w JOIN step s ON s.level = w.level AND s.old_code = w.became
), carried AS (
  SELECT w.level, w.code, w.became FROM walk w
  WHERE NOT EXISTS (SELECT FROM step s WHERE s.level = w.level AND s.old_code = w.became)
), present AS (
  SELECT * FROM offices_placement WHERE until IS NULL
), before AS (
  SELECT DISTINCT ON (office_id) * FROM offices_placement WHERE since < DATE '2025-07-01'
  ORDER BY office_id, since DESC
)
SELECT o.id AS office_id, o.kind, o.facility_class,
  CASE WHEN o.opened_on < DATE '2025-07-01' THEN coalesce(b.province_code, o.province_code) ELSE '' END AS old_province,
  CASE WHEN o.opened_on < DATE '2025-07-01' THEN coalesce(b.district_code, o.district_code) ELSE '' END AS old_district,
  CASE WHEN o.opened_on < DATE '2025-07-01' THEN coalesce(b.commune_code, o.commune_code) ELSE '' END AS old_commune,
  coalesce(p.became, n.province_code, o.province_code) AS new_province,
  coalesce(c.became, n.commune_code, o.commune_code) AS new_commune
FROM offices_office o
LEFT JOIN before b ON b.office_id = o.id
LEFT JOIN present n ON n.office_id = o.id
LEFT JOIN carried p ON p.level = 'province' AND p.code = coalesce(n.province_code, o.province_code)
LEFT JOIN carried c ON c.level = 'commune' AND c.code = coalesce(n.commune_code, o.commune_code);
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0005_units")]
    operations = [
        migrations.RunSQL(APART, TOGETHER),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(WHEREABOUTS, "DROP VIEW offices_whereabouts;"),
    ]
