"""The jobs of revocation orders: list what an order is about, carry it out, take up what a crash left."""

from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from vaxpass import wiring
from vaxpass.jobs.defer import MINISTRY_QUEUE, defer_carrying_out, defer_once
from vaxpass.jobs.ministry_signing import defer_signing
from vaxpass.jobs.passport_notices import tell_revoked
from vaxpass.jobs.publication import publish_soon
from vaxpass.ministry_signing import named, preparing
from vaxpass.ministry_signing.actions import approve_of_order, note_trouble
from vaxpass.ministry_signing.queries import get_run, open_chunks
from vaxpass.ministry_signing.rules import RunState
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.passports.ending import Ended
from vaxpass.passports.orders import carrying, collecting
from vaxpass.passports.orders.carrying import Approved
from vaxpass.passports.orders.queries import orders_in
from vaxpass.passports.orders.rules import OrderState
from vaxpass.passports.rules import Status


def _now() -> datetime:
    return datetime.now(UTC)


def defer_collecting(order_id: int) -> None:
    """Have it listed what an order is about; call it in the transaction that drafted the order."""
    defer_once(collect, f"revocation.collect.{order_id}", order_id=order_id)


@app.task(name="revocation.collect", queue=MINISTRY_QUEUE)
def collect(order_id: int) -> None:
    """List the passports and doses of an order; a second time changes nothing."""
    collecting.collect(order_id)


@app.task(name="revocation.carry_out", queue=MINISTRY_QUEUE)
def carry_out(order_id: int) -> None:
    """Go on with an order as far as it goes now: false doses, honest holders' run, what is left, the end.

    While the run signs there is nothing to do; the transaction that records its last chunk defers this job again.
    """
    order = carrying.approved(order_id)
    if order is None:
        return
    while carrying.refuse_false_doses(order, _tell, now=_now()):
        pass
    if not _reissue(order):
        return
    while carrying.revoke_the_rest(order, _tell, now=_now()):
        pass
    carrying.finish(order, now=_now())


def _tell(ended: list[Ended], reason: str) -> None:
    """Within the transaction: verifiers learn it at once, and so does whoever held a live passport."""
    if ended:
        publish_soon()
        tell_revoked([one for one in ended if one.was == Status.LIVE], reason=reason, now=_now())


def _reissue(order: Approved) -> bool:
    """Bring the run of the honest holders on its way; say whether it is over, or there was none to begin."""
    run_id = named.run_of_order(order.id) or carrying.begin_reissue(order, now=_now())
    if run_id is None:
        return True
    try:
        preparing.fix_key(run_id, wiring.ministry_key(), settings.ISSUER_NAME, now=_now())
        while preparing.prepare_chunk(run_id, now=_now()):
            pass
        approve_of_order(run_id, order.decided_by, now=_now())
        defer_signing(open_chunks(run_id))
    except (Unavailable, Refused) as trouble:
        note_trouble(run_id, trouble.code, now=_now())
    return get_run(run_id).state in {RunState.DONE, RunState.REFUSED}


@app.periodic(cron="* * * * *")
@app.task(
    name="revocation.take_up", queue=MINISTRY_QUEUE, lock="revocation.take_up", queueing_lock="revocation.take_up"
)
def take_up(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Take up orders that stand still: a killed worker, a key that was away."""
    for order_id in orders_in(OrderState.COLLECTING):
        defer_collecting(order_id)
    for order_id in orders_in(OrderState.APPROVED):
        defer_carrying_out(order_id)
