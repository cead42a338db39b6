"""What was told stays: in the database as well, whoever writes to it."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.unit.support.conftest import NOW, Desk, opened, seen
from vaxpass.support import actions

ROLE = "vaxpass_support_probe"
OPEN_AGAIN = """
UPDATE support_difficulty SET status = 1, solved_at = NULL, solved_minutes = NULL, solved_in_time = NULL,
  solve_due_at = now() WHERE id = %(id)s
"""
FORBIDDEN = [
    OPEN_AGAIN,
    "UPDATE support_difficulty SET text_sealed = 'x' WHERE id = %(id)s",
    "UPDATE support_difficulty SET office_id = 1 WHERE id = %(id)s",
    "UPDATE support_difficulty SET version_id = 1 WHERE id = %(id)s",
    "UPDATE support_difficulty SET first_minutes = 1 WHERE id = %(id)s",
    "DELETE FROM support_difficulty WHERE id = %(id)s",
    "UPDATE support_difficultystep SET text_sealed = 'x' WHERE difficulty_id = %(id)s",
    "DELETE FROM support_difficultystep WHERE difficulty_id = %(id)s",
]
ILL_FORMED = [
    "UPDATE support_difficulty SET solve_due_at = now() WHERE id = %(id)s",
    "UPDATE support_difficulty SET solved_minutes = NULL WHERE id = %(id)s",
    "UPDATE support_difficulty SET branch_id = NULL WHERE id = %(id)s",
]


@pytest.fixture
def solved(desk: Desk) -> int:
    mine = opened(desk.clerk)
    actions.solve(desk.agent, mine, "Xong.", seen_step=seen(desk.agent, mine), now=NOW)
    return mine


@pytest.mark.parametrize("statement", [*FORBIDDEN, *ILL_FORMED])
def test_the_database_refuses(solved: int, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"id": solved})


def test_the_application_s_role_does_everything_that_support_needs(desk: Desk) -> None:
    call_command("grant_app_role", ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        mine = opened(desk.clerk, text="Số 040190000001", sends_numbers=True)
        actions.solve(desk.agent, mine, "Xong.", seen_step=seen(desk.agent, mine), now=NOW)
        actions.cover_numbers(NOW.replace(year=2023))
        for table in ("support_problemupdate", "support_helped"):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")
        cursor.execute("RESET ROLE")
