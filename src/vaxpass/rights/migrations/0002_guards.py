"""What was demanded, every step and every consent stay as they were written; an ended demand never changes again."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER rights_demandstep_append_only BEFORE UPDATE OR DELETE ON rights_demandstep
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
CREATE TRIGGER rights_consent_append_only BEFORE UPDATE OR DELETE ON rights_consent
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
CREATE TRIGGER rights_demand_never_deleted BEFORE DELETE ON rights_demand
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""
CHANGEABLE = """
DROP TRIGGER rights_demandstep_append_only ON rights_demandstep;
DROP TRIGGER rights_consent_append_only ON rights_consent;
DROP TRIGGER rights_demand_never_deleted ON rights_demand;
"""
GUARD = """
CREATE FUNCTION rights_guard_demand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 1 OR NEW.due_at < OLD.due_at
     OR (OLD.number, OLD.kind, OLD.matters, OLD.person_ids, OLD.words_sealed, OLD.language, OLD.opened_at)
        IS DISTINCT FROM
        (NEW.number, NEW.kind, NEW.matters, NEW.person_ids, NEW.words_sealed, NEW.language, NEW.opened_at)
  THEN
    RAISE EXCEPTION 'a demand is answered once and otherwise never changed'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rights_demand_guard BEFORE UPDATE ON rights_demand
  FOR EACH ROW EXECUTE FUNCTION rights_guard_demand();
"""
UNGUARD = "DROP TRIGGER rights_demand_guard ON rights_demand; DROP FUNCTION rights_guard_demand();"


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial"), ("offices", "0002_acts")]
    operations = [migrations.RunSQL(APPEND_ONLY, CHANGEABLE), migrations.RunSQL(GUARD, UNGUARD)]
