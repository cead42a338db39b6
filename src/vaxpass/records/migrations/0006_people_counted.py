"""How many people, and where was their newest dose? The index by person and day answers alone, without the rows.

Indexes answer alone only for pages that VACUUM has seen: it comes after a fiftieth has changed, not after a fifth.
"""

from django.db import migrations, models

_NAME = "one_live_dose_per_person_and_day"
SWEPT = """
ALTER TABLE records_versionstate
SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
"""
UNSWEPT = """
ALTER TABLE records_versionstate
RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0005_by_time")]
    operations = [
        migrations.RemoveConstraint("versionstate", _NAME),
        migrations.AddConstraint(
            "versionstate",
            models.UniqueConstraint(
                fields=["person_id", "given_on"],
                include=["facility_id"],
                condition=~models.Q(state__in=[9, 10, 11]),
                name=_NAME,
            ),
        ),
        migrations.RunSQL(SWEPT, UNSWEPT),
    ]
