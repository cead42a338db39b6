"""`vaxpass`: Django's console plus the verbs of the stations; `vaxpass up` starts the whole demo.

`vaxpass witness` is for machines that have nothing else of the platform.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from vaxpass.console import witness_server
from vaxpass.console.locales import compile_locales
from vaxpass.console.state import load_environment
from vaxpass.console.up import up


def settings_for(environment: Mapping[str, str]) -> str:
    """Name the settings where nobody did: a machine that was given host names is a ministry's, never the demo."""
    return "vaxpass.settings.production" if environment.get("VAXPASS_HOSTS") else "vaxpass.settings.local"


def main() -> None:
    """Run one console command."""
    compile_locales(Path(__file__).resolve().parents[3] / "locale")
    if sys.argv[1:2] == ["up"]:
        sys.exit(up(sys.argv[2:]))
    if sys.argv[1:2] == ["witness"]:
        sys.exit(witness_server.main(sys.argv[2:]))
    load_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_for(os.environ))
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- after the environment is set

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
