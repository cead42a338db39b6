"""`vaxpass grant_app_role NAME`: the role that the platform runs as, which owns nothing and cannot rewrite history."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from psycopg import sql

CREATE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal}) THEN CREATE ROLE {role} LOGIN; END IF;
END $$
"""
GRANT = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
"""
# What a trigger refuses, the role may not even try: two locks, because a trigger can be switched off. A trigger that
# refuses some updates only (of named columns, or under a condition) leaves the privilege. Bits of tgtype: 8 is DELETE,
# 16 is UPDATE.
REFUSED_BY_TRIGGER = """
SELECT c.oid::regclass::text,
       bool_or(t.tgtype & 8 <> 0), bool_or(t.tgtype & 16 <> 0 AND t.tgattr = '' AND t.tgqual IS NULL)
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
WHERE p.proname = 'vaxpass_refuse_change' GROUP BY 1
"""
MONTHS_AHEAD = 18
PARTITIONED = """
SELECT c.oid::regclass::text FROM pg_partitioned_table t JOIN pg_class c ON c.oid = t.partrelid
"""


class Command(BaseCommand):
    """Run by the database's owner after every migration."""

    help = "Create the application's database role, grant what it needs, and make the coming months' partitions."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the role's name."""
        parser.add_argument("role")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Create, grant, revoke."""
        role = sql.Identifier(options["role"])
        with connection.cursor() as cursor:
            cursor.execute(PARTITIONED)
            for (table,) in cursor.fetchall():
                cursor.execute(
                    "SELECT vaxpass_make_partitions(%s::regclass, date_trunc('month', now())::date, %s)",
                    [table, MONTHS_AHEAD],
                )
            cursor.execute(sql.SQL(CREATE).format(literal=sql.Literal(options["role"]), role=role))
            cursor.execute(sql.SQL(GRANT).format(role=role))
            cursor.execute(REFUSED_BY_TRIGGER)
            for table, delete, update in cursor.fetchall():
                refused = ["TRUNCATE"] + ["DELETE"] * delete + ["UPDATE"] * update
                cursor.execute(
                    sql.SQL("REVOKE {} ON {} FROM {}").format(sql.SQL(", ".join(refused)), sql.SQL(table), role)
                )
