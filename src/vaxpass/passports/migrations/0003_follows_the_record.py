"""No transaction may end with a live passport that counts a dose whose certified record has been replaced."""

from django.db import migrations

GUARD = """
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
    dependencies = [
        ("passports", "0002_log"),
        ("records", "0003_attested_people"),
        ("ministry_signing", "0002_guards"),
    ]
    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER passport_follows_record ON records_versionstate; DROP FUNCTION passports_guard_record();",
        )
    ]
