"""`vaxpass`: Django's console plus the verbs of the stations."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from vaxpass.console.locales import compile_locales


def main() -> None:
    """Run one console command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaxpass.settings.local")
    compile_locales(Path(__file__).resolve().parents[3] / "locale")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
