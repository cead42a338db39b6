"""Which of these people had a dose mended? Few of them; a small index answers without reading the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0003_attested_people")]
    operations = [
        migrations.AddIndex(
            "doseversion",
            models.Index(
                fields=["person"], name="replacing_by_person", condition=models.Q(replaces_id__isnull=False)
            ),
        ),
    ]
