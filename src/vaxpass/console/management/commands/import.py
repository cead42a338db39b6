"""`vaxpass import FILE --officer clerk`: a facility's file comes in, as by the desk's upload and confirm."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from vaxpass.console.officer_command import OfficerCommand
from vaxpass.intake import actions, queries
from vaxpass.jobs.intake import store_and_ask
from vaxpass.offices.scope import Actor


class Command(OfficerCommand):
    """Checks the file; stores it only with --confirm."""

    help = "Check a vaccination file and, with --confirm, store its accepted rows."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and the clerk's two statements."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--confirm", action="store_true", help="store the accepted rows")
        parser.add_argument("--states-foreigners", action="store_true", help="the facility answers for foreigners")

    def act(self, actor: Actor, options: dict[str, Any]) -> dict[str, object]:
        """Stage, map, check; confirm and store where told to."""
        now, file = datetime.now(UTC), options["file"]
        upload_id = actions.stage(actor, content=file.read_bytes(), file_name=file.name, now=now)
        actions.map_columns(actor, upload_id, queries.mapping_of(queries.upload_in_reach(actor, upload_id)))
        actions.check(upload_id, now=now)
        stored = 0
        if options["confirm"]:
            with transaction.atomic():
                actions.confirm(actor, upload_id, states_foreigners=options["states_foreigners"], now=now)
                stored = store_and_ask(upload_id, now)
        upload = queries.upload_in_reach(actor, upload_id)
        return {"upload": upload_id, "rows": upload.rows, "refused": upload.refused, "stored": stored}
