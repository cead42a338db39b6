"""What has to happen to passports when a record changes: called by desks and jobs in the transaction of the change."""

from collections.abc import Callable, Collection
from datetime import datetime

from vaxpass.jobs.passport_notices import tell_recorded, tell_revoked
from vaxpass.jobs.publication import publish_soon
from vaxpass.passports import ending
from vaxpass.passports.actions import Recorded
from vaxpass.passports.rules import Revocation, Status
from vaxpass.records.queries import which_in_states
from vaxpass.records.states import State


def after_correction(replaced_ids: Collection[int], withdrawn_ids: Collection[int] = (), *, now: datetime) -> list[int]:
    """End the passports that doses no longer carry; give the passports' ids; verifiers and holders are told at once.

    `replaced_ids`: versions that a mended one follows. Their live passport stays until the next one is recorded, which
    revokes it in the same transaction; superseded ones that count them are revoked now.
    `withdrawn_ids`: versions that ended without a successor. What counts them, or what they had replaced, is revoked.
    """
    lying = ending.after_replacement(replaced_ids, now=now) if replaced_ids else []
    reason = Revocation.REPORT_ACCEPTED.value
    ended = ending.after_withdrawal(withdrawn_ids, reason=reason, now=now) if withdrawn_ids else []
    if lying or ended:
        publish_soon()
    tell_revoked([one for one in ended if one.was == Status.LIVE], reason=reason, now=now)
    return [one.passport_id for one in [*lying, *ended]]


def after_accepted_report(version_ids: list[int], *, now: datetime) -> list[int]:
    """The same for versions of which each has just been replaced or withdrawn."""
    replaced = which_in_states(version_ids, {State.REPLACED})
    withdrawn = which_in_states(version_ids, {State.WITHDRAWN, State.REFUSED})
    return after_correction(replaced, withdrawn, now=now)


def after_recording(now: datetime, go_on: Callable[[int], None] = lambda _: None) -> Callable[[Recorded], None]:
    """Give what a recording transaction ends with: what it revoked is published, who got another passport is told.

    `go_on` takes the revocation order whose run it was.
    """

    def tell(recorded: Recorded) -> None:
        if recorded.revoked:
            publish_soon()
        tell_recorded(recorded, now=now)
        if recorded.order_id is not None:
            go_on(recorded.order_id)

    return tell
