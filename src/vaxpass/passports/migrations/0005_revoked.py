"""What must stand on the revocation list comes from an index of its own: revocations are few among passports."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passports", "0004_list_of_a_facility")]
    operations = [
        migrations.AddIndex(
            "passport",
            models.Index(fields=["expires_at"], condition=models.Q(status=3), name="revoked_passports"),
        ),
    ]
