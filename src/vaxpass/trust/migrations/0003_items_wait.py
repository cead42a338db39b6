"""A key cannot slip into a proposal while another officer decides on it: who adds waits for the decision, then sees it."""

from django.db import migrations

BODY = """
  IF EXISTS (SELECT FROM trust_decision d JOIN new_items i ON i.proposal_id = d.proposal_id) THEN
    RAISE EXCEPTION 'nothing is added to what was decided' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
"""
BEGIN = "CREATE OR REPLACE FUNCTION trust_guard_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
WAIT = """
  PERFORM FROM trust_proposal p WHERE p.id IN (SELECT proposal_id FROM new_items) FOR SHARE;
"""


class Migration(migrations.Migration):
    dependencies = [("trust", "0002_guards")]
    operations = [migrations.RunSQL(BEGIN + WAIT + BODY, BEGIN + BODY)]
