"""A proposal only moves on, its changes are fixed before it is sent, and an edition follows an approval by another."""

from django.db import migrations

GUARD = """
CREATE FUNCTION validity_rules_guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (OLD.source, OLD.note, OLD.findings, OLD.proposed_by_id, OLD.proposed_at)
        IS DISTINCT FROM (NEW.source, NEW.note, NEW.findings, NEW.proposed_by_id, NEW.proposed_at)
     OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at)
     OR NOT ((OLD.status = 1 AND NEW.status IN (2, 5)) OR (OLD.status = 2 AND NEW.status IN (3, 4, 5)))
  THEN
    RAISE EXCEPTION 'a proposal of rules only moves on: draft, open, decided'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER validity_rules_proposal_moves_on BEFORE UPDATE OR DELETE ON validity_rules_proposal
  FOR EACH ROW EXECUTE FUNCTION validity_rules_guard_proposal();

CREATE FUNCTION validity_rules_guard_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT status FROM validity_rules_proposal WHERE id = NEW.proposal_id FOR SHARE) IS DISTINCT FROM 1 THEN
    RAISE EXCEPTION 'changes belong to a draft' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER validity_rules_change_of_draft BEFORE INSERT ON validity_rules_proposedchange
  FOR EACH ROW EXECUTE FUNCTION validity_rules_guard_change();
CREATE TRIGGER validity_rules_change_stays BEFORE UPDATE OR DELETE ON validity_rules_proposedchange
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();

CREATE FUNCTION validity_rules_guard_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM validity_rules_proposal p
    JOIN validity_rules_proposedchange c ON c.proposal_id = p.id
    WHERE p.id = NEW.proposal_id AND p.status = 3 AND p.decided_by_id <> p.proposed_by_id
      AND (c.kind, c.country, c.purpose, c.identifier, c.version, c.rule)
          IS NOT DISTINCT FROM (NEW.kind, NEW.country, NEW.purpose, NEW.identifier, NEW.version, NEW.rule)
  ) THEN
    RAISE EXCEPTION 'an edition is a change that another officer approved'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER validity_rules_edition_was_approved BEFORE INSERT ON validity_rules_edition
  FOR EACH ROW EXECUTE FUNCTION validity_rules_guard_edition();
CREATE TRIGGER validity_rules_edition_stays BEFORE UPDATE OR DELETE ON validity_rules_edition
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""

UNGUARD = """
DROP TRIGGER validity_rules_edition_stays ON validity_rules_edition;
DROP TRIGGER validity_rules_edition_was_approved ON validity_rules_edition;
DROP FUNCTION validity_rules_guard_edition();
DROP TRIGGER validity_rules_change_stays ON validity_rules_proposedchange;
DROP TRIGGER validity_rules_change_of_draft ON validity_rules_proposedchange;
DROP FUNCTION validity_rules_guard_change();
DROP TRIGGER validity_rules_proposal_moves_on ON validity_rules_proposal;
DROP FUNCTION validity_rules_guard_proposal();
"""


class Migration(migrations.Migration):
    dependencies = [("validity_rules", "0001_initial"), ("offices", "0002_acts")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
