"""`vaxpass certify prepare --officer operator`, then `vaxpass certify approve RUN --officer approver`."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from vaxpass.console.officer_command import OfficerCommand
from vaxpass.jobs.ministry_signing import defer_preparing, defer_signing
from vaxpass.ministry_signing import actions
from vaxpass.ministry_signing.rules import MAX_RUN, RunScope
from vaxpass.offices.scope import Actor


class Command(OfficerCommand):
    """The worker prepares and signs; this only asks and approves."""

    help = "Ask for a signing run, or approve one that another officer prepared."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the step and its bounds."""
        super().add_arguments(parser)
        parser.add_argument("step", choices=["prepare", "approve"])
        parser.add_argument("run", type=int, nargs="?")
        parser.add_argument("--province", default="", help="two digits; everywhere by default")
        parser.add_argument("--limit", type=int, default=MAX_RUN)

    def act(self, actor: Actor, options: dict[str, Any]) -> dict[str, object]:
        """Ask for a run or approve it; the jobs are deferred in the same transaction."""
        now = datetime.now(UTC)
        with transaction.atomic():
            if options["step"] == "prepare":
                scope = RunScope(province_code=options["province"], limit=options["limit"])
                run_id = actions.ask_for_run(actor, scope, now=now)
                defer_preparing(run_id)
                return {"run": run_id}
            if options["run"] is None:
                raise CommandError("Name the run to approve.", returncode=2)
            chunks = actions.approve(actor, options["run"], now=now)
            defer_signing(chunks)
            return {"run": options["run"], "chunks to sign": len(chunks)}
