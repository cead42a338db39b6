"""The monitor of the log: what it saw last, its alarms (appended alone), who saw them, and when they ended."""

import django.db.models.deletion
import vaxproof.log.merkle
from django.db import migrations, models

TABLES = ("publication_alarm", "publication_alarmseen", "publication_alarmend")
GUARD = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();\n"
    for table in TABLES
)
UNDO = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("publication", "0002_checkpoints")]
    operations = [
        migrations.CreateModel(
            name="MonitorState",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(default=0)),
                ("checkpoint_size", models.BigIntegerField(default=0)),
                ("checkpoint_root", models.BinaryField(default=vaxproof.log.merkle.EMPTY_ROOT)),
                ("seen_at", models.DateTimeField(null=True)),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(id=1), name="one_monitor")]},
        ),
        migrations.CreateModel(
            name="LeafTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kid", models.BinaryField()),
                ("day", models.DateField()),
                ("kind", models.PositiveSmallIntegerField()),
                ("count", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kid", "day", "kind"), name="tally_once")],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=200)),
                ("occurrence", models.PositiveIntegerField(default=0)),
                ("facts", models.JSONField()),
                ("raised_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "subject", "occurrence"), name="alarm_once")],
            },
        ),
        migrations.CreateModel(
            name="AlarmSeen",
            fields=[
                (
                    "alarm",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="publication.alarm",
                    ),
                ),
                ("officer_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AlarmEnd",
            fields=[
                (
                    "alarm",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="publication.alarm",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
