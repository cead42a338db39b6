"""Probes and alarms of the system's health; an alarm stays as it was raised, and what has ended stays ended."""

from django.db import migrations, models
from django.db.models import F, Q

GUARD = """
CREATE FUNCTION oversight_guard_alarm() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
     OR (OLD.kind, OLD.subject, OLD.raised_at) IS DISTINCT FROM (NEW.kind, NEW.subject, NEW.raised_at)
     OR (OLD.seen_at IS NOT NULL AND (NEW.seen_by_id, NEW.seen_at) IS DISTINCT FROM (OLD.seen_by_id, OLD.seen_at))
     OR NEW.told < OLD.told
  THEN
    RAISE EXCEPTION 'an alarm is raised once, seen once, ended once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER health_alarm_guard BEFORE UPDATE OR DELETE ON oversight_healthalarm
  FOR EACH ROW EXECUTE FUNCTION oversight_guard_alarm();
"""
UNGUARD = "DROP TRIGGER health_alarm_guard ON oversight_healthalarm; DROP FUNCTION oversight_guard_alarm();"
# Millions of jobs are done, a few have failed: without this each look at the system's health reads them all.
FAILED_JOBS = """
CREATE INDEX oversight_failed_jobs ON procrastinate_jobs (id) WHERE status = 'failed';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_figures"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        migrations.CreateModel(
            name="Probe",
            fields=[
                ("name", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("code", models.CharField(blank=True, max_length=40)),
                ("since", models.DateTimeField()),
                ("facts", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(since__lte=F("at")), name="probe_since_before_it_looked")
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthAlarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=100)),
                ("facts", models.JSONField(default=dict)),
                ("raised_at", models.DateTimeField()),
                ("told", models.PositiveSmallIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("seen_by_id", models.BigIntegerField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["-raised_at"], name="health_alarm_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["kind", "subject"],
                        condition=Q(ended_at__isnull=True),
                        name="health_alarm_stands_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(told=0, told_at__isnull=True) | Q(told__gt=0, told_at__isnull=False),
                        name="health_alarm_told_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(seen_by_id__isnull=True, seen_at__isnull=True)
                        | Q(seen_by_id__isnull=False, seen_at__isnull=False),
                        name="health_alarm_seen_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("raised_at")),
                        name="health_alarm_ends_after",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(FAILED_JOBS, "DROP INDEX oversight_failed_jobs"),
    ]
