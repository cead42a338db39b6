"""Sums of causes by unit, and since when an office's oldest dose waits, so that pages add up nothing by themselves.

Figures and causes of offices are updated in place, twice a minute at most: half of each page is left for it.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

from vaxpass.offices.units import Level, Scheme
from vaxpass.records.states import State

ROOM = """
ALTER TABLE oversight_officefigures SET (fillfactor = 50);
ALTER TABLE oversight_officecause SET (fillfactor = 50);
"""
NO_ROOM = """
ALTER TABLE oversight_officefigures RESET (fillfactor);
ALTER TABLE oversight_officecause RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0005_needs")]

    operations = [
        migrations.AddField("officefigures", "sign_since", models.DateTimeField(null=True)),
        migrations.AddField("officefigures", "mend_since", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="UnitCause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in State])),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("count", models.BigIntegerField()),
                ("oldest", models.DateTimeField()),
                ("ages", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("level", models.CharField(choices=[(one.value, one.name) for one in Level], max_length=10)),
                ("scheme", models.CharField(choices=[(one.value, one.name) for one in Scheme], max_length=3)),
                ("code", models.CharField(blank=True, max_length=12)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("level", "scheme", "code", "state", "reason"), name="cause_once_per_unit"
                    )
                ],
            },
        ),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
