"""`vaxpass bring_up_to_date ROLE`: migrate, grant the application's role, collect the static files, in one process."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Run by the database's owner, before the platform starts."""

    help = "Bring database, grants and static files up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the application's role."""
        parser.add_argument("role")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Run the three; static files are compressed anew only when one of them changed."""
        call_command("migrate", verbosity=0)
        call_command("grant_app_role", options["role"])
        stamp, now = Path(settings.STATIC_ROOT) / "collected", _static_state()
        if not stamp.exists() or stamp.read_text() != now:
            self.stdout.write("• Compressing the static files (once) …")
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(now)


def _static_state() -> str:
    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}".encode())
    return state.hexdigest()
