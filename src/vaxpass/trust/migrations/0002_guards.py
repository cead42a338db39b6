"""What no statement may undo: all rows of trust are appended alone, and nobody decides on what they proposed."""

from django.db import migrations

TABLES = (
    "trust_ownkey",
    "trust_keyimport",
    "trust_candidate",
    "trust_importauthority",
    "trust_proposal",
    "trust_proposalitem",
    "trust_decision",
)
APPEND_ONLY = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();\n"
    for table in TABLES
)
CHANGEABLE = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in TABLES)

GUARDS = """
CREATE FUNCTION trust_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM trust_proposal p
  WHERE p.id = NEW.proposal_id AND p.proposed_by_id = NEW.proposed_by_id AND p.proposed_at <= NEW.at FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a decision names who proposed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_guard BEFORE INSERT ON trust_decision
  FOR EACH ROW EXECUTE FUNCTION trust_guard_decision();

CREATE FUNCTION trust_guard_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM trust_decision d JOIN new_items i ON i.proposal_id = d.proposal_id) THEN
    RAISE EXCEPTION 'nothing is added to what was decided' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER item_guard AFTER INSERT ON trust_proposalitem
  REFERENCING NEW TABLE AS new_items FOR EACH STATEMENT EXECUTE FUNCTION trust_guard_item();
"""
UNGUARDED = """
DROP TRIGGER item_guard ON trust_proposalitem; DROP FUNCTION trust_guard_item();
DROP TRIGGER decision_guard ON trust_decision; DROP FUNCTION trust_guard_decision();
"""


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_initial"), ("offices", "0002_acts")]
    operations = [
        migrations.RunSQL(GUARDS, UNGUARDED),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
