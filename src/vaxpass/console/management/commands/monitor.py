"""`vaxpass monitor`: hold log, database and published files against each other; exit 1 while an alarm stands."""

import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from vaxproof.trust.documents import stamp

from vaxpass.jobs.monitoring import look
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.publication.alarms import AlarmFacts, standing


class Command(BaseCommand):
    """The same as the job."""

    help = "Look at what came since the monitor last looked, or at the whole log; list the alarms that stand."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how far to look, and for whom to write."""
        parser.add_argument("--whole", action="store_true", help="every leaf, every passport, every tile")
        parser.add_argument("--json", action="store_true", help="one JSON object for programs")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Look, and say what stands."""
        try:
            raised = look(datetime.now(UTC), whole=options["whole"])
        except (Refused, Unavailable) as trouble:
            raise CommandError(trouble.code, returncode=1) from None
        alarms = standing()
        if options["json"]:
            told = {"ok": not alarms, "raised": len(raised), "alarms": [_told(alarm) for alarm in alarms]}
            self.stdout.write(json.dumps(told, indent=1))
        else:
            self.stdout.write("\n".join(map(_line, alarms)) or "Log, database and published files fit.")
        if alarms:
            raise CommandError(f"Alarms that stand: {len(alarms)}; new: {len(raised)}.", returncode=1)


def _told(alarm: AlarmFacts) -> dict[str, Any]:
    return {
        "number": alarm.id,
        "kind": alarm.kind,
        "subject": alarm.subject,
        "facts": alarm.facts,
        "raised_at": stamp(alarm.raised_at),
        "seen": alarm.seen_at is not None,
    }


def _line(alarm: AlarmFacts) -> str:
    return f"{alarm.id:6} {stamp(alarm.raised_at)} {alarm.kind} {alarm.subject}"
