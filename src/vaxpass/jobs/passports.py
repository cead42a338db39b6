"""What has to happen to passports when a record changes: called by desks and jobs in the transaction of the change."""

from datetime import datetime

from vaxpass.jobs.publication import publish_soon
from vaxpass.passports.actions import revoke_of_versions
from vaxpass.passports.rules import Revocation


def after_accepted_report(version_ids: list[int], *, now: datetime) -> list[int]:
    """Revoke the live passports that count versions about which a report was accepted; verifiers are told at once."""
    revoked = revoke_of_versions(version_ids, reason=Revocation.REPORT_ACCEPTED.value, now=now)
    if revoked:
        publish_soon()
    return revoked
