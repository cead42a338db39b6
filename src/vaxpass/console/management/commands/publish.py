"""`vaxpass publish`: write the trust list and the certificates that anyone may fetch."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vaxpass.jobs.publication import publish
from vaxpass.offices.scope import Refused


class Command(BaseCommand):
    """The same as the hourly job."""

    help = "Publish the trust list now."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Publish, and say until when it holds."""
        try:
            published = publish(datetime.now(UTC))
        except Refused as refused:
            raise CommandError(refused.code, returncode=1) from None
        until = f"{published.next_at:%d/%m/%Y %H:%M} UTC"
        self.stdout.write(f"{published.certificates} signers in {settings.PUBLISH_DIR}, next by {until}")
