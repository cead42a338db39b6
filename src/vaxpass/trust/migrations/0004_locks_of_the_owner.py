"""The rows of proposals are locked as the database's owner: the application may not change them, and so not lock them.

PostgreSQL gives a row lock only to who may UPDATE the table, which the application's role may not: proposals are
appended alone. The functions below lock and read, and change nothing.
"""

from django.db import migrations

HOLD = """
CREATE FUNCTION trust_hold_proposal(wanted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM trust_proposal p WHERE p.id = wanted FOR UPDATE;
END $$;
ALTER FUNCTION trust_guard_decision() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION trust_guard_item() SECURITY DEFINER SET search_path = public, pg_temp;
"""
LET_GO = """
ALTER FUNCTION trust_guard_item() SECURITY INVOKER RESET search_path;
ALTER FUNCTION trust_guard_decision() SECURITY INVOKER RESET search_path;
DROP FUNCTION trust_hold_proposal(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("trust", "0003_items_wait")]
    operations = [migrations.RunSQL(HOLD, LET_GO)]
