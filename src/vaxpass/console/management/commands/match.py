"""`vaxpass match --officer operator`: compare what waits with the population database now, as the worker's job does."""

from typing import Any

from vaxpass.console.officer_command import OfficerCommand
from vaxpass.identity.queries import count_waiting
from vaxpass.jobs.identity import check_identities
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, check_may


class Command(OfficerCommand):
    """Asks until nothing is due."""

    help = "Compare waiting identities with the population database."

    def act(self, actor: Actor, options: dict[str, Any]) -> dict[str, object]:  # noqa: ARG002 -- takes none of its own
        """Ask."""
        check_may(actor, Permission.PROGRESS_SEE)
        before = count_waiting()
        check_identities.func()
        return {"waited": before, "still waiting": count_waiting()}
