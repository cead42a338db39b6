"""What was published never changes: it is only withdrawn or replaced, once; who read it and was reminded stays."""

from django.db import migrations

GUARD = """
CREATE FUNCTION campaigns_guard_directive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NULL THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE'
     OR (OLD.withdrawn_at IS NOT NULL
         AND (OLD.withdrawn_at, OLD.withdrawn_by_id, OLD.withdrawn_because)
             IS DISTINCT FROM (NEW.withdrawn_at, NEW.withdrawn_by_id, NEW.withdrawn_because))
     OR (OLD.replaced_at IS NOT NULL AND OLD.replaced_at IS DISTINCT FROM NEW.replaced_at)
     OR (OLD.number, OLD.signed_on, OLD.title, OLD.text, OLD.issuer_id, OLD.province_code, OLD.areas, OLD.kinds,
         OLD.classes, OLD.moves_deadlines, OLD.replaces_id, OLD.drafted_by_id, OLD.drafted_at, OLD.published_by_id,
         OLD.published_at)
        IS DISTINCT FROM
        (NEW.number, NEW.signed_on, NEW.title, NEW.text, NEW.issuer_id, NEW.province_code, NEW.areas, NEW.kinds,
         NEW.classes, NEW.moves_deadlines, NEW.replaces_id, NEW.drafted_by_id, NEW.drafted_at, NEW.published_by_id,
         NEW.published_at)
  THEN
    RAISE EXCEPTION 'a published directive is only withdrawn or replaced, and once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER directive_published_stays BEFORE UPDATE OR DELETE ON campaigns_directive
  FOR EACH ROW EXECUTE FUNCTION campaigns_guard_directive();

CREATE FUNCTION campaigns_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  directive bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.directive_id ELSE NEW.directive_id END;
BEGIN
  IF EXISTS (SELECT FROM campaigns_directive d WHERE d.id = directive AND d.published_at IS NOT NULL)
     OR (TG_OP = 'UPDATE' AND OLD.directive_id <> NEW.directive_id)
  THEN
    RAISE EXCEPTION 'a published directive keeps its steps and its file'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER attachment_stays BEFORE INSERT OR UPDATE OR DELETE ON campaigns_attachment
  FOR EACH ROW EXECUTE FUNCTION campaigns_guard_part();
CREATE TRIGGER step_stays BEFORE INSERT OR DELETE ON campaigns_step
  FOR EACH ROW EXECUTE FUNCTION campaigns_guard_part();

CREATE FUNCTION campaigns_guard_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM campaigns_directive d WHERE d.id = OLD.directive_id AND d.published_at IS NOT NULL)
     AND (OLD.withdrawn_at IS NOT NULL
          OR (OLD.directive_id, OLD.place, OLD.title, OLD.function, OLD.target, OLD.percent, OLD.opens_on,
              OLD.closes_on, OLD.due_on, OLD.facility_class, OLD.amends_id)
             IS DISTINCT FROM
             (NEW.directive_id, NEW.place, NEW.title, NEW.function, NEW.target, NEW.percent, NEW.opens_on,
              NEW.closes_on, NEW.due_on, NEW.facility_class, NEW.amends_id))
  THEN
    RAISE EXCEPTION 'a step of a published directive is only withdrawn, and once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER step_only_withdrawn BEFORE UPDATE ON campaigns_step
  FOR EACH ROW EXECUTE FUNCTION campaigns_guard_step();

CREATE TRIGGER acknowledgement_append_only BEFORE UPDATE OR DELETE ON campaigns_acknowledgement
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
CREATE TRIGGER step_done_append_only BEFORE UPDATE OR DELETE ON campaigns_stepdone
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
CREATE TRIGGER reminder_append_only BEFORE UPDATE OR DELETE ON campaigns_reminder
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""

UNGUARD = """
DROP TRIGGER reminder_append_only ON campaigns_reminder;
DROP TRIGGER step_done_append_only ON campaigns_stepdone;
DROP TRIGGER acknowledgement_append_only ON campaigns_acknowledgement;
DROP TRIGGER step_only_withdrawn ON campaigns_step;
DROP TRIGGER step_stays ON campaigns_step;
DROP TRIGGER attachment_stays ON campaigns_attachment;
DROP TRIGGER directive_published_stays ON campaigns_directive;
DROP FUNCTION campaigns_guard_step();
DROP FUNCTION campaigns_guard_part();
DROP FUNCTION campaigns_guard_directive();
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial"), ("offices", "0002_acts")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
