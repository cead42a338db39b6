"""Indexes of the search of acts, on the logs of other rooms: by officer and time, by verb and time.

The index by officer ends with the verb, so that one rare verb of a busy officer is found without reading the rest.
Rows of these logs come in order of time, so every index grows at its right edges, and rows of one batch share officer,
verb and time, so entries are stored once per batch (deduplicated). The system's own steps are in none of them. What
they cost where doses are signed stands in docs/how-to/inspect.md. On a large installation the migration writes these
indexes while the logs wait; it belongs into a quiet hour.
"""

from django.db import migrations

INDEXES = """
CREATE INDEX history_by_officer ON records_history (officer_id, at, verb) WHERE officer_id IS NOT NULL;
CREATE INDEX history_by_verb ON records_history (verb, at) WHERE officer_id IS NOT NULL;
CREATE INDEX look_by_purpose ON records_look (purpose, at);
CREATE INDEX act_by_verb ON offices_act (verb, at) WHERE officer_id IS NOT NULL;
CREATE INDEX step_by_officer ON reports_reportstep (officer_id, at, kind) WHERE officer_id IS NOT NULL;
CREATE INDEX step_by_kind ON reports_reportstep (kind, at) WHERE officer_id IS NOT NULL;
"""
NO_INDEXES = """
DROP INDEX step_by_kind;
DROP INDEX step_by_officer;
DROP INDEX act_by_verb;
DROP INDEX look_by_purpose;
DROP INDEX history_by_verb;
DROP INDEX history_by_officer;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0002_guards"),
        ("offices", "0002_acts"),
        ("records", "0002_append_only"),
        ("reports", "0002_guards"),
    ]
    operations = [migrations.RunSQL(INDEXES, NO_INDEXES)]
