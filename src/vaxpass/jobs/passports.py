"""What has to happen to passports when a record changes: called by desks and jobs in the transaction of the change."""

from datetime import datetime

from vaxpass.passports.actions import revoke_of_versions
from vaxpass.passports.rules import Revocation


def after_replacement(version_id: int, *, now: datetime) -> list[int]:
    """Revoke the live passport that counts a replaced version; give the revoked passports.

    The person's next passport comes with the next run, once the mended version is attested.
    """
    return revoke_of_versions([version_id], reason=Revocation.DOSE_REPLACED.value, now=now)


def after_accepted_report(version_ids: list[int], *, now: datetime) -> list[int]:
    """Revoke the live passports that count versions about which a report was accepted."""
    return revoke_of_versions(version_ids, reason=Revocation.REPORT_ACCEPTED.value, now=now)
