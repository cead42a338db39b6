"""What no statement may undo: prepared bytes stay, who prepared stays, nothing is recorded without an approval."""

from django.db import migrations

TABLES = ("ministry_signing_runitem", "ministry_signing_rundrop")
APPEND_ONLY = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();\n"
    for table in TABLES
)
CHANGEABLE = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in TABLES)

GUARDS = """
CREATE SEQUENCE ministry_signing_runitem_id_seq OWNED BY ministry_signing_runitem.id;

CREATE FUNCTION ministry_signing_guard_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.prepared_by_id <> OLD.prepared_by_id THEN
    RAISE EXCEPTION 'who prepared a run stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.kid <> ''::bytea AND (NEW.kid, NEW.algorithm, NEW.issued_at, NEW.expires_at)
     IS DISTINCT FROM (OLD.kid, OLD.algorithm, OLD.issued_at, OLD.expires_at) THEN
    RAISE EXCEPTION 'key and times of a run stay' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.decided_by_id IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id
     OR OLD.state IN ('DONE', 'REFUSED') AND NEW.state <> OLD.state
     OR NEW.state = 'DONE' AND OLD.state NOT IN ('APPROVED', 'DONE') THEN
    RAISE EXCEPTION 'a decided run stays decided' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER run_guard BEFORE UPDATE ON ministry_signing_run
  FOR EACH ROW EXECUTE FUNCTION ministry_signing_guard_run();

CREATE FUNCTION ministry_signing_guard_chunk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.recorded_at IS NOT NULL THEN
    RAISE EXCEPTION 'a chunk is recorded once' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT EXISTS (SELECT FROM ministry_signing_run WHERE id = OLD.run_id AND state = 'APPROVED') THEN
    RAISE EXCEPTION 'nothing is recorded without an approval' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER chunk_guard BEFORE UPDATE ON ministry_signing_runchunk
  FOR EACH ROW EXECUTE FUNCTION ministry_signing_guard_chunk();

CREATE FUNCTION ministry_signing_guard_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.prepared_by_id <> OLD.prepared_by_id OR NEW.item_id <> OLD.item_id
     OR NOT EXISTS (SELECT FROM ministry_signing_run WHERE id = OLD.run_id AND state IN ('PREPARED', 'REFUSED')) THEN
    RAISE EXCEPTION 'a hold is decided before its run is' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hold_guard BEFORE UPDATE ON ministry_signing_runhold
  FOR EACH ROW EXECUTE FUNCTION ministry_signing_guard_hold();
"""

UNGUARDED = """
DROP TRIGGER hold_guard ON ministry_signing_runhold; DROP FUNCTION ministry_signing_guard_hold();
DROP TRIGGER chunk_guard ON ministry_signing_runchunk; DROP FUNCTION ministry_signing_guard_chunk();
DROP TRIGGER run_guard ON ministry_signing_run; DROP FUNCTION ministry_signing_guard_run();
DROP SEQUENCE ministry_signing_runitem_id_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("ministry_signing", "0001_initial"), ("offices", "0002_acts")]
    operations = [
        migrations.RunSQL(GUARDS, UNGUARDED),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
