"""`vaxpass bench`: the budget of speed, from a checkout."""

import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vaxpass.console.state import ROOT


class Command(BaseCommand):
    """The same as `make bench`."""

    help = "Run every bench."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Run them."""
        if not (ROOT / "bench").is_dir():
            raise CommandError("The benches lie in a checkout only.", returncode=2)
        code = subprocess.run([sys.executable, "-m", "bench"], cwd=ROOT, check=False).returncode
        if code:
            raise CommandError("a bench could not run", returncode=code)
