"""The newest passports of a facility come from an index: its list never reads the whole country's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passports", "0003_follows_the_record")]
    operations = [
        migrations.AddIndex("passport", models.Index(fields=["facility_id", "-id"], name="passports_of_facility")),
    ]
