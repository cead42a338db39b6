"""A request is never deleted, what was asked never changes, and a decision is made once."""

from django.db import migrations

GUARD = """
CREATE FUNCTION corrections_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.status <> 1
     OR (OLD.person_id, OLD.version_id, OLD.facility_id, OLD.kind, OLD.cause, OLD.asked_sealed, OLD.note_sealed,
         OLD.opened_by_id, OLD.opened_office_id, OLD.opened_at)
        IS DISTINCT FROM
        (NEW.person_id, NEW.version_id, NEW.facility_id, NEW.kind, NEW.cause, NEW.asked_sealed, NEW.note_sealed,
         NEW.opened_by_id, NEW.opened_office_id, NEW.opened_at)
  THEN
    RAISE EXCEPTION 'a correction is decided once and otherwise never changed'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER corrections_decided_once BEFORE UPDATE OR DELETE ON corrections_report
  FOR EACH ROW EXECUTE FUNCTION corrections_guard();
"""

UNGUARD = "DROP TRIGGER corrections_decided_once ON corrections_report; DROP FUNCTION corrections_guard();"


class Migration(migrations.Migration):
    dependencies = [("corrections", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
