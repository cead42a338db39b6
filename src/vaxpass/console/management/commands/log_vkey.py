"""`vaxpass log_vkey`: the public half of the log's key, as verifiers and witnesses are told it (C2SP signed-note)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vaxpass import wiring
from vaxpass.offices.scope import Refused, Unavailable


class Command(BaseCommand):
    """Opens the key, prints one line."""

    help = "Print the vkey of the log."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Print it."""
        try:
            self.stdout.write(wiring.log_signer().vkey)
        except (Refused, Unavailable) as trouble:
            raise CommandError(trouble.code, returncode=1) from None
