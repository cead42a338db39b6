"""What was filed never changes, an objection is made once, a final answer stays, and only the content of photos goes."""

from django.db import migrations

GUARD = """
CREATE FUNCTION reports_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR OLD.status IN (3, 5)
     OR (OLD.status = 4 AND NOT (OLD.objected_at IS NULL AND NEW.objected_at IS NOT NULL AND NEW.status = 1))
     OR (OLD.objected_at IS NOT NULL AND NEW.objected_at IS DISTINCT FROM OLD.objected_at)
     OR (OLD.objected_at IS NULL AND NEW.objected_at IS NOT NULL AND OLD.status <> 4)
     OR (OLD.sent_back_at IS NOT NULL AND NEW.sent_back_at IS DISTINCT FROM OLD.sent_back_at)
     OR (OLD.refused_by_id IS NOT NULL AND NEW.refused_by_id IS DISTINCT FROM OLD.refused_by_id)
     OR NEW.level < OLD.level AND OLD.office_id = NEW.office_id AND NEW.sent_back_at IS NULL
     OR (OLD.number_key, OLD.number_sealed, OLD.twin_key, OLD.group_key, OLD.wrongs, OLD.person_ids, OLD.version_id,
         OLD.facility_id, OLD.claimed_sealed, OLD.note_sealed, OLD.proof, OLD.relation, OLD.reporter_name_sealed,
         OLD.reporter_phone_sealed, OLD.reporter_phone_key, OLD.reporter_email_sealed, OLD.address_key, OLD.language,
         OLD.filed_at)
        IS DISTINCT FROM
        (NEW.number_key, NEW.number_sealed, NEW.twin_key, NEW.group_key, NEW.wrongs, NEW.person_ids, NEW.version_id,
         NEW.facility_id, NEW.claimed_sealed, NEW.note_sealed, NEW.proof, NEW.relation, NEW.reporter_name_sealed,
         NEW.reporter_phone_sealed, NEW.reporter_phone_key, NEW.reporter_email_sealed, NEW.address_key, NEW.language,
         NEW.filed_at)
  THEN
    RAISE EXCEPTION 'a report keeps what was filed, is answered once, and objected to once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reports_answered_once BEFORE UPDATE OR DELETE ON reports_report
  FOR EACH ROW EXECUTE FUNCTION reports_guard();

CREATE TRIGGER step_append_only BEFORE UPDATE OR DELETE ON reports_reportstep
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();

CREATE FUNCTION reports_guard_photo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.wiped_at IS NOT NULL OR NEW.wiped_at IS NULL
     OR (OLD.report_id, OLD.n, OLD.content_key, OLD.width, OLD.height, OLD.source_type, OLD.added_at)
        IS DISTINCT FROM
        (NEW.report_id, NEW.n, NEW.content_key, NEW.width, NEW.height, NEW.source_type, NEW.added_at)
     OR EXISTS (SELECT FROM reports_report r WHERE r.id = NEW.report_id AND r.status IN (1, 2))
  THEN
    RAISE EXCEPTION 'a photo is only ever wiped, and after the decision'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER photo_only_wiped BEFORE UPDATE OR DELETE ON reports_reportphoto
  FOR EACH ROW EXECUTE FUNCTION reports_guard_photo();
"""

UNGUARD = """
DROP TRIGGER photo_only_wiped ON reports_reportphoto;
DROP FUNCTION reports_guard_photo();
DROP TRIGGER step_append_only ON reports_reportstep;
DROP TRIGGER reports_answered_once ON reports_report;
DROP FUNCTION reports_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("records", "0002_append_only"), ("offices", "0002_acts")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
