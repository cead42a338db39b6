"""Numbers of doses given: appended only; of an office's day the newest counts."""

from django.db import migrations, models

NEWEST = """
CREATE TRIGGER given_append_only BEFORE UPDATE OR DELETE ON oversight_dosesgiven
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
CREATE VIEW oversight_given AS
SELECT DISTINCT ON (office_id, day) office_id, day, number FROM oversight_dosesgiven
ORDER BY office_id, day, id DESC;
"""
DROPPED = """
DROP VIEW oversight_given;
DROP TRIGGER given_append_only ON oversight_dosesgiven;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0002_alarms"), ("offices", "0006_whereabouts")]

    operations = [
        migrations.CreateModel(
            name="DosesGiven",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("office_id", models.BigIntegerField()),
                ("province_code", models.CharField(max_length=2)),
                ("scheme", models.CharField(choices=[("old", "OLD"), ("new", "NEW")], max_length=3)),
                ("day", models.DateField()),
                ("number", models.BigIntegerField()),
                ("officer_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["office_id", "day", "-id"], name="given_by_office_and_day")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number__gte", 0)), name="given_never_negative")
                ],
            },
        ),
        migrations.RunSQL(NEWEST, DROPPED),
    ]
