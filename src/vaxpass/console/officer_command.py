"""What the station's commands share: they act as an officer, and say refusals like the desks do."""

import json
from abc import ABC, abstractmethod
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, override

from vaxpass.offices.queries import find_actor
from vaxpass.offices.scope import Actor, Refused, Unavailable


class OfficerCommand(ABC, BaseCommand):
    """A command that does what a desk's button does, under the same rights, written down in the officer's name.

    Exit codes: 0 done, 1 refused (the code and its sentence on standard error), 2 misuse.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the officer and the form of the answer."""
        parser.add_argument("--officer", required=True, help="user name of the officer who acts")
        parser.add_argument("--json", action="store_true", help="answer as JSON")
        parser.add_argument("--language", choices=["vi", "en"], default="vi")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Act, and tell."""
        actor = find_actor(options["officer"])
        if actor is None:
            raise CommandError("No active officer has this user name.", returncode=2)
        with override(options["language"]):
            try:
                self._tell(self.act(actor, options), as_json=options["json"])
            except Refused as refused:
                raise CommandError(f"{refused.code}: {_sentence(refused)}", returncode=1) from None
            except Unavailable as away:
                raise CommandError(f"{away.code}: {gettext(away.code)}", returncode=1) from None

    @abstractmethod
    def act(self, actor: Actor, options: dict[str, Any]) -> dict[str, object]:
        """Do it; give what happened by name."""

    def _tell(self, happened: dict[str, object], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(happened, ensure_ascii=False, default=str))
        else:
            self.stdout.write("\n".join(f"{name}: {value}" for name, value in happened.items()))


def _sentence(refused: Refused) -> str:
    try:
        return gettext(refused.code) % refused.facts
    except (KeyError, ValueError, TypeError):
        return gettext(refused.code)
