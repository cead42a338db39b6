"""What has to happen to passports when a record changes: called by desks and jobs in the transaction of the change."""

from collections.abc import Collection
from datetime import datetime

from vaxpass.jobs.publication import publish_soon
from vaxpass.passports import ending
from vaxpass.passports.rules import Revocation
from vaxpass.records.queries import which_in_states
from vaxpass.records.states import State


def after_correction(replaced_ids: Collection[int], withdrawn_ids: Collection[int] = (), *, now: datetime) -> list[int]:
    """End the passports that doses no longer carry; give the passports' ids; verifiers are told at once.

    `replaced_ids`: versions that a mended one follows. Their live passport stays until the next one is recorded, which
    revokes it in the same transaction; superseded ones that count them are revoked now.
    `withdrawn_ids`: versions that ended without a successor. What counts them, or what they had replaced, is revoked.
    """
    ended = ending.after_replacement(replaced_ids, now=now) if replaced_ids else []
    if withdrawn_ids:
        ended += ending.after_withdrawal(withdrawn_ids, reason=Revocation.REPORT_ACCEPTED.value, now=now)
    if ended:
        publish_soon()
    return [one.passport_id for one in ended]


def after_accepted_report(version_ids: list[int], *, now: datetime) -> list[int]:
    """The same for versions of which each has just been replaced or withdrawn."""
    replaced = which_in_states(version_ids, {State.REPLACED})
    withdrawn = which_in_states(version_ids, {State.WITHDRAWN, State.REFUSED})
    return after_correction(replaced, withdrawn, now=now)
