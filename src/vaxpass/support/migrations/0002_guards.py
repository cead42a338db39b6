"""What was told never changes, steps and words are only added; numbers that were sent are covered once, at the end."""

from django.db import migrations

GUARD = """
CREATE FUNCTION support_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR OLD.status = 4 AND NEW.status <> 4
     OR OLD.status = 3 AND NEW.status <> 3 AND NOT (OLD.reopened_at IS NULL AND NEW.reopened_at IS NOT NULL)
     OR OLD.reopened_at IS NOT NULL AND NEW.reopened_at IS DISTINCT FROM OLD.reopened_at
     OR OLD.first_answered_at IS NOT NULL
        AND (NEW.first_answered_at, NEW.first_in_time, NEW.first_minutes)
            IS DISTINCT FROM (OLD.first_answered_at, OLD.first_in_time, OLD.first_minutes)
     OR (OLD.office_id, OLD.officer_id, OLD.kind, OLD.urgency, OLD.page, OLD.code, OLD.version_id, OLD.opened_at)
        IS DISTINCT FROM
        (NEW.office_id, NEW.officer_id, NEW.kind, NEW.urgency, NEW.page, NEW.code, NEW.version_id, NEW.opened_at)
     OR (OLD.subject_sealed, OLD.text_sealed, OLD.has_numbers)
        IS DISTINCT FROM (NEW.subject_sealed, NEW.text_sealed, NEW.has_numbers)
        AND NOT (OLD.has_numbers AND NOT NEW.has_numbers AND OLD.status IN (3, 4))
  THEN
    RAISE EXCEPTION 'a difficulty keeps what was told, and is opened again once at most'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER difficulty_keeps_what_was_told BEFORE UPDATE OR DELETE ON support_difficulty
  FOR EACH ROW EXECUTE FUNCTION support_guard();

CREATE FUNCTION support_guard_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR NOT (OLD.has_numbers AND NOT NEW.has_numbers)
     OR (OLD.difficulty_id, OLD.at, OLD.kind, OLD.status, OLD.level, OLD.officer_id, OLD.office_id)
        IS DISTINCT FROM (NEW.difficulty_id, NEW.at, NEW.kind, NEW.status, NEW.level, NEW.officer_id, NEW.office_id)
  THEN
    RAISE EXCEPTION 'steps are only added; numbers in them are covered once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER support_step_stays BEFORE UPDATE OR DELETE ON support_difficultystep
  FOR EACH ROW EXECUTE FUNCTION support_guard_step();

CREATE TRIGGER problem_update_append_only BEFORE UPDATE OR DELETE ON support_problemupdate
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
CREATE TRIGGER helped_append_only BEFORE UPDATE OR DELETE ON support_helped
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""

UNGUARD = """
DROP TRIGGER helped_append_only ON support_helped;
DROP TRIGGER problem_update_append_only ON support_problemupdate;
DROP TRIGGER support_step_stays ON support_difficultystep;
DROP FUNCTION support_guard_step();
DROP TRIGGER difficulty_keeps_what_was_told ON support_difficulty;
DROP FUNCTION support_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial"), ("records", "0002_append_only")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
