"""What was entered, and what happened, in the last two days? Rows come in the order of time: a few pages tell."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations

HISTORY = """
CREATE INDEX history_by_time ON records_history USING brin (at) WITH (pages_per_range = 32, autosummarize = on);
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0004_replacing")]
    operations = [
        migrations.AddIndex(
            "doseversion",
            BrinIndex(fields=["entered_at"], name="version_entered", pages_per_range=32, autosummarize=True),
        ),
        migrations.RunSQL(HISTORY, "DROP INDEX history_by_time;"),
    ]
