"""Editions of the published documents: appended alone, and neither numbers nor times ever go back."""

from django.db import migrations, models

GUARD = """
CREATE TRIGGER edition_append_only BEFORE UPDATE OR DELETE ON publication_edition
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
CREATE FUNCTION publication_guard_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM publication_edition e
    WHERE e.document = NEW.document AND (e.number >= NEW.number OR e.made_at > NEW.made_at)
  ) THEN
    RAISE EXCEPTION 'editions only go forward' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER edition_goes_forward BEFORE INSERT ON publication_edition
  FOR EACH ROW EXECUTE FUNCTION publication_guard_edition();
"""
UNDO = """
DROP TRIGGER edition_goes_forward ON publication_edition;
DROP FUNCTION publication_guard_edition();
DROP TRIGGER edition_append_only ON publication_edition;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("offices", "0002_acts")]
    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.CharField(max_length=40)),
                ("number", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("document", "number"), name="edition_number_once"),
                    models.CheckConstraint(condition=models.Q(number__gte=1), name="edition_number_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(next_at__gt=models.F("made_at")), name="edition_promises_a_later_time"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
