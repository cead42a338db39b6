"""The law of corrections (passports/ending.py), guarded at the end of every transaction.

Two deferred triggers: one on a dose that ends, one on a chunk that is recorded. Neither runs for a dose that is
certified, so issuing pays for one look at a chunk, not for a look at each dose.
"""

from django.db import migrations

GUARD = """
DROP TRIGGER passport_follows_record ON records_versionstate;
DROP FUNCTION passports_guard_record();

CREATE FUNCTION passports_guard_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE walks boolean;
BEGIN
  WITH RECURSIVE forth AS (
    SELECT NEW.version_id AS id
    UNION ALL
    SELECT v.id FROM forth JOIN records_doseversion v ON v.replaces_id = forth.id
  )
  SELECT EXISTS (
    SELECT FROM forth JOIN records_versionstate s ON s.version_id = forth.id WHERE s.state NOT IN (9, 10, 11)
  ) INTO walks;
  IF EXISTS (
    WITH RECURSIVE back AS (
      SELECT NEW.version_id AS id
      UNION ALL
      SELECT v.replaces_id FROM back JOIN records_doseversion v ON v.id = back.id WHERE v.replaces_id IS NOT NULL
    ), line AS (
      SELECT back.id, s.person_id FROM back JOIN records_versionstate s ON s.version_id = back.id
    )
    SELECT FROM line JOIN passports_passport p ON p.person_id = line.person_id AND p.status = 1
      JOIN ministry_signing_runitem i ON i.id = p.id
    WHERE NOT walks AND line.id = ANY (i.version_ids)
    UNION ALL
    SELECT FROM line
      JOIN passports_passport p ON p.person_id = line.person_id AND NOT (p.status = 1) AND p.status = 2
      JOIN ministry_signing_runitem i ON i.id = p.id
    WHERE line.id = ANY (i.version_ids)
  ) THEN
    RAISE EXCEPTION 'a passport counts a dose that has ended: revoke it in the same transaction'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER passport_follows_record AFTER UPDATE ON records_versionstate
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND (NEW.state IN (10, 11) OR OLD.state = 8))
  EXECUTE FUNCTION passports_guard_record();

CREATE FUNCTION passports_guard_chunk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE back AS (
      SELECT v.replaces_id AS id
      FROM ministry_signing_runitem i
      JOIN records_doseversion v ON v.person_id = i.person_id AND v.replaces_id IS NOT NULL
        AND v.id = ANY (i.version_ids)
      WHERE i.id BETWEEN NEW.first_item AND NEW.last_item AND i.run_id = NEW.run_id
        AND EXISTS (SELECT FROM passports_passport p WHERE p.id = i.id)
      UNION
      SELECT v.replaces_id FROM back JOIN records_doseversion v ON v.id = back.id WHERE v.replaces_id IS NOT NULL
    ), line AS (
      SELECT back.id, s.person_id FROM back JOIN records_versionstate s ON s.version_id = back.id
    )
    SELECT FROM line JOIN passports_passport p ON p.person_id = line.person_id AND p.status = 1
      JOIN ministry_signing_runitem i ON i.id = p.id
    WHERE line.id = ANY (i.version_ids)
    UNION ALL
    SELECT FROM line
      JOIN passports_passport p ON p.person_id = line.person_id AND NOT (p.status = 1) AND p.status = 2
      JOIN ministry_signing_runitem i ON i.id = p.id
    WHERE line.id = ANY (i.version_ids)
  ) THEN
    RAISE EXCEPTION 'a passport counts a dose whose successor has its own: revoke it in the same transaction'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER passport_follows_passport AFTER UPDATE ON ministry_signing_runchunk
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.recorded_at IS NULL AND NEW.recorded_at IS NOT NULL)
  EXECUTE FUNCTION passports_guard_chunk();
"""

BEFORE = """
DROP TRIGGER passport_follows_passport ON ministry_signing_runchunk; DROP FUNCTION passports_guard_chunk();
DROP TRIGGER passport_follows_record ON records_versionstate; DROP FUNCTION passports_guard_record();

CREATE FUNCTION passports_guard_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM passports_passport p JOIN ministry_signing_runitem i ON i.id = p.id
    WHERE p.person_id = NEW.person_id AND p.status = 1 AND NEW.version_id = ANY (i.version_ids)
  ) THEN
    RAISE EXCEPTION 'a live passport counts a replaced dose: revoke it in the same transaction'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER passport_follows_record AFTER UPDATE ON records_versionstate
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state = 8 AND NEW.state <> 8)
  EXECUTE FUNCTION passports_guard_record();
"""


class Migration(migrations.Migration):
    dependencies = [("passports", "0006_leaves_by_digest"), ("records", "0004_replacing")]
    operations = [migrations.RunSQL(GUARD, BEFORE)]
