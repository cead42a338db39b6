"""A draw is made once, what was found stays as it was written, steps and complaints are never rewritten."""

from django.db import migrations

GUARD = """
CREATE FUNCTION inspections_guard_inspection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
     OR (OLD.drawn_at IS NOT NULL AND (NEW.drawn_at, NEW.found) IS DISTINCT FROM (OLD.drawn_at, OLD.found))
     OR (OLD.title, OLD.population, OLD.office_id, OLD.province_code, OLD.officer_id, OLD.since, OLD.until, OLD.seed,
         OLD.size, OLD.due_on, OLD.risk, OLD.led_by_id, OLD.led_office_id, OLD.begun_at)
        IS DISTINCT FROM
        (NEW.title, NEW.population, NEW.office_id, NEW.province_code, NEW.officer_id, NEW.since, NEW.until, NEW.seed,
         NEW.size, NEW.due_on, NEW.risk, NEW.led_by_id, NEW.led_office_id, NEW.begun_at)
  THEN
    RAISE EXCEPTION 'an inspection is drawn once, closed once, and otherwise stays as it was begun'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER inspection_as_begun BEFORE UPDATE OR DELETE ON inspections_inspection
  FOR EACH ROW EXECUTE FUNCTION inspections_guard_inspection();

CREATE FUNCTION inspections_guard_sampled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (OLD.inspection_id, OLD.place, OLD.subject, OLD.subject_id, OLD.office_id)
        IS DISTINCT FROM (NEW.inspection_id, NEW.place, NEW.subject, NEW.subject_id, NEW.office_id)
     OR EXISTS (SELECT FROM inspections_inspection i WHERE i.id = NEW.inspection_id AND i.closed_at IS NOT NULL)
  THEN
    RAISE EXCEPTION 'a sample stays as it was drawn' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sampled_as_drawn BEFORE UPDATE OR DELETE ON inspections_sampled
  FOR EACH ROW EXECUTE FUNCTION inspections_guard_sampled();

CREATE FUNCTION inspections_guard_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.status IN (3, 4)
     OR (OLD.inspection_id, OLD.sampled_id, OLD.office_id, OLD.officer_id, OLD.severity, OLD.text_sealed,
         OLD.written_by_id, OLD.written_at)
        IS DISTINCT FROM
        (NEW.inspection_id, NEW.sampled_id, NEW.office_id, NEW.officer_id, NEW.severity, NEW.text_sealed,
         NEW.written_by_id, NEW.written_at)
  THEN
    RAISE EXCEPTION 'a finding stays as it was written, and is closed once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER finding_as_written BEFORE UPDATE OR DELETE ON inspections_finding
  FOR EACH ROW EXECUTE FUNCTION inspections_guard_finding();

CREATE TRIGGER finding_step_append_only BEFORE UPDATE OR DELETE ON inspections_findingsteprow
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();

CREATE FUNCTION inspections_guard_complaint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.status = 3
     OR (OLD.kind, OLD.by_staff, OLD.office_id, OLD.province_code, OLD.ministry_only, OLD.text_sealed,
         OLD.contact_sealed, OLD.filed_at)
        IS DISTINCT FROM
        (NEW.kind, NEW.by_staff, NEW.office_id, NEW.province_code, NEW.ministry_only, NEW.text_sealed,
         NEW.contact_sealed, NEW.filed_at)
  THEN
    RAISE EXCEPTION 'a complaint stays as it was filed, and is closed once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER complaint_as_filed BEFORE UPDATE OR DELETE ON inspections_complaint
  FOR EACH ROW EXECUTE FUNCTION inspections_guard_complaint();
"""

UNGUARD = """
DROP TRIGGER complaint_as_filed ON inspections_complaint;
DROP FUNCTION inspections_guard_complaint();
DROP TRIGGER finding_step_append_only ON inspections_findingsteprow;
DROP TRIGGER finding_as_written ON inspections_finding;
DROP FUNCTION inspections_guard_finding();
DROP TRIGGER sampled_as_drawn ON inspections_sampled;
DROP FUNCTION inspections_guard_sampled();
DROP TRIGGER inspection_as_begun ON inspections_inspection;
DROP FUNCTION inspections_guard_inspection();
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial"), ("offices", "0002_acts")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
