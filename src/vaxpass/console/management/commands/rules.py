"""`vaxpass rules import FILE --officer operator --send`, then `vaxpass rules approve PROPOSAL --officer approver`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from vaxpass.console.officer_command import OfficerCommand
from vaxpass.jobs.publication import publish_soon
from vaxpass.offices.scope import Actor
from vaxpass.validity_rules import actions, queries


class Command(OfficerCommand):
    """Two officers, as on the desk; rules with faults are named and left out."""

    help = "Import a file of validity rules as a proposal, or approve a proposal that another officer sent."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the step and what it is about."""
        super().add_arguments(parser)
        parser.add_argument("step", choices=["import", "approve"])
        parser.add_argument("what", metavar="FILE|PROPOSAL")
        parser.add_argument("--purpose", default="entry")
        parser.add_argument("--send", action="store_true", help="hand the proposal to the other officer at once")

    def act(self, actor: Actor, options: dict[str, Any]) -> dict[str, object]:
        """Import or approve."""
        now = datetime.now(UTC)
        if options["step"] == "import":
            return self._import(actor, Path(options["what"]), options, now)
        if not options["what"].isdecimal():
            raise CommandError("Name the proposal by its number.", returncode=2)
        with transaction.atomic():
            changes = actions.approve(actor, int(options["what"]), now=now)
            publish_soon()
        return {"proposal": int(options["what"]), "changes": changes}

    def _import(self, actor: Actor, file: Path, options: dict[str, Any], now: datetime) -> dict[str, object]:
        if not file.is_file():
            raise CommandError("There is no such file.", returncode=2)
        proposal = actions.import_file(actor, file.read_bytes(), file.name, purpose=options["purpose"], now=now)
        if options["send"]:
            actions.send(actor, proposal, now=now)
        return {
            "proposal": proposal,
            "changes": len(queries.changes_of(proposal)),
            "left out": [
                {"where": found.where, "rule": found.identifier, "codes": [fault.code for fault in found.faults]}
                for found in queries.findings_of(proposal)
            ],
        }
