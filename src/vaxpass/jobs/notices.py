"""The jobs of notices: send what waits, read what the gateway and the mail servers report, forget what is done."""

from procrastinate.contrib.django import app


def send_soon() -> None:
    """Have the outbox sent soon; call it in the transaction that filled it.

    Each caller defers a job of its own, without a lock: a shared one could end before this transaction does and leave
    its notices behind. A job that finds nothing to send ends at once.
    """
    send_notices.defer()


@app.task(name="notices.send", queue="notices")
def send_notices() -> None:
    """Send until nothing is due; several workers may do so at once, each with other rows of the outbox."""
