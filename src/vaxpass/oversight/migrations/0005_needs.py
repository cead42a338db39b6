"""What units miss of directives, as the last tally counted it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0004_weekly")]

    operations = [
        migrations.CreateModel(
            name="UnitNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("directive_id", models.BigIntegerField()),
                ("office_id", models.BigIntegerField()),
                ("is_met", models.BooleanField()),
                ("due", models.DateField(null=True)),
                ("missing", models.BigIntegerField()),
                ("needs", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("directive_id", "office_id"), name="need_once_per_unit"),
                    models.CheckConstraint(condition=models.Q(("missing__gte", 0)), name="need_never_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("is_met", False), models.Q(("missing", 0), ("due", None)), _connector="OR"),
                        name="need_met_misses_nothing",
                    ),
                ],
            },
        ),
    ]
