"""The log of questions to the population database: partitioned by month, append-only."""

from django.db import migrations

CHECKS = """
CREATE SEQUENCE identity_check_id_seq;
CREATE TABLE identity_check (
  id bigint NOT NULL DEFAULT nextval('identity_check_id_seq'),
  identity_id bigint NOT NULL,
  request_id uuid NOT NULL,
  asked_at timestamptz NOT NULL,
  answered_at timestamptz NOT NULL,
  outcome varchar(14) NOT NULL,
  officer_code varchar(20) NOT NULL,
  office_id bigint NOT NULL,
  PRIMARY KEY (id, answered_at)
) PARTITION BY RANGE (answered_at);
ALTER SEQUENCE identity_check_id_seq OWNED BY identity_check.id;
CREATE INDEX check_by_identity ON identity_check (identity_id);
CREATE INDEX check_by_day ON identity_check (answered_at, outcome, office_id);
CREATE TABLE identity_check_default PARTITION OF identity_check DEFAULT;
CREATE TRIGGER identity_check_append_only BEFORE UPDATE OR DELETE ON identity_check
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("offices", "0002_acts")]
    operations = [migrations.RunSQL(CHECKS, "DROP TABLE identity_check;")]
