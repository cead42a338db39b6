"""`vaxpass publish`: write everything that anyone may fetch and nobody needs to trust us for; `--check` only looks."""

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from vaxproof.trust.documents import stamp

from vaxpass import wiring
from vaxpass.jobs.publication import publish, publish_log
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.publication.editions import PublishedDocument
from vaxpass.publication.log import LogPublished
from vaxpass.publication.queries import Late, altered, overdue


class Command(BaseCommand):
    """The same as the worker's jobs: the documents that are due, then the log."""

    help = "Publish now what is due; or say what does not keep its promise."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the two ways of asking."""
        parser.add_argument("--check", action="store_true", help="publish nothing; exit 1 if anything is late or wrong")
        parser.add_argument("--mend-log", action="store_true", help="write the log's files anew from the database")
        parser.add_argument("--json", action="store_true", help="one JSON object for programs")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Publish, or check, and say what there is."""
        try:
            if options["check"]:
                self._check(as_json=options["json"])
            else:
                self._publish(as_json=options["json"], mend_log=options["mend_log"])
        except (Refused, Unavailable) as trouble:
            raise CommandError(trouble.code, returncode=1) from None

    def _publish(self, *, as_json: bool, mend_log: bool) -> None:
        published = publish(datetime.now(UTC))
        found, trouble = _publish_log(mend_log=mend_log)
        told: dict[str, Any] = {
            "folder": str(settings.PUBLISH_DIR),
            "documents": [_told(one) for one in published.documents],
            "log": {"trouble": trouble}
            if trouble
            else found and {"size": found.checkpoint.size, "is_new": found.is_new},
        }
        lines = [
            f"{one.document:18} number {one.head.number:<6} next by {one.head.next_at:%d/%m/%Y %H:%M} UTC"
            f"{'' if one.is_new else '  (unchanged)'}"
            for one in published.documents
        ]
        if found:
            lines.append(f"{'log':18} size {found.checkpoint.size}{'' if found.is_new else '  (unchanged)'}")
        self.stdout.write(json.dumps(told) if as_json else "\n".join([*lines, f"in {settings.PUBLISH_DIR}"]))
        if trouble:
            raise CommandError(trouble, returncode=1)

    def _check(self, *, as_json: bool) -> None:
        now = datetime.now(UTC)
        late = overdue(now, settings.PUBLISH_DIR)
        late += altered(settings.PUBLISH_DIR, wiring.publisher_certificates(), now)
        told = {"ok": not late, "late": [_late(one) for one in late]}
        lines = [f"{one.document:18} {one.why}{f' since {stamp(one.since)}' if one.since else ''}" for one in late]
        self.stdout.write(json.dumps(told) if as_json else "\n".join(lines) or "Everything keeps its promise.")
        if late:
            raise CommandError("PUBLICATION_OVERDUE", returncode=1)


def _publish_log(*, mend_log: bool) -> tuple[LogPublished | None, str]:
    """What lies there now, or the code of what stands in the way: the documents are published either way."""
    try:
        return publish_log(datetime.now(UTC), anew=mend_log), ""
    except (Refused, Unavailable) as trouble:
        return None, trouble.code


def _told(one: PublishedDocument) -> dict[str, Any]:
    head = one.head
    times = {"made_at": stamp(head.made_at), "next_at": stamp(head.next_at)}
    return {"document": one.document, "number": head.number, **times, "is_new": one.is_new}


def _late(one: Late) -> dict[str, Any]:
    return {"document": one.document, "code": one.why.value, "since": stamp(one.since) if one.since else None}
