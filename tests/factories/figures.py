"""Figures are as old as the last tally: tests that read them count first."""

from datetime import datetime

from tests.factories import NOW
from vaxpass.oversight.models import Tally
from vaxpass.oversight.tally import tally


def count_figures(now: datetime = NOW) -> Tally:
    """Count everything as of a moment, every day anew."""
    counted = tally(now, whole=True)
    assert counted is not None, "another tally runs"
    return counted
