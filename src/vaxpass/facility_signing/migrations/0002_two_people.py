"""What a batch may never become: signed by who entered one of its doses, signed twice, changed, half there."""

from django.db import migrations

# The leaves of a batch are checked once per statement, with the rows that were added.
ATTESTATIONS = """
CREATE FUNCTION facility_signing_check_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added a JOIN facility_signing_batch b ON b.id = a.batch_id
             WHERE b.status <> 'prepared') THEN
    RAISE EXCEPTION 'only a prepared batch takes doses' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM added a JOIN facility_signing_batch b ON b.id = a.batch_id
             LEFT JOIN records_doseversion v ON v.id = a.version_id
             WHERE v.id IS NULL OR v.entered_by_id <> a.entered_by_id OR v.facility_id <> b.facility_id) THEN
    RAISE EXCEPTION 'a leaf must repeat who entered its dose, and lie at the facility of its batch'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM added a JOIN facility_signing_batch b ON b.id = a.batch_id
             WHERE a.entered_by_id = b.prepared_by_id) THEN
    RAISE EXCEPTION 'who entered a dose never signs it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER attestation_added AFTER INSERT ON facility_signing_attestation
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION facility_signing_check_leaves();

CREATE FUNCTION facility_signing_keep_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM gone a JOIN facility_signing_batch b ON b.id = a.batch_id WHERE b.status = 'signed') THEN
    RAISE EXCEPTION 'the doses of a signed batch stay' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER attestation_gone AFTER DELETE ON facility_signing_attestation
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION facility_signing_keep_leaves();
CREATE TRIGGER attestation_fixed BEFORE UPDATE ON facility_signing_attestation
  FOR EACH ROW EXECUTE FUNCTION facility_signing_refuse_update();
"""

REFUSE = """
CREATE FUNCTION facility_signing_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

BATCHES = """
CREATE FUNCTION facility_signing_check_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.status <> 'prepared' THEN
    RAISE EXCEPTION 'a batch that ended never changes, and none is deleted'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF (NEW.id, NEW.number, NEW.facility_id, NEW.office_id, NEW.count, NEW.left_out, NEW.root, NEW.manifest,
      NEW.prepared_by_id, NEW.prepared_at)
     IS DISTINCT FROM
     (OLD.id, OLD.number, OLD.facility_id, OLD.office_id, OLD.count, OLD.left_out, OLD.root, OLD.manifest,
      OLD.prepared_by_id, OLD.prepared_at) THEN
    RAISE EXCEPTION 'what was prepared is what is signed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.status = 'signed' THEN
    IF EXISTS (SELECT 1 FROM facility_signing_attestation a
               WHERE a.batch_id = NEW.id AND a.entered_by_id = NEW.signed_by_id) THEN
      RAISE EXCEPTION 'who entered a dose never signs it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.count <> (SELECT count(*) FROM facility_signing_attestation a WHERE a.batch_id = NEW.id) THEN
      RAISE EXCEPTION 'a batch is signed whole' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM facility_signing_signingcredential c
                   WHERE c.id = NEW.credential_id AND c.officer_id = NEW.signed_by_id
                     AND c.office_id = NEW.office_id AND c.withdrawn_at IS NULL) THEN
      RAISE EXCEPTION 'only a certificate registered for the officer and the office signs'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER batch_guarded BEFORE UPDATE OR DELETE ON facility_signing_batch
  FOR EACH ROW EXECUTE FUNCTION facility_signing_check_batch();
CREATE FUNCTION facility_signing_check_new_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'prepared' THEN
    RAISE EXCEPTION 'a batch begins prepared' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER batch_begins BEFORE INSERT ON facility_signing_batch
  FOR EACH ROW EXECUTE FUNCTION facility_signing_check_new_batch();
"""

CREDENTIALS = """
CREATE FUNCTION facility_signing_check_credential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
     OR to_jsonb(NEW) - 'withdrawn_at' IS DISTINCT FROM to_jsonb(OLD) - 'withdrawn_at' THEN
    RAISE EXCEPTION 'a credential is withdrawn, never changed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credential_guarded BEFORE UPDATE OR DELETE ON facility_signing_signingcredential
  FOR EACH ROW EXECUTE FUNCTION facility_signing_check_credential();
"""

UNDO = """
DROP TRIGGER credential_guarded ON facility_signing_signingcredential;
DROP TRIGGER batch_guarded ON facility_signing_batch;
DROP TRIGGER batch_begins ON facility_signing_batch;
DROP TRIGGER attestation_added ON facility_signing_attestation;
DROP TRIGGER attestation_gone ON facility_signing_attestation;
DROP TRIGGER attestation_fixed ON facility_signing_attestation;
DROP FUNCTION facility_signing_check_credential();
DROP FUNCTION facility_signing_check_batch();
DROP FUNCTION facility_signing_check_new_batch();
DROP FUNCTION facility_signing_check_leaves();
DROP FUNCTION facility_signing_keep_leaves();
DROP FUNCTION facility_signing_refuse_update();
"""


class Migration(migrations.Migration):
    dependencies = [("facility_signing", "0001_initial"), ("records", "0002_append_only")]
    operations = [migrations.RunSQL(REFUSE + ATTESTATIONS + BATCHES + CREDENTIALS, UNDO)]
