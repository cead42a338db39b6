"""Published checkpoints of the log: appended alone, and the log only grows."""

from django.db import migrations, models

GUARD = """
ALTER TABLE publication_publishedcheckpoint ADD CONSTRAINT checkpoint_root_length CHECK (length(root) = 32);
CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE ON publication_publishedcheckpoint
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
CREATE FUNCTION publication_guard_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM publication_publishedcheckpoint c WHERE c.size >= NEW.size) THEN
    RAISE EXCEPTION 'the log only grows' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER checkpoint_goes_forward BEFORE INSERT ON publication_publishedcheckpoint
  FOR EACH ROW EXECUTE FUNCTION publication_guard_checkpoint();
"""
UNDO = """
DROP TRIGGER checkpoint_goes_forward ON publication_publishedcheckpoint;
DROP FUNCTION publication_guard_checkpoint();
DROP TRIGGER checkpoint_append_only ON publication_publishedcheckpoint;
ALTER TABLE publication_publishedcheckpoint DROP CONSTRAINT checkpoint_root_length;
"""


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_editions")]
    operations = [
        migrations.CreateModel(
            name="PublishedCheckpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
