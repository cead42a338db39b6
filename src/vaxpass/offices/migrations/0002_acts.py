"""The log of acts: partitioned by month, append-only; and the two functions that every such table uses."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION vaxpass_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever appended', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION vaxpass_make_partitions(parent regclass, first_month date, months int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  lower_end date := date_trunc('month', first_month);
BEGIN
  FOR i IN 1..months LOOP
    EXECUTE format(
      'CREATE TABLE IF NOT EXISTS %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)',
      parent::text || to_char(lower_end, '_YYYY_MM'), parent, lower_end, lower_end + interval '1 month');
    lower_end := lower_end + interval '1 month';
  END LOOP;
END $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION vaxpass_make_partitions(regclass, date, int);
DROP FUNCTION vaxpass_refuse_change();
"""

# The default partition takes what no month was made for; making months ahead is a periodic job.
ACTS = """
CREATE SEQUENCE offices_act_id_seq;
CREATE TABLE offices_act (
  id bigint NOT NULL DEFAULT nextval('offices_act_id_seq'),
  at timestamptz NOT NULL,
  officer_id bigint,
  office_id bigint,
  verb varchar(40) NOT NULL,
  subject varchar(60) NOT NULL,
  facts jsonb NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE offices_act_id_seq OWNED BY offices_act.id;
CREATE INDEX act_by_officer ON offices_act (officer_id, at);
CREATE TABLE offices_act_default PARTITION OF offices_act DEFAULT;
CREATE TRIGGER act_append_only BEFORE UPDATE OR DELETE ON offices_act
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(ACTS, "DROP TABLE offices_act;"),
    ]
