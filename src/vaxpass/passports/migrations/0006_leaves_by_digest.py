"""Who asks "was this one issued?" by the first digits of a digest is answered from an index.

Four bytes are enough: a longer question would tell which passport is meant, unless the log had a thousand billion
leaves. So the index stays small beside the digests themselves.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("passports", "0005_revoked")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX logleaf_by_digest ON passports_logleaf (substring(digest FROM 1 FOR 4))",
            "DROP INDEX logleaf_by_digest",
        ),
    ]
