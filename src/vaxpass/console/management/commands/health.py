"""`vaxpass health`: say what is not well; exit 1 while anything is not."""

import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from vaxproof.trust.documents import stamp

from vaxpass.jobs.health import probe, read_now, watch
from vaxpass.jobs.notices import send_notices
from vaxpass.oversight.health_facts import Finding
from vaxpass.oversight.health_rules import findings


class Command(BaseCommand):
    """The same as the jobs, for when no worker runs: a timer of the machine calls it."""

    help = "Say what of the system is not well; with --tell raise alarms and send them without any worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do, and for whom to write."""
        parser.add_argument("--probe", action="store_true", help="look at keys, certificates and disk first")
        parser.add_argument("--tell", action="store_true", help="raise and end alarms, and send them from here")
        parser.add_argument("--json", action="store_true", help="one JSON object for programs")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Look, tell, and say what is not well."""
        now = datetime.now(UTC)
        if options["probe"]:
            probe(now)
        found = findings(read_now(now))
        if options["tell"] and watch(now):
            send_notices.func()
        if options["json"]:
            self.stdout.write(
                json.dumps({"ok": not found, "at": stamp(now), "findings": [_told(one) for one in found]})
            )
        else:
            self.stdout.write("\n".join(map(_line, found)) or "Everything is well.")
        if found:
            raise CommandError(f"Not well: {len(found)}.", returncode=1)


def _told(finding: Finding) -> dict[str, Any]:
    return {"kind": finding.kind, "subject": str(finding.subject), "facts": dict(finding.facts)}


def _line(finding: Finding) -> str:
    facts = " ".join(f"{name}={value}" for name, value in finding.facts.items())
    return f"{finding.kind} {finding.subject} {facts}".rstrip()
