"""`vaxpass synth`: make synthetic vaccination files and the population file that fits them."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vaxpass.synth import _command


class Command(BaseCommand):
    """Files like a facility's, with the documented mistakes; the same seed gives the same bytes."""

    help = "Make synthetic vaccination files and the matching population file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the plan."""
        _command.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Write the files."""
        code = _command.run(Namespace(**options), say=self.stdout.write)
        if code:
            raise CommandError("nothing was made", returncode=code)
