"""The demo's figures stand there as soon as its walk is done; from then on the job counts."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from vaxpass.oversight.tally import tally

_PATIENCE: Final = 60


def count_demo(say: Callable[[str], None]) -> None:
    """Count everything once, every day of it; where the job counts just now, after it."""
    say("• Counting the figures …")
    for _ in range(_PATIENCE):
        if tally(datetime.now(UTC), whole=True) is not None:
            return
        time.sleep(1)
