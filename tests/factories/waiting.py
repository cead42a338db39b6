"""Doses that wait: entered at a moment, and asked about then in a population register that knows some of the people."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import repeat

from tests.factories import make_officer, received
from vaxpass.adapters.population.fake import FakePopulationDatabase
from vaxpass.adapters.population.register import Register
from vaxpass.identity.checking import check_waiting
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive


def enter_and_check(office: int, serials: Iterable[int], at: datetime, known: Iterable[int] = ()) -> None:
    """Enter one dose for each serial at an office, by a clerk of its own; those in `known` match."""
    clerk = make_officer(f"clerk{office}", office, "facility_clerk")
    receive([received(serial, given_on=date(2021, 9, 1)) for serial in serials], Origin(office, clerk, office, at))
    people = [
        {
            "id_number": f"040190{serial:06d}",
            "old_number": "",
            "name": "NGUYỄN THỊ HƯỜNG",
            "sex": "F",
            "birth_date": "1990-05-17",
        }
        for serial in known
    ]
    check_waiting(FakePopulationDatabase(Register(people)), clock=repeat(at).__next__)
