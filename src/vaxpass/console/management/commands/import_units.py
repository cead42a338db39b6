"""`vaxpass import_units FILE --officer admin`: take the ministry's list of units in, as by the page."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from vaxpass.console.officer_command import OfficerCommand
from vaxpass.jobs.units import import_units
from vaxpass.offices.scope import Actor


class Command(OfficerCommand):
    """Good rows are kept; the others are named by row and code."""

    help = "Take in a list of administrative units (CSV in UTF-8, or .xlsx)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def act(self, actor: Actor, options: dict[str, Any]) -> dict[str, object]:
        """Take in, and count."""
        taken = import_units(actor, options["file"].read_bytes(), now=datetime.now(UTC))
        refused = "; ".join(f"{one.row}: {one.refusal.code}" for one in taken.refused)
        return {
            "added": taken.added,
            "there already": taken.there_already,
            "successions": taken.successions,
            "refused": len(taken.refused),
            "rows": refused,
        }
