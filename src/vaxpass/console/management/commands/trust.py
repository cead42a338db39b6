"""`vaxpass trust import FILE --officer operator`, then `vaxpass trust accept PROPOSAL --officer approver`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from vaxproof.trust.foreign import MAX_BYTES

from vaxpass.console.officer_command import OfficerCommand
from vaxpass.jobs.publication import publish_soon
from vaxpass.offices.scope import Actor
from vaxpass.trust import actions, queries
from vaxpass.trust.rules import Compared


class Command(OfficerCommand):
    """What the pages about keys do: import and propose by one officer, accept by another."""

    help = "Import a foreign list of keys and propose it, or accept what another officer proposed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the step, its file or number, and what was compared."""
        super().add_arguments(parser)
        parser.add_argument("step", choices=["import", "accept"])
        parser.add_argument("subject", metavar="FILE|PROPOSAL")
        parser.add_argument("--words", default="", help="how it was compared; with it, the import is proposed at once")
        parser.add_argument("--file-compared", action="store_true", help="the file's SHA-256 was compared as a whole")
        parser.add_argument(
            "--authority", action="append", default=[], metavar="SHA256", help="an authority that was compared"
        )

    def act(self, actor: Actor, options: dict[str, Any]) -> dict[str, object]:
        """Import, propose if told how it was compared, or accept."""
        now = datetime.now(UTC)
        if options["step"] == "accept":
            return _accept(actor, options["subject"], now)
        return _import(actor, options, now)


def _accept(actor: Actor, subject: str, now: datetime) -> dict[str, object]:
    if not subject.isdecimal():
        raise CommandError("Name the number of the proposal.", returncode=2)
    with transaction.atomic():
        actions.decide(actor, int(subject), approve=True, now=now)
        publish_soon()
    return {"proposal": int(subject), "keys": len(queries.items(int(subject)))}


def _import(actor: Actor, options: dict[str, Any], now: datetime) -> dict[str, object]:
    path = Path(options["subject"])
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path.name}: {error.strerror}", returncode=2) from None
    found = queries.get_import(actions.import_list(actor, data, path.name, now=now))
    told: dict[str, object] = {
        "import": found.id,
        "sha256": found.sha256,
        "entries": found.entries,
        "acceptable": found.acceptable,
        "authorities": len(queries.authorities(found.id)),
        "refused": dict(found.reasons),
    }
    if not options["words"]:
        return told
    compared = Compared.FILE if options["file_compared"] else Compared.AUTHORITIES
    if not options["file_compared"] and not options["authority"]:
        compared = Compared.NOTHING
    picked = [one.strip().lower().replace(":", "").replace(" ", "") for one in options["authority"]]
    proposal_id = actions.propose_import(
        actor, found.id, compared=compared, picked=picked, words=options["words"], now=now
    )
    return told | {"proposal": proposal_id, "keys": len(queries.items(proposal_id))}
