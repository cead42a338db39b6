"""Counting live passports by facility without reading their bytes; those of the last two days without the others."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passports", "0008_revocation_orders")]
    operations = [
        migrations.AddIndex(
            "passport",
            models.Index(fields=["facility_id", "expires_at"], condition=models.Q(status=1), name="live_by_facility"),
        ),
        migrations.AddIndex(
            "passport",
            BrinIndex(fields=["recorded_at"], name="passport_recorded", pages_per_range=32, autosummarize=True),
        ),
    ]
