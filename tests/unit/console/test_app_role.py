"""The role that the platform runs as: tried on the real database, statement by statement."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

ROLE = "vaxpass_app_tested"

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_app_role() -> Iterator[None]:
    call_command("grant_app_role", ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


def append_only_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "JOIN pg_class c ON c.oid = t.tgrelid WHERE p.proname = 'vaxpass_refuse_change' AND NOT c.relispartition "
            "AND t.tgtype & 24 = 24 AND t.tgattr = '' AND t.tgqual IS NULL"
        )
        return sorted(row[0] for row in cursor.fetchall())


def first_column(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table])
        return str(cursor.fetchone()[0])


def test_there_are_append_only_tables() -> None:
    assert {"records_history", "records_look", "offices_act", "records_doseversion"} <= set(append_only_tables())


@pytest.mark.usefixtures("as_app_role")
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_the_application_cannot_rewrite_what_was_appended(statement: str) -> None:
    for table in append_only_tables():
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table, first_column(table)))


@pytest.mark.usefixtures("as_app_role")
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE records_history",
        "ALTER TABLE records_history DISABLE TRIGGER ALL",
        "DROP TRIGGER records_history_append_only ON records_history",
        "DELETE FROM records_history_default",
        (
            "CREATE OR REPLACE FUNCTION vaxpass_refuse_change() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NEW; END'"
        ),
    ],
)
def test_the_application_cannot_switch_the_lock_off(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("as_app_role")
def test_the_application_can_do_its_work() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO offices_act (at, verb, subject, facts) VALUES (now(), 'tried', 'app role', '{}')")
        cursor.execute("SELECT count(*) FROM offices_act WHERE verb = 'tried' AND subject = 'app role'")
        assert cursor.fetchone() == (1,)
