"""The log's leaves, partitioned by month and append-only; its counter; passports whose signed part never changes."""

from django.db import migrations

LOG = """
CREATE TABLE passports_logleaf (
  position bigint NOT NULL,
  at timestamptz NOT NULL,
  kind smallint NOT NULL CHECK (kind IN (1, 2)),
  kid bytea NOT NULL CHECK (length(kid) = 8),
  day date NOT NULL,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  passport_id bigint NOT NULL,
  PRIMARY KEY (position, at)
) PARTITION BY RANGE (at);
CREATE INDEX logleaf_by_passport ON passports_logleaf (passport_id);
CREATE TABLE passports_logleaf_default PARTITION OF passports_logleaf DEFAULT;
CREATE TRIGGER logleaf_append_only BEFORE UPDATE OR DELETE ON passports_logleaf
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();

INSERT INTO passports_logcounter (id, size) VALUES (1, 0);
CREATE FUNCTION passports_guard_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.size < OLD.size THEN
    RAISE EXCEPTION 'the log only grows' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER counter_guard BEFORE UPDATE OR DELETE ON passports_logcounter
  FOR EACH ROW EXECUTE FUNCTION passports_guard_counter();
"""

PASSPORTS = """
CREATE FUNCTION passports_guard_passport() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.uvci, NEW.person_id, NEW.disease, NEW.version_id, NEW.facility_id, NEW.dose_number, NEW.series_size,
      NEW.kid, NEW.algorithm, NEW.cose, NEW.issued_at, NEW.expires_at, NEW.recorded_at)
     IS DISTINCT FROM
     (OLD.id, OLD.uvci, OLD.person_id, OLD.disease, OLD.version_id, OLD.facility_id, OLD.dose_number, OLD.series_size,
      OLD.kid, OLD.algorithm, OLD.cose, OLD.issued_at, OLD.expires_at, OLD.recorded_at)
     OR NEW.status < OLD.status THEN
    RAISE EXCEPTION 'a signed passport never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER passport_guard BEFORE UPDATE ON passports_passport
  FOR EACH ROW EXECUTE FUNCTION passports_guard_passport();
CREATE TRIGGER passport_stays BEFORE DELETE ON passports_passport
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""

UNDO = """
DROP TRIGGER passport_stays ON passports_passport;
DROP TRIGGER passport_guard ON passports_passport; DROP FUNCTION passports_guard_passport();
DROP TRIGGER counter_guard ON passports_logcounter; DROP FUNCTION passports_guard_counter();
DROP TABLE passports_logleaf;
"""


class Migration(migrations.Migration):
    dependencies = [("passports", "0001_initial"), ("offices", "0002_acts")]
    operations = [migrations.RunSQL(LOG + PASSPORTS, UNDO)]
