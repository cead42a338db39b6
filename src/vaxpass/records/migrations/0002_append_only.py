"""History and looks, partitioned by month; people, identities and versions that never change."""

from django.db import migrations

HISTORY = """
CREATE SEQUENCE records_history_id_seq;
CREATE TABLE records_history (
  id bigint NOT NULL DEFAULT nextval('records_history_id_seq'),
  at timestamptz NOT NULL,
  version_id bigint NOT NULL,
  verb varchar(20) NOT NULL,
  from_state smallint,
  to_state smallint NOT NULL,
  reason varchar(40) NOT NULL DEFAULT '',
  officer_id bigint,
  office_id bigint,
  facts jsonb,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE records_history_id_seq OWNED BY records_history.id;
CREATE INDEX history_by_version ON records_history (version_id);
CREATE TABLE records_history_default PARTITION OF records_history DEFAULT;

CREATE SEQUENCE records_look_id_seq;
CREATE TABLE records_look (
  id bigint NOT NULL DEFAULT nextval('records_look_id_seq'),
  at timestamptz NOT NULL,
  person_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  office_id bigint NOT NULL,
  purpose varchar(30) NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE records_look_id_seq OWNED BY records_look.id;
CREATE INDEX look_by_person ON records_look (person_id, at);
CREATE INDEX look_by_officer ON records_look (officer_id, at);
CREATE TABLE records_look_default PARTITION OF records_look DEFAULT;
"""

TABLES = ("records_history", "records_look", "records_person", "records_identity", "records_doseversion")
APPEND_ONLY = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();\n"
    for table in TABLES
)
CHANGEABLE = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial"), ("offices", "0002_acts")]
    operations = [
        migrations.RunSQL(HISTORY, "DROP TABLE records_look; DROP TABLE records_history;"),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
