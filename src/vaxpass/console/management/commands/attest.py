"""`vaxpass attest --officer signer`: prepare a batch, show its sample, sign it, as by the desk's pages."""

import getpass
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandParser

from vaxpass import wiring
from vaxpass.console.officer_command import OfficerCommand
from vaxpass.facility_signing import actions, queries
from vaxpass.facility_signing.facts import BatchFacts, Verdict
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.access import access_version


class Command(OfficerCommand):
    """Asks at the terminal whether each sampled record is right; the PIN is typed, never given as an argument."""

    help = "Sign what waits at a facility."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the facility and the registered certificate."""
        super().add_arguments(parser)
        parser.add_argument("--facility", type=int, help="id of the facility; the own one by default")
        parser.add_argument("--credential", type=int, help="id of the certificate; the only one by default")

    def act(self, actor: Actor, options: dict[str, Any]) -> dict[str, object]:
        """Prepare, sample, sign."""
        now = datetime.now(UTC)
        batch = actions.prepare_batch(actor, options["facility"] or actor.office_id, now=now)
        for drawn in queries.sample_of(batch.id):
            actions.judge_sampled(actor, batch.id, drawn.version_id, self._ask(actor, drawn.version_id, now), now=now)
        signed = self._sign(actor, batch, options["credential"])
        return {"batch": signed.number, "doses": signed.count, "left out": signed.left_out}

    def _ask(self, actor: Actor, version_id: int, now: datetime) -> Verdict:
        version = access_version(actor, version_id, purpose="sample", now=now)
        who, dose = version.identity, version.dose
        self.stdout.write(f"{who.full_name}, {who.birth_date}: {dose.product}, {dose.lot}, {dose.given_on:%d/%m/%Y}")
        return Verdict.RIGHT if input("right? [y/n] ").strip().lower() == "y" else Verdict.WRONG

    def _sign(self, actor: Actor, batch: BatchFacts, credential_id: int | None) -> BatchFacts:
        credentials = queries.list_credentials(actor)
        if not credentials:
            raise Refused("CREDENTIAL_NOT_YOURS")
        pin = getpass.getpass("PIN: ")
        return actions.sign_batch(
            actor,
            batch.id,
            credential_id=credential_id or credentials[0].id,
            open_key=lambda place: wiring.open_facility_key(place, pin),
            anchors=wiring.facility_anchors(),
            now=datetime.now(UTC),
        )
