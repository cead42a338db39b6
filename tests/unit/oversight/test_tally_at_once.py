"""The tally beside others: records that are mended meanwhile, two tallies, one that dies."""

import threading
from random import Random

import psycopg
import pytest
from django.db import connection

from tests.factories import NOW, make_officer
from tests.factories.nation import add_doses, make_nation
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight import figures, tally_sql
from vaxpass.oversight.figures import Measure, Unit
from vaxpass.oversight.models import OfficeFigures, Tally
from vaxpass.oversight.tally import tally
from vaxpass.records.models import VersionState
from vaxpass.records.states import ENDED

pytestmark = pytest.mark.django_db(transaction=True)
COUNTRY = Unit(Level.COUNTRY, "", Scheme.NEW)


@pytest.fixture
def nation():
    made = make_nation(Random(7))
    add_doses(made, Random(7), people=15)
    return made


@pytest.fixture
def inspector(nation):
    officer = make_officer("inspector", nation.ministry, "ministry_inspector")
    return get_actor(Officer.objects.get(pk=officer))


def another_connection() -> psycopg.Connection:
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    return psycopg.connect(**parameters)


def check_sums(actor):
    total = figures.totals(actor, COUNTRY)
    for by in (Level.PROVINCE, Level.COMMUNE, Level.CLASS, Level.OFFICE):
        parts = figures.parts(actor, COUNTRY, by)
        for measure in Measure:
            assert sum(part.figures.count(measure) for part in parts) == total.count(measure), (by, measure)
    return total


def test_what_another_connection_moves_meanwhile_is_counted_wholly_or_not(nation, inspector, monkeypatch):
    """Between the tally's first statement and its second, every dose goes to another facility and another state."""
    first = tally(NOW)
    assert first is not None
    before = check_sums(inspector)
    moved = threading.Event()

    def move_everything() -> None:
        with another_connection() as other:
            other.execute(
                "UPDATE records_versionstate SET state = 1, facility_id = %s WHERE state NOT IN (9, 10, 11)",
                [nation.facilities["BM01"]],
            )
        moved.set()

    do_after_snapshot(monkeypatch, move_everything)
    tally(NOW)
    assert moved.is_set()
    assert check_sums(inspector).counts == before.counts, "one snapshot: nothing of what came after it"
    tally(NOW)
    after = check_sums(inspector)
    assert after.count(Measure.RECEIVED) == after.count(Measure.DOSES) - after.count(Measure.REFUSED)
    assert after.count(Measure.PEOPLE) == OfficeFigures.objects.get(code="BM01").people


def do_after_snapshot(monkeypatch, between):
    """Have something done once, right after the tally's snapshot was taken."""
    done: list[bool] = []
    execute = connection.cursor().__class__.execute

    def watched(self, sql, params=None):
        answer = execute(self, sql, params)
        if sql == tally_sql.PLACING and not done:
            done.append(True)
            between()
        return answer

    monkeypatch.setattr(connection.cursor().__class__, "execute", watched)


def test_two_tallies_at_once_one_counts_and_the_other_lets_it(nation):
    with another_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [tally.__globals__["_LOCK"]])
        assert tally(NOW) is None
        assert not Tally.objects.exists()
        other.execute("SELECT pg_advisory_unlock_all()")
        assert tally(NOW) is not None


def test_a_tally_that_dies_leaves_the_figures_of_before(nation, inspector, monkeypatch):
    tally(NOW)
    before = check_sums(inspector)
    live = VersionState.objects.exclude(state__in=ENDED)
    live.update(state=8)
    monkeypatch.setattr(tally_sql, "UNIT_DAYS", "SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"):
        tally(NOW)
    assert check_sums(inspector).counts == before.counts
    assert Tally.objects.count() == 1
    monkeypatch.undo()
    assert tally(NOW) is not None
    assert check_sums(inspector).count(Measure.CERTIFIED) == live.count()


def test_a_page_reads_one_tally_though_another_ends_meanwhile(nation, inspector):
    tally(NOW)
    with figures.reading():
        total = figures.totals(inspector, COUNTRY)
        with another_connection() as other:
            other.execute("UPDATE oversight_officefigures SET people = people + 1000")
        parts = figures.parts(inspector, COUNTRY, Level.PROVINCE)
    assert sum(part.figures.count(Measure.PEOPLE) for part in parts) == total.count(Measure.PEOPLE)
    assert figures.totals(inspector, COUNTRY).count(Measure.PEOPLE) > total.count(Measure.PEOPLE)
