"""`vaxpass seed prepare` and `vaxpass seed walk`: the demo's people, keys and files, and their way."""

from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from vaxpass import wiring
from vaxpass.console.demo_campaigns import issue_demo_directives
from vaxpass.console.demo_citizens import name_demo_citizens
from vaxpass.console.demo_figures import count_demo
from vaxpass.console.demo_inspections import open_demo_inspection
from vaxpass.console.demo_keys import make_demo_keys
from vaxpass.console.demo_reports import file_demo_reports
from vaxpass.console.demo_support import open_demo_support
from vaxpass.console.demo_walk import Demo, leave_files_to_upload, prepare_people, walk
from vaxpass.jobs.publication import publish, publish_log
from vaxpass.offices.queries import list_offices
from vaxpass.synth import SynthPlan, generate

PEOPLE = 2_000
SEED = 20220415
UP_TO = date(2022, 9, 1)


class Command(BaseCommand):
    """Does nothing that has been done already."""

    help = "Fill the demo; refused outside of it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the phase."""
        parser.add_argument("phase", choices=["prepare", "walk"])

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Run one phase."""
        if not settings.DEMO:
            raise CommandError("The demo's people belong into the demo alone.")
        demo = Demo(settings.STATE_DIR / "demo")
        if options["phase"] == "prepare":
            self._prepare(demo)
        elif not (demo.folder / "walked").exists():
            walk(demo, self._say)
            self._say("• Publishing keys, revocations, rules and the log …")
            publish_log(datetime.now(UTC))
            publish(datetime.now(UTC))
            name_demo_citizens(settings.STATE_DIR / "demo-citizens.json")
            file_demo_reports(demo, datetime.now(UTC), self._say)
            issue_demo_directives(demo, datetime.now(UTC), self._say)
            open_demo_support(demo, datetime.now(UTC), self._say)
            open_demo_inspection(demo, datetime.now(UTC), self._say)
            count_demo(self._say)
            (demo.folder / "walked").touch()

    def _prepare(self, demo: Demo) -> None:
        now = datetime.now(UTC)
        keys = make_demo_keys(settings.KEY_DIR, now)
        if not list_offices():
            self._say(f"• Inventing {PEOPLE:,} people, their doses, and the mistakes in their files …")
            demo.folder.mkdir(parents=True, exist_ok=True)
            generate(SynthPlan(seed=SEED, people=PEOPLE, today=UP_TO), demo.folder)
            leave_files_to_upload(demo)
            self._say("• Opening two provinces, eight facilities, the ministry; enrolling an officer for each role …")
            prepare_people(demo, keys, settings.STATE_DIR / "demo-sign-ins.json")
        (demo.folder / "log.vkey").write_text(wiring.log_signer().vkey)
        publish(now)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
