"""Runs that name their people, standing orders that have them prepared, and what no statement may undo of both."""

from django.db import migrations, models

_STANDING = ["CORRECTED", "REISSUE"]

GUARDS = """
CREATE TRIGGER runperson_append_only BEFORE UPDATE OR DELETE ON ministry_signing_runperson
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();

CREATE FUNCTION ministry_signing_guard_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a run is for stays' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER run_kind_guard BEFORE UPDATE ON ministry_signing_run FOR EACH ROW
  WHEN ((NEW.kind, NEW.order_id) IS DISTINCT FROM (OLD.kind, OLD.order_id))
  EXECUTE FUNCTION ministry_signing_guard_kind();

CREATE FUNCTION ministry_signing_guard_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
     OR (NEW.kind, NEW.officer_id, NEW.begun_at) IS DISTINCT FROM (OLD.kind, OLD.officer_id, OLD.begun_at) THEN
    RAISE EXCEPTION 'a standing order ends once and is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER standing_guard BEFORE UPDATE OR DELETE ON ministry_signing_standingorder
  FOR EACH ROW EXECUTE FUNCTION ministry_signing_guard_standing();
"""

UNGUARDED = """
DROP TRIGGER standing_guard ON ministry_signing_standingorder; DROP FUNCTION ministry_signing_guard_standing();
DROP TRIGGER run_kind_guard ON ministry_signing_run; DROP FUNCTION ministry_signing_guard_kind();
DROP TRIGGER runperson_append_only ON ministry_signing_runperson;
"""


class Migration(migrations.Migration):
    dependencies = [("ministry_signing", "0002_guards")]
    operations = [
        migrations.CreateModel(
            name="RunPerson",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "person_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("run_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("version_id", models.BigIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["person_id"], name="run_person_by_person")]},
        ),
        migrations.CreateModel(
            name="StandingOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("officer_id", models.BigIntegerField()),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["kind"], condition=models.Q(ended_at__isnull=True), name="one_standing_order"
                    ),
                    models.CheckConstraint(condition=models.Q(kind__in=_STANDING), name="standing_order_of_a_kind"),
                ]
            },
        ),
        migrations.AddField("run", "kind", models.CharField(default="ORDINARY", max_length=10)),
        migrations.AddField("run", "order_id", models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            "run",
            models.CheckConstraint(
                condition=models.Q(kind="ORDER", order_id__isnull=False)
                | (~models.Q(kind="ORDER") & models.Q(order_id__isnull=True)),
                name="run_of_an_order_names_it",
            ),
        ),
        migrations.AddConstraint(
            "run",
            models.UniqueConstraint(
                fields=["order_id"], condition=models.Q(order_id__isnull=False), name="one_run_per_revocation_order"
            ),
        ),
        migrations.AddConstraint(
            "run",
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(kind__in=_STANDING, state__in=["PREPARING", "PREPARED"]),
                name="one_standing_run_waits",
            ),
        ),
        migrations.RunSQL(GUARDS, UNGUARDED),
    ]
